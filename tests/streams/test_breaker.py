from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.breaker import Breaker, Withheld

MINUTE = 60.0
START = 1_700_000_040.0
"""The beginning of a minute."""


def feed(breaker, per_minute, minutes, *, offset=0):
    """Let so many bad records come in each of some minutes; how many were admitted, and whether it is open then."""
    course = []
    for minute in range(minutes):
        now = START + (minute + offset) * MINUTE
        admitted = sum(breaker.admits(n, "bad_json", now + n * MINUTE / per_minute) for n in range(per_minute))
        course.append((admitted, breaker.open))
    return course


def test_up_to_the_bound_each_gets_its_letter():
    breaker = Breaker(10)
    assert feed(breaker, 10, 3) == [(10, False)] * 3
    assert breaker.take() is None


def test_beyond_it_they_are_withheld_until_a_calm_minute_is_over():
    breaker = Breaker(10)
    assert feed(breaker, 100, 2) == [(10, True), (0, True)]
    assert feed(breaker, 6, 1, offset=2) == [(0, True)]
    assert feed(breaker, 5, 1, offset=3) == [(0, True)]
    assert feed(breaker, 8, 1, offset=4) == [(8, False)]


@pytest.mark.parametrize(("passed", "is_open"), [(59.9, True), (60, True), (120, False), (86_400, False)])
def test_without_any_it_closes_by_time_alone(passed, is_open):
    breaker = Breaker(10)
    feed(breaker, 100, 1)
    breaker.pass_time(START + passed)
    assert breaker.open is is_open


def test_what_was_withheld_is_told_by_offsets_and_reasons_once():
    breaker = Breaker(1)
    for offset, reason in ((3, "empty"), (5, "bad_json"), (6, "empty"), (9, "bad_json"), (9_000, "too_large")):
        breaker.admits(offset, reason, START)
    taken = breaker.take()
    assert taken == Withheld(5, 9_000, {"bad_json": 2, "empty": 1, "too_large": 1})
    assert taken.number == 4
    assert breaker.take() is None


def test_a_clock_that_is_set_back_admits_no_more():
    breaker = Breaker(10)
    assert feed(breaker, 10, 1) == [(10, False)]
    assert not breaker.admits(11, "empty", START - 5 * MINUTE)


def test_none_at_all_may_be_allowed():
    assert feed(Breaker(0), 3, 2) == [(0, True), (0, True)]


bursts = st.lists(
    st.tuples(
        st.floats(-30, 150),
        st.integers(0, 30),
        st.sampled_from(["empty", "bad_json", "too_large"]),
        st.integers(1, 50),
        st.booleans(),
    ),
    max_size=30,
)


@given(bursts, st.integers(0, 20))
def test_nothing_is_uncounted_no_minute_has_too_many_and_all_that_is_withheld_is_covered(bursts, per_minute):
    breaker = Breaker(per_minute)
    now, latest, offset = START, 0.0, 0
    came, letters, covered = Counter(), Counter(), Counter()
    withheld, ranges = [], []

    def take():
        taken = breaker.take()
        if taken is not None:
            covered.update(taken.reasons)
            ranges.append(taken)

    for passed, number, reason, step, taking in bursts:
        now += passed
        for _ in range(number):
            latest = max(latest, now)
            offset += step
            came[reason] += 1
            if breaker.admits(offset, reason, now):
                letters[latest // MINUTE, reason] += 1
            else:
                withheld.append(offset)
        if taking:
            take()
    take()
    of_minute = Counter()
    for (minute, reason), number in letters.items():
        of_minute[minute] += number
        covered[reason] += number
    assert all(number <= per_minute for number in of_minute.values())
    assert covered == came
    assert all(any(one.first <= each <= one.last for one in ranges) for each in withheld)
    assert all(one.last < other.first for one, other in pairwise(ranges))
    assert sum(one.number for one in ranges) == len(withheld)
    breaker.pass_time(latest + 2 * MINUTE)
    assert not breaker.open
