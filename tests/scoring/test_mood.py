import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.mood import BASE_NEGATIVE, Mood

READ = st.floats(0.0, 1.0)


def mood(root=None, reactions=()):
    made = Mood()
    if root is not None:
        made.add_root(root, 0.0)
    for negative in reactions:
        made.add(negative, 0.0)
    return made


def test_of_a_thread_without_a_word_the_base_rate_is_expected():
    assert mood().negative == pytest.approx(BASE_NEGATIVE)
    assert mood(reactions=[BASE_NEGATIVE] * 9).negative == pytest.approx(BASE_NEGATIVE)


@pytest.mark.parametrize("read", [0.0, 1.0], ids=["sure it is not", "sure it is"])
def test_no_single_reaction_decides(read):
    assert 0.1 < mood(reactions=[read]).negative < 0.8


@pytest.mark.parametrize(
    ("root", "reactions", "least", "most"),
    [
        (0.95, [], 0.8, 0.95),
        (0.95, [0.9] * 5, 0.98, 1.0),
        (0.1, [], 0.0, 0.15),
        (0.2, [0.9] * 10, 0.8, 1.0),
        (0.9, [0.05] * 10, 0.0, 0.3),
        (0.4, [0.9, 0.1] * 10, 0.3, 0.98),
    ],
    ids=["complaint", "complaint agreed with", "praise", "praise that nobody believes", "complaint helped", "divided"],
)
def test_root_and_reactions_decide_together(root, reactions, least, most):
    assert least <= mood(root, reactions).negative <= most


@given(st.none() | READ, st.lists(READ, max_size=60), READ)
def test_it_is_a_probability_and_a_more_negative_text_never_lowers_it(root, reactions, last):
    before = mood(root, [*reactions, last])
    worse = mood(root, [*reactions, min(last + 0.2, 1.0)])
    assert 0.0 < before.negative <= worse.negative < 1.0
    assert before.of_reactions(0.5) <= worse.of_reactions(0.5)
    assert 0.0 <= before.mean <= worse.mean <= 1.0


def test_a_mood_can_turn_however_long_it_was_another():
    turned = mood(0.5, [0.02] * 500 + [0.95] * 20)
    assert turned.negative > 0.9
    assert turned.mean < 0.1
    assert turned.recent > turned.mean


def test_a_crowd_of_which_a_third_is_negative_stays_undecided_however_many_they_are():
    assert 0.2 < mood(reactions=[0.9, 0.1, 0.1] * 200).negative < 0.8
