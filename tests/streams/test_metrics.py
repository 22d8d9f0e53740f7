import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from streams.metrics import Metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "brandmelder.rules.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "brandmelder.json"


def names_known():
    found = re.findall(r"^# TYPE (\w+) (\w+)$", generate_latest(Metrics().registry).decode(), re.MULTILINE)
    endings = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
    return {name + ending for name, kind in found for ending in endings[kind]}


@pytest.mark.parametrize("file", [RULES, DASHBOARD], ids=["rules", "dashboard"])
def test_only_metrics_that_there_are_are_asked_for(file):
    asked = set(re.findall(r"brandmelder_\w+", file.read_text()))
    assert asked
    assert asked <= names_known()


def test_where_nobody_listens_to_slack_it_is_not_said_to_be_disconnected():
    assert "brandmelder_slack_connected NaN" in generate_latest(Metrics().registry).decode()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool, of Debian's package prometheus")
@pytest.mark.parametrize("command", [["check", "rules", RULES], ["test", "rules", RULES.with_suffix(".test.yml")]])
def test_the_rules_do_as_their_tests_say(command):
    done = subprocess.run(["promtool", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
