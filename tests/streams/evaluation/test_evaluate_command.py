import re
import shutil

import msgspec
import pytest
from threadpoolctl import threadpool_limits
from typer.testing import CliRunner

from scoring.evaluation.growth import MASKED, OURS
from scoring.evaluation.result import Evaluation
from scoring.forecast.train import fit_sets, read_sets
from scoring.modelfile import ModelMeta, save
from streams.cli.main import app
from tests.scoring.test_forecast_fit import write_set


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_set(folder, n=60, timed=True)
    return folder


def evaluate(*args):
    with threadpool_limits(1, user_api="openmp"):  # on a busy machine threads wait for each other
        return CliRunner().invoke(app, ["evaluate", *map(str, args)])


@pytest.fixture(scope="module")
def written(data, few_sentences, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "sub" / "r.json"
    result = evaluate("--data", data, "--out", out)
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture(scope="module")
def found(written):
    return msgspec.json.decode(written.read_bytes(), type=Evaluation)


def test_both_splits_are_judged(found):
    assert [split.name for split in found.splits] == ["cascade", "time"]
    for split in found.splits:
        assert sum(part.fitted + part.judged for part in split.parts) == 60
    assert found.splits[1].parts[0].by == "time"
    assert found.sources[0].terms == "the desk's own"


def test_our_answer_comes_with_calibration_and_intervals(found):
    (own, everything) = (q for q in found.splits[0].doubling if q.kind != "platform")
    assert (own.group, everything.group) == ("own", "all")
    ours, masked = own.answer(OURS), own.answer(MASKED)
    assert ours.auc.low <= ours.auc.value <= ours.auc.high
    assert ours.auc.value > 0.6
    assert ours.brier.value < 0.3
    assert sum(b.rows for b in ours.bins) == own.rows == sum(b.rows for b in masked.bins)
    recent = own.answer("recent rate")
    assert recent.auc is not None
    assert recent.brier is recent.ece is None


def test_paging_plays_each_left_out_cascade_twice(found):
    split = found.splits[0]
    assert split.paging.threads == 2 * split.parts[0].judged
    assert split.paging.fails == 0  # none of these cascades passes 500


def test_tone_is_judged_per_set_and_language(found):
    assert {(one.data, one.lang) for one in found.tone} == {
        (name, lang) for name in ("held-out sentences", "own sentences") for lang in ("nl", "en")
    }


def test_the_page_stands_alone_and_escapes(written, found, tmp_path):
    from streams.evaluation import write_page  # noqa: PLC0415

    html = written.with_suffix(".html").read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["']?(?!#)""", html)
    assert "nan" not in re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL).lower().split()
    assert html.count("<svg") > 10
    evil = msgspec.structs.replace(found, model="<script>alert(1)</script>")
    write_page(tmp_path / "evil.html", evil)
    assert "<script" not in (tmp_path / "evil.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def model(data, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "forecast.skops"
    with threadpool_limits(1, user_api="openmp"):
        save(path, fit_sets(read_sets(data)), ModelMeta("forecast", "1", "2025-01-01"))
    return path


def test_a_model_that_has_seen_everything_is_refused_in_one_line(data, model, few_sentences, tmp_path):
    out = tmp_path / "r.json"
    result = evaluate("--data", data, "--out", out, "--model", model)
    assert "fitted on all 60 cascades" in str(result.exception)
    assert "leave --model out" in str(result.exception)
    assert not out.exists()


def test_a_model_is_judged_on_what_it_has_not_seen_the_same_every_time(data, model, few_sentences, tmp_path):
    folder = tmp_path / "more"
    shutil.copytree(data, folder)
    write_set(folder, name="other", n=40, seed=5)
    outs = [tmp_path / "a.json", tmp_path / "b.json"]
    for out in outs:
        result = evaluate("--data", folder, "--out", out, "--model", model, "--page", tmp_path / "p.html")
        assert result.exit_code == 0, result.output
    assert outs[0].read_bytes() == outs[1].read_bytes()
    found = msgspec.json.decode(outs[0].read_bytes(), type=Evaluation)
    (split,) = found.splits
    assert split.doubling[0].answer("default HistGradientBoosting") is not None
    assert [(p.data, p.fitted, p.judged, p.by) for p in split.parts] == [
        ("other", 0, 40, "model"),
        ("own", 60, 0, "model"),
    ]


def test_without_cascades_that_the_model_was_fitted_on_baselines_that_are_fitted_are_missed(
    model, few_sentences, tmp_path
):
    write_set(tmp_path, name="other", n=40, seed=5)
    result = evaluate("--data", tmp_path, "--out", tmp_path / "r.json", "--model", model)
    assert result.exit_code == 0, result.output
    found = msgspec.json.decode((tmp_path / "r.json").read_bytes(), type=Evaluation)
    assert found.splits[0].doubling[0].answer("default HistGradientBoosting") is None
    assert any("default classifier is left out" in note for note in found.notes)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        pytest.param(lambda folder: None, "no .jsonl", id="no data"),
        pytest.param(lambda folder: write_set(folder, n=1), "too few to fit on some", id="one cascade"),
    ],
)
def test_data_that_cannot_be_split_is_named(prepare, said, tmp_path):
    prepare(tmp_path)
    result = evaluate("--data", tmp_path, "--out", tmp_path / "r.json")
    assert said in str(result.exception)


def test_json_and_page_must_be_two_files(data, tmp_path):
    result = evaluate("--data", data, "--out", tmp_path / "r.html")
    assert "same file" in str(result.exception)
