import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from scoring.tone import ToneReader, corpus, train
from scoring.tone.corpus import DESK, CorpusError, Labelled
from scoring.tone.features import clean

HELD_OUT = corpus.own_sentences(held_out=True)
OWN = corpus.own_sentences()


def line(text: str, lang: str, label: str) -> bytes:
    return json.dumps({"text": text, "lang": lang, "label": label}).encode() + b"\n"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    tone = tmp_path / "data" / "tone"
    tone.mkdir(parents=True)
    reviews = [
        line(f"Boek {n}, {'prachtig' if n % 2 else 'saai'} verhaal", "nl", "positive" if n % 2 else "negative")
        for n in range(40)
    ]
    tweets = [
        line(f"@Air flight {n} {w}", "en", label)
        for n in range(20)
        for w, label in (("late again", "negative"), ("to Boston?", "neutral"), ("was great", "positive"))
    ]
    (tone / "bol_nl.jsonl.gz").write_bytes(gzip.compress(b"".join(reviews)))
    (tone / "airline_en.jsonl.gz").write_bytes(gzip.compress(b"".join(tweets)))
    (tone / "nl-sentiment.xml").write_text(
        '<sentiment><word form="mooi" polarity="0.6"/><word form="mooi" polarity="0.8"/>'
        '<word form="Saai" polarity="-0.5"/></sentiment>'
    )
    return tmp_path / "data"


@pytest.fixture
def few_sentences(monkeypatch, tmp_path: Path) -> None:
    """A small part of our own sentences, so that a fit takes a second."""
    for lang in ("nl", "en"):
        for kind, texts in (("webcare", OWN), ("heldout", HELD_OUT)):
            some = [one for one in texts if one.lang == lang][:120:2] + [one for one in texts if one.lang == lang][-30:]
            lines = [line(one.text, one.lang, one.label) for one in some]
            (tmp_path / f"{kind}_{lang}.jsonl").write_bytes(b"".join(lines))
    monkeypatch.setattr(corpus, "SENTENCES", tmp_path)


FLOORS = {
    ("nl", "auc"): 0.96,
    ("nl", "accuracy"): 0.90,
    ("nl", "binary"): 0.90,
    ("en", "auc"): 0.955,
    ("en", "accuracy"): 0.87,
    ("en", "binary"): 0.88,
}
"""A little under what was measured: 0.968, 0.910 and 0.915 in Dutch, 0.964, 0.886 and 0.891 in English."""


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_shipped_model_reads_sentences_that_it_never_saw(lang):
    reader = ToneReader.load()
    texts = [one for one in HELD_OUT if one.lang == lang]
    figures = train.measure(reader.model, texts, lang)
    for name in ("auc", "accuracy", "binary"):
        assert figures[f"{lang}_{name}"] >= FLOORS[lang, name]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_own_sentences_are_many_varied_and_apart_from_the_held_out(lang):
    fitted = [one for one in OWN if one.lang == lang]
    held_out = [one for one in HELD_OUT if one.lang == lang]
    assert len(fitted) >= (900 if lang == "nl" else 700)
    assert len(held_out) >= 200
    assert not {one.text.lower() for one in fitted} & {one.text.lower() for one in held_out}
    assert min(Counter(one.label for one in fitted).values()) >= 200


def test_fits_saves_and_loads_the_same_model_twice(data_dir, few_sentences, tmp_path):
    texts = ["Fijn hoor, weer een storing", "Bedankt, opgelost!", "Thanks, all sorted"]
    read = []
    for name in ("one.skops", "two.skops"):
        fitted = train.fit_tone(data_dir, validate=False)
        train.save_tone(tmp_path / name, fitted, "2026-11-22")
        read.append(ToneReader.load(tmp_path / name).read(texts))
    assert read[0] == read[1]
    assert 0.5 < fitted.figures["heldout_nl_auc"] <= 1.0


def test_a_commercial_fit_leaves_the_airline_tweets_out(data_dir, few_sentences, tmp_path):
    fitted = train.fit_tone(data_dir, commercial=True, validate=True)
    train.save_tone(tmp_path / "tone.skops", fitted, "2026-11-22", commercial=True)
    meta = ToneReader.load(tmp_path / "tone.skops").meta
    assert not any("airline" in name for name in [*meta.figures, *meta.terms])
    assert "bol_nl_accuracy" in meta.figures


def test_what_the_desk_judged_teaches_the_tone(data_dir, few_sentences, tmp_path):
    text = "@brand pakketje 12 ligt bij de buren"
    desk = [Labelled(f"@brand pakketje {n} ligt bij de buren", "nl", "negative", DESK) for n in range(30)]
    desk += [Labelled("@brand the driver rang twice", "en", "neutral", DESK)] * 2
    before, after = train.fit_tone(data_dir, validate=False), train.fit_tone(data_dir, desk=desk)
    cleaned = [clean(text)]
    assert after.model.probabilities(cleaned, ["nl"])[0, 0] > before.model.probabilities(cleaned, ["nl"])[0, 0] + 0.2
    assert after.figures["desk_nl_binary"] > 0.9
    train.save_tone(tmp_path / "tone.skops", after, "2026-11-22")
    assert ToneReader.load(tmp_path / "tone.skops").meta.terms[DESK] == "the desk's own, labelled by its verdicts"


def test_fits_on_our_own_sentences_alone(few_sentences):
    assert train.fit_tone(None, validate=False).figures["heldout_en_auc"] > 0.5


def test_reads_the_lexicon(data_dir):
    assert corpus.read_polarity(data_dir) == {"mooi": 0.7, "saai": -0.5}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("bol_nl.jsonl.gz", b"no gzip", r"bol_nl\.jsonl\.gz: cannot be read", id="no-gzip"),
        pytest.param(
            "bol_nl.jsonl.gz",
            gzip.compress(line("a", "nl", "positive") + line("b", "nl", "angry")),
            r"bol_nl\.jsonl\.gz:2: .*angry",
            id="unknown-label",
        ),
        pytest.param(
            "bol_nl.jsonl.gz",
            gzip.compress(b'{"text": "a"}\n'),
            r"bol_nl\.jsonl\.gz:1: .*lang",
            id="no-language",
        ),
        pytest.param("nl-sentiment.xml", b"<sentiment>", r"nl-sentiment\.xml: ", id="broken-lexicon"),
        pytest.param(
            "nl-sentiment.xml", b'<s><word form="a"/></s>', r"nl-sentiment\.xml: .*polarity", id="no-polarity"
        ),
    ],
)
def test_names_what_is_wrong_with_a_file(data_dir, name, content, message):
    (data_dir / "tone" / name).write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        train.fit_tone(data_dir, validate=False)


def test_calibration_error_is_the_distance_of_said_from_happened():
    said = np.array([0.05, 0.05, 0.95, 0.95])
    assert train.calibration_error(said, np.array([False, False, True, True])) == pytest.approx(0.05)
    assert train.calibration_error(said, np.array([True, True, False, False])) == pytest.approx(0.95)


def test_measures_one_label_only_without_an_auc():
    reader = ToneReader.load()
    figures = train.measure(reader.model, [Labelled("Schandalig", "nl", "negative")], "x")
    assert set(figures) == {"x_accuracy", "x_binary", "x_ece"}
