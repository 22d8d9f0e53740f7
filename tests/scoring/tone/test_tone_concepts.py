import numpy as np
import pytest

from scoring.tone.concepts import Concepts, read_words
from scoring.tone.features import Views

WORDS = {
    "praise": {"nl": ["fijn", "top*"], "en": ["great"]},
    "fault": {"nl": ["storing"], "en": ["outage"]},
    "well_said": {"nl": ["niet slecht"], "en": ["not bad"]},
    "glaring": {"both": ["😡"]},
}


def same(first: str, second: str, lang: str = "nl", other: str | None = None) -> bool:
    views = Views(Concepts(WORDS, {"mooi": 0.7, "lelijk": -0.7, "tafel": 0.05}))
    one, two = views.transform([first, second], [lang, other or lang])[2].toarray()
    return bool(np.array_equal(one, two))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("fijn storing", "topdag storing", id="ending"),
        pytest.param("fijn storing", "great outage", id="english-in-dutch"),
        pytest.param("TOP", "top", id="three-capitals-are-not-loud"),
        pytest.param("fijn", "great", id="languages-share-a-concept"),
        pytest.param("tafel", "boom", id="faint-polarity-is-none"),
    ],
)
def test_words_of_one_concept_look_alike(first, second):
    assert same(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("fijn storing", "storing fijn", id="order"),
        pytest.param("fijn storing", "fijn a b c d e storing", id="distance"),
        pytest.param("fijn", "fijn fijn", id="count"),
        pytest.param("niet slecht", "slecht niet", id="phrase"),
        pytest.param("mooi", "lelijk", id="polarity"),
        pytest.param("storing", "STORING", id="capitals"),
        pytest.param("fijn", "fijn...", id="dots"),
        pytest.param("fijn", "fijn 😡", id="emoji"),
    ],
)
def test_order_and_signs_count(first, second):
    assert not same(first, second)


def test_dutch_words_stand_for_nothing_in_english():
    assert same("storing", "boom", "en")
    assert not same("outage", "tree", "en")


def test_what_is_forgotten_differs_and_the_words_stay():
    views = Views(Concepts(WORDS, {}))
    texts = ["fijn storing fijn storing fijn storing"] * 20
    whole = views.transform(texts, ["nl"] * 20)
    blurred = views.transform(texts, ["nl"] * 20, np.random.default_rng(1))
    assert (whole[0] != blurred[0]).nnz == 0
    assert blurred[2].nnz < whole[2].nnz


def test_the_word_list_reads():
    words = read_words()
    assert "storing*" in words["fault"]["nl"]
    assert "not bad" in words["well_said"]["en"]
    assert all(
        form == " ".join(form.split()) and form
        for lists in words.values()
        for forms in lists.values()
        for form in forms
    )
