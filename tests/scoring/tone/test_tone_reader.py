import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import modelfile
from scoring.modelfile import ModelFileError
from scoring.resources import TONE_MODEL
from scoring.tone import Tone, ToneReader
from scoring.tone.batch import TextError, read_file

READER = ToneReader.load()

TEXTS = [
    "Fijn hoor, weer een storing. Top service. Not.",
    "Bedankt voor de snelle hulp, alles werkt weer!",
    "Hoe laat gaat de winkel in Gouda open?",
    "Worst airline ever, my bag is lost again",
    "Thanks so much, sorted within an hour!",
    "What time do you close on Sunday?",
    "",
    "😡😡😡",
]


def loudest(tone: Tone) -> str:
    return max(("negative", "neutral", "positive"), key=lambda name: getattr(tone, name))


def total(tone: Tone) -> float:
    return tone.negative + tone.neutral + tone.positive


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Fijn hoor, weer een storing. Top service. Not.", "negative", id="nl-sarcasm"),
        pytest.param("Al drie weken wacht ik op mijn geld, schandalig.", "negative", id="nl-complaint"),
        pytest.param("Bedankt, het is opgelost! Super geholpen.", "positive", id="nl-thanks-after-help"),
        pytest.param("Hoe kan ik mijn adres wijzigen?", "neutral", id="nl-question"),
        pytest.param("Great, another delay. Thanks for nothing.", "negative", id="en-sarcasm"),
        pytest.param("Thank you so much, it works again!", "positive", id="en-thanks-after-help"),
        pytest.param("Do you have a branch in Leeds?", "neutral", id="en-question"),
    ],
)
def test_tells_complaint_thanks_and_question_apart(text, expected):
    assert loudest(READER.read([text])[0]) == expected


def test_no_texts_have_no_tones():
    assert READER.read([]) == []


def test_a_text_reads_the_same_alone_and_in_any_batch():
    alone = [READER.read([text])[0] for text in TEXTS]
    assert READER.read(TEXTS) == alone
    assert READER.read(TEXTS[::-1] * 40)[-len(TEXTS) :] == alone[::-1]


@given(st.lists(st.text(st.characters(codec=None), max_size=80), min_size=1, max_size=5))
@settings(max_examples=80, deadline=None)
def test_any_texts_give_probabilities_that_do_not_depend_on_the_others(texts):
    together = READER.read(texts)
    assert together == [READER.read([text])[0] for text in texts]
    for tone in together:
        assert total(tone) == pytest.approx(1.0, abs=2e-6)
        assert 0.0 <= tone.negative <= 1.0
        assert 0.0 <= tone.positive <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t\u200b", id="blank"),
        pytest.param("🙄🤦‍♀️❤️", id="emoji-only"),
        pytest.param("\ud83d half \udc00", id="surrogate-halves"),
        pytest.param("klote " * 2_000, id="ten-kilobytes-of-words"),
        pytest.param("a" * 10_000, id="ten-kilobytes-of-one-word"),
        pytest.param("!" * 10_000, id="ten-kilobytes-of-signs"),
        pytest.param("& &amp;&#xD800;&lt;!channel&gt;", id="entities"),
        pytest.param("\u202eالقطار متأخر", id="right-to-left"),
        pytest.param("\x00\x01\ufffe", id="control-characters"),
    ],
)
def test_hostile_texts_are_read(text):
    tone = READER.read([text])[0]
    assert total(tone) == pytest.approx(1.0, abs=2e-6)


def test_what_follows_the_first_thousand_characters_is_not_read():
    start = "Dank jullie wel, heel fijn geholpen. " * 30
    assert READER.read([start]) == READER.read([start + "Waardeloos! " * 1_000])


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        pytest.param("Mijn pakket is nog steeds niet bezorgd", None, "nl", id="dutch"),
        pytest.param("My parcel has still not been delivered", None, "en", id="english"),
        pytest.param("Mein Paket wurde immer noch nicht geliefert, was ist los?", None, "de", id="german"),
        pytest.param("Mon colis n'est toujours pas arrivé, que se passe-t-il ?", None, "fr", id="french"),
        pytest.param("top", "nl", "nl", id="declared-dutch-wins"),
        pytest.param("Mijn pakket is nog steeds niet bezorgd", "en", "en", id="declared-english-wins"),
        pytest.param("top service van jullie", "nl-BE", "nl", id="region-is-ignored"),
        pytest.param("Mijn pakket is nog steeds niet bezorgd", "de", "nl", id="other-declarations-are-checked"),
        pytest.param("Mijn pakket is nog steeds niet bezorgd", "", "nl", id="empty-declaration"),
        pytest.param("👍 123", None, "und", id="no-letters"),
        pytest.param("https://example.com/the/page @the_brand", None, "und", id="links-and-accounts-only"),
    ],
)
def test_settles_the_language(text, declared, expected):
    assert READER.read([text], [declared])[0].lang == expected


def test_refuses_languages_that_do_not_match_the_texts():
    with pytest.raises(ValueError, match="1 languages for 2 texts"):
        READER.read(["a", "b"], ["nl"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"layout": 0}, "layout 0", id="old-layout"),
        pytest.param({"words": None}, "damaged tone model", id="no-words"),
        pytest.param({"words": "{"}, "damaged tone model", id="broken-words"),
        pytest.param({"experts": []}, "second layer of shape", id="no-experts"),
    ],
)
def test_refuses_a_tampered_model(tmp_path, change, message):
    payload, meta = modelfile.load(TONE_MODEL, "tone")
    path = tmp_path / "tone.skops"
    modelfile.save(path, payload | change, meta)
    with pytest.raises(ModelFileError, match=message):
        ToneReader.load(path)


def test_refuses_a_model_of_another_kind(tmp_path):
    path = tmp_path / "forecast.skops"
    modelfile.save(path, {}, modelfile.ModelMeta(kind="forecast", version="0", fitted_on="2026-11-22"))
    with pytest.raises(ModelFileError, match="forecast"):
        ToneReader.load(path)


def test_refuses_a_pickle(tmp_path):
    path = tmp_path / "tone.skops"
    path.write_bytes(b"\x80\x04\x95\x00")
    with pytest.raises(ModelFileError, match=r"tone\.skops"):
        ToneReader.load(path)


def test_the_shipped_file_is_small_and_says_what_it_is():
    assert TONE_MODEL.stat().st_size < 3_000_000
    assert READER.meta.kind == "tone"
    assert "CC BY-NC-SA" in READER.meta.terms["airline_en"]


@pytest.mark.parametrize("packed", [pytest.param(False, id="plain"), pytest.param(True, id="gzipped")])
def test_reads_a_file_of_texts(tmp_path, packed):
    source, out = tmp_path / ("in.jsonl.gz" if packed else "in.jsonl"), tmp_path / "out.jsonl"
    lines = b"".join(json.dumps({"text": text, "lang": "nl", "id": 1}).encode() + b"\n" for text in TEXTS * 40)
    source.write_bytes(gzip.compress(lines) if packed else lines)

    assert read_file(source, out, READER) == len(TEXTS) * 40

    written = [json.loads(line) for line in out.read_text().splitlines()]
    tone = READER.read(TEXTS[:1], ["nl"])[0]
    assert written[0] == {
        "negative": tone.negative,
        "neutral": tone.neutral,
        "positive": tone.positive,
        "lang": "nl",
    }
    assert len(written) == len(TEXTS) * 40


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(b'{"txt": "a"}', r"in\.jsonl:2: .*text", id="no-text"),
        pytest.param(b'{"text": 3}', r"in\.jsonl:2: .*str", id="number"),
        pytest.param(b"{", r"in\.jsonl:2: ", id="broken-json"),
    ],
)
def test_names_the_line_that_holds_no_text(tmp_path, line, message):
    source = tmp_path / "in.jsonl"
    source.write_bytes(b'{"text": "a"}\n' + line + b"\n")
    with pytest.raises(TextError, match=message):
        read_file(source, tmp_path / "out.jsonl", READER)
