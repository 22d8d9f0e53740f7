"""`brandmelder tune` from event files to a band for the desk file."""

import json

import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from tests.integration.mentions import fire, line, post, share

CALM = "Hallo, wanneer zijn jullie op zaterdag open?"


@pytest.fixture
def events(tmp_path):
    """A fire that starts slowly, and a question that a few people pass on."""
    fires = fire("fire", shares=250, every_s=12.0)
    calm = [post("calm", 30.0, CALM), *(share("calm", n, 60.0 + 90.0 * n) for n in range(8))]
    path = tmp_path / "events.jsonl"
    ordered = sorted(fires + calm, key=lambda event: event["created_at"])
    path.write_bytes(b"".join(line(event) + b"\n" for event in ordered))
    return path


def test_it_shows_before_and_after_and_what_to_write(events, tmp_path):
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({"fire": True}))
    result = CliRunner().invoke(app, ["tune", str(events), "--truth", str(truth), "--budget", "2/shift"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    before, after = (next(line.split() for line in lines if line.startswith(word)) for word in ("before", "after"))
    assert before[1] == "0.35"
    assert before[5:8] == ["1", "of", "1"]
    assert float(after[1]) < 0.35
    assert int(after[8]) >= int(before[8]), "a lower threshold pages no later"
    assert "[alerts]" in result.output
    assert f"page = {{ open = {float(after[1]):g}" in result.output


def test_a_wrong_budget_is_refused_before_anything_is_read(events, tmp_path):
    result = CliRunner().invoke(app, ["tune", str(events), "--truth", str(tmp_path / "none"), "--budget", "many"])
    assert result.exit_code != 0
    assert "--budget is 'many'" in str(result.exception)
