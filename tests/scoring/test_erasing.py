"""Somebody who wishes to be forgotten is not known in any thread any more, and no figure changes."""

import pytest
from msgspec.structs import replace

from scoring.mention import Author
from scoring.names import short
from scoring.people import People
from scoring.profile import BrandProfile
from tests.scoring.scoring_samples import T0, answer, post, spread

KIM = Author("77", "@Kim", 5_000)


def kims():
    """A thread that Kim begins, one that Kim spreads, and one in which the brand speaks to Kim."""
    url = "https://x.com/kim/status/1"
    return [
        replace(post("one", text="slecht slecht, @anna!"), author=KIM, url=url),
        post("two", text="slecht, zegt @kim ook"),
        *[spread(f"s{n}", T0 + 10 * n, thread="two", parent="two") for n in range(1, 6)],
        replace(spread("s9", T0 + 70, thread="two", parent="two"), author=KIM),
        answer("a", T0 + 80, thread="two", parent="two", text="@kim dat is onzin"),
        post("three", text="slecht"),
    ]


def rows(engine):
    """What is written down of each thread."""
    for thread_id in ("one", "two", "three"):
        engine.touch(thread_id)
    return dict(engine.take_changes().rows)


@pytest.mark.parametrize("name", ["77", "kim", "@Kim"])
def test_by_any_of_the_names_all_goes_that_a_thread_shows(new_engine, name):
    engine = new_engine(profile=BrandProfile(viral_spread=50))
    engine.fold(kims())
    before = rows(engine)
    people = People({short(name), short(name.lstrip("@").lower())})
    assert sorted(engine.erase(people)) == ["one", "two"]
    assert people.names >= {short("77"), short("kim")}
    after = rows(engine)
    assert before["three"] == after["three"]
    marks = (b"im", b"nna", short("77"))
    assert {thread: [mark in before[thread] for mark in marks] for thread in ("one", "two")} == {
        "one": [True, True, True],
        "two": [True, False, True],
    }
    assert not any(mark in after[thread] for thread in ("one", "two") for mark in marks)
    assert engine.erase(people) == []


def test_no_figure_of_a_thread_changes(new_engine):
    def assessed(*, erased):
        engine = new_engine(profile=BrandProfile(viral_spread=50))
        engine.fold(kims())
        if erased:
            engine.erase(People([short("77"), short("kim")]))
        said = engine.fold([spread(f"t{n}", T0 + 90 + n, thread="two", parent="two") for n in range(40)])
        return [(one.at, one.risk, one.p_viral, one.p_negative, one.shares) for one in said]

    assert assessed(erased=True) == assessed(erased=False)
