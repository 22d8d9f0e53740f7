import pytest

from scoring.evaluation import tones
from scoring.tone import ToneReader
from scoring.tone.corpus import Labelled, hashes
from scoring.tone.model import ToneModel


@pytest.fixture(scope="module")
def payload():
    payload = ToneReader.load().model.to_payload()
    payload.pop("fitted", None)
    return payload


def test_a_model_knows_the_texts_that_it_was_fitted_on_whatever_their_signs(payload):
    model = ToneModel.from_payload({**payload, "fitted": hashes(["Weer een storing", "Top!"])})
    assert model.has_fitted(["weer een storing?!", "iets anders"]).tolist() == [True, False]
    assert ToneModel.from_payload(model.to_payload()).has_fitted(["top"]).tolist() == [True]


def test_a_model_that_does_not_know_is_judged_on_held_out_sentences_only(payload, tmp_path):
    texts, notes = tones.unseen(ToneModel.from_payload(payload), tmp_path, commercial=False)
    assert {one.source for one in texts} == {tones.HELD_OUT}
    assert notes == [tones.UNKNOWN]


def test_texts_that_were_fitted_on_are_not_judged(payload, tmp_path):
    seen = [one.text for one in tones.corpus.own_sentences()][5:]
    texts, notes = tones.unseen(ToneModel.from_payload({**payload, "fitted": hashes(seen)}), tmp_path, False)
    assert notes == []
    assert 1 <= sum(one.source != tones.HELD_OUT for one in texts) <= 5


def test_each_set_and_language_is_judged_by_itself(payload):
    texts = [
        Labelled("Schandalig slecht", "nl", "negative", "a"),
        Labelled("Top, bedankt!", "nl", "positive", "a"),
        Labelled("Thanks, all sorted", "en", "positive", "a"),
    ]
    dutch, english = sorted(tones.judge_tone(ToneModel.from_payload(payload), texts, 0), key=lambda t: -t.texts)
    assert (dutch.lang, dutch.texts, dutch.auc.value, dutch.binary.value) == ("nl", 2, 1.0, 1.0)
    assert english.auc is None
    assert english.accuracy is not None
