import json

from threadpoolctl import threadpool_limits

from scoring.modelfile import load
from scoring.tone import corpus
from scoring.train import train_all
from tests.scoring.test_forecast_fit import write_set


def test_the_card_has_the_figures_of_the_evaluation(tmp_path, monkeypatch):
    (tmp_path / "sentences").mkdir()
    for path in corpus.SENTENCES.glob("*.jsonl"):
        of_label = {}
        for line in path.read_bytes().splitlines(keepends=True):
            of_label.setdefault(json.loads(line)["label"], []).append(line)
        (tmp_path / "sentences" / path.name).write_bytes(b"".join(x for some in of_label.values() for x in some[:25]))
    monkeypatch.setattr(corpus, "SENTENCES", tmp_path / "sentences")
    write_set(tmp_path, n=40)
    with threadpool_limits(1, user_api="openmp"):  # on a busy machine threads wait for each other
        written = train_all(tmp_path, tmp_path / "out", today="2025-01-01")
    _, meta = load(written[0], "forecast")
    figures = meta.figures["own"]
    assert figures["rows"] > 10
    assert 0.6 < figures["auc"] <= 1.0
    assert 0.0 < figures["masked_brier"] < 0.3
    card = (tmp_path / "out" / "forecast.md").read_text(encoding="utf-8")
    assert f"| own | {figures['rows']:,} | {figures['auc']:.3f} | {figures['brier']:.3f} |" in card
