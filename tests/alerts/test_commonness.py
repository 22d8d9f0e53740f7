import pytest
from msgspec import json

from alerts.incidents.commonness import MOST_WORDS, Commonness


def test_it_says_how_many_have_a_word_and_what_part_of_them():
    common = Commonness()
    for number in range(100):
        common.add(frozenset({"all", "some"} if number % 4 == 0 else {"all"}))
    assert common.heard == pytest.approx(common.number("all"))
    assert common.part("all") == pytest.approx(1.0)
    assert common.part("some") == pytest.approx(0.25, abs=0.01)
    assert (common.number("none"), common.part("none")) == (0.0, 0.0)


def test_what_was_said_long_ago_fades():
    common = Commonness()
    for number in range(3_000):
        common.add(frozenset({"old" if number < 1_500 else "new"}))
    assert common.part("new") > 0.85


def test_parts_stay_what_they_are_for_ever_and_through_json():
    common = Commonness()
    for number in range(20_000):
        common.add(frozenset({"half"} if number % 2 else set()))
    assert common.part("half") == pytest.approx(0.5, abs=0.01)
    assert common.weight < 1e9
    assert json.decode(json.encode(common), type=Commonness) == common


def test_what_is_said_seldom_is_forgotten_first():
    common = Commonness()
    for number in range(2 * MOST_WORDS):
        common.add(frozenset({"often", f"once{number}"}))
    assert len(common.counts) <= MOST_WORDS
    assert common.part("often") > 0.9


def test_nothing_is_said_of_a_brand_that_was_never_heard_of():
    assert (Commonness().heard, Commonness().part("word")) == (0.0, 0.0)


def test_what_nobody_says_between_two_turns_is_forgotten_and_all_else_counts_as_before():
    common, never_turned = Commonness(), Commonness()
    for turn in range(3):
        for _ in range(10):
            said = frozenset({"always", "once"} if turn == 0 else {"always"})
            common.add(said)
            never_turned.add(said)
            assert json.decode(json.encode(common), type=Commonness) == common
        assert common.number("always") == never_turned.number("always")
        assert (common.number("once") > 0) is (turn < 2)
        common.turn()
    common.turn()
    assert bool(common) is False
    assert common.heard == never_turned.heard
