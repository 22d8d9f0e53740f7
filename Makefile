# Two commands matter: `make demo` shows an incident unfold, `make test` runs every test.
# Both set up what they need in .venv from the lock; nothing else has to be installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATA ?= data
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q
.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): locks/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Brandmelder needs Python 3.11 or newer; name one with PYTHON=/path/to/python3" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: install
install: $(STAMP) ## Make the virtual environment from the lock

.PHONY: demo
demo: $(STAMP) ## Show an incident unfold and the alert it raises (about a minute)
	@$(BIN)/brandmelder demo

.PHONY: test
test: $(STAMP) ## Run every test
	$(BIN)/python -m pytest

.PHONY: check
check: $(STAMP) ## Format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(STAMP) ## Format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(STAMP) ## Throughput against a no-op Faust agent and Quix Streams in one run, what models and threads cost
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.scoring
	$(BIN)/python -m tests.bench.threads

.PHONY: evaluate
evaluate: $(STAMP) ## Measure the models on held-out data: make evaluate DATA=folder (about ten minutes)
	$(BIN)/brandmelder evaluate --data $(DATA) --out evaluation.json $(ARGS)

.PHONY: lock
lock: ## Resolve the lock files anew (needs uv)
	$(COMPILE) --extra dev --extra bench -o locks/dev.txt
	$(COMPILE) --constraint locks/dev.txt -o locks/runtime.txt

.PHONY: clean
clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
