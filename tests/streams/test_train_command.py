"""`train` on a tiny folder, with the desk's own history and verdicts."""

import gzip
import json

import pytest
from threadpoolctl import threadpool_limits
from typer.testing import CliRunner

from scoring.forecast import Forecaster
from scoring.modelfile import load
from scoring.tone import ToneReader
from streams.cli.main import app
from tests.scoring.scoring_samples import T0, counted, post, spread
from tests.scoring.test_forecast_fit import write_set
from tests.streams.event_samples import lines_of, write_lines

DAY = 24 * 3600.0
THREADS = 30


def history():
    """A thread a day; every third is passed on by many, one is counted only, the last ones are still open."""
    for i in range(THREADS):
        name, at = f"h{i}", T0 + i * DAY
        yield post(name, at, text=f"@b bestelling {i} is weer niet geleverd")
        for j in range(40 if i % 3 == 0 else 2):
            yield spread(f"{name}.{j}", at + 30.0 * (j + 1), thread=name, parent=name)
    yield counted("c", T0 + 5 * DAY, thread="h5", parent="h5", shares=90)


@pytest.fixture(scope="module")
def trained(few_sentences, tmp_path_factory):
    folder = tmp_path_factory.mktemp("train")
    write_set(folder, n=20)
    lines = lines_of(history())
    files = [write_lines(folder / "a.jsonl.gz", lines[::2]), write_lines(folder / "b.jsonl", [*lines[1::2], b"{"])]
    (folder / "desk.toml").write_text("[brands.b]\nviral_spread = 30\n")
    verdicts = {"h0": "too_late", "h3": "false_alarm", "h4": "false_alarm", "h5": "real", "gone": "real"}
    judged = (json.dumps({"thread_id": n, "at": T0, "verdict": v, "by": "U1"}) for n, v in verdicts.items())
    (folder / "verdicts.jsonl.gz").write_bytes(gzip.compress("\n".join(judged).encode()))
    arguments = ["--data", folder, "--out", folder / "models", "--desk", folder / "desk.toml"]
    arguments += [x for path in files for x in ("--history", path)] + ["--verdicts", folder / "verdicts.jsonl.gz"]
    with threadpool_limits(1, user_api="openmp"):  # on a busy machine threads wait for each other
        result = CliRunner().invoke(app, ["train", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return folder / "models", result.stderr


def test_it_is_said_what_was_used_and_what_was_left_out_and_why(trained):
    said = trained[1].splitlines()
    assert said == [
        "own history: threads to learn from: 26, with 394 shares, quotes and replies",
        "own history: threads left out, as they began less than 3 days before the history ends: 3",
        "own history: threads left out, as running totals count more than was seen of them: 1",
        "own history: lines rejected: 1 bad_json (first: the record is no JSON: Input data was truncated)",
        "verdicts: threads judged: 5; that weigh more in the forecast: 3; whose text teaches the tone: 3",
        "verdicts: on threads that are not in the history, which teach nothing: 1",
    ]


def test_the_history_is_one_more_data_set_with_figures_of_its_own(trained):
    _, meta = load(trained[0] / "forecast.skops", "forecast")
    assert meta.terms == {"own": "the desk's own", "own history": "the desk's own"}
    assert meta.figures["own history"]["rows"] > 0
    assert "| own history | the desk's own |" in (trained[0] / "forecast.md").read_text()


def test_both_models_know_what_they_learnt_from_the_desk(trained):
    forecaster = Forecaster.load(trained[0] / "forecast.skops")
    assert forecaster.has_fitted(["h0", "h5", "h29"]).tolist() == [True, False, False]
    reader = ToneReader.load(trained[0] / "tone.skops")
    texts = [f"@b bestelling {i} is weer niet geleverd" for i in (0, 3, 4, 5, 6)]
    assert reader.model.has_fitted(texts).tolist() == [True, True, False, True, False]
    assert reader.meta.terms["desk"] == "the desk's own, labelled by its verdicts"
