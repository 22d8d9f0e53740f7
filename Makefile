# Two commands matter: `make demo` shows an incident unfold, `make test` runs every test.
# Both set up what they need in .venv from the lock; nothing else has to be installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DATA ?= data
# Tests that run at once: those with a broker mostly wait, so more than there are cores.
JOBS ?= 4
SECONDS ?= 60
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
test: $(STAMP) ## Run every test, several at once: make test JOBS=4
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

.PHONY: check
check: $(STAMP) ## Format, lint, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -r scoring alerts streams

.PHONY: audit
audit: ## Ask for known holes in what we depend on (needs uv, and a network that reaches PyPI or OSV)
	uvx pip-audit --require-hashes --disable-pip -r locks/dev.txt

.PHONY: fuzz
fuzz: $(STAMP) ## Look for records that break the decoder or the fold: make fuzz SECONDS=600
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

.PHONY: format
format: $(STAMP) ## Format the code and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(STAMP) ## Throughput against a no-op Faust agent and Quix Streams in one run, what models and threads cost, recovery
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.scoring
	$(BIN)/python -m tests.bench.threads
	$(BIN)/python -m tests.bench.recovery

.PHONY: chaos
chaos: $(STAMP) ## Kill, freeze and restart for ten minutes: do two workers write what undisturbed ones write?
	$(BIN)/python -m tests.chaos $(ARGS)

.PHONY: soak
soak: $(STAMP) ## 1,500 mentions a second for twenty minutes: is memory flat, and do people hear in time?
	$(BIN)/python -m tests.soak $(ARGS)

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
