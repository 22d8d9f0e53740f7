from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.pace import RECENT, Pace

TIMES = st.lists(st.integers(0, 400), min_size=1, max_size=400)


def paced(times):
    pace = Pace()
    for i, at in enumerate(times):
        pace.add(float(at), 10.0 * i)
    return pace


def true_size(times, at):
    return bisect_right(sorted(times), at)


@given(TIMES)
def test_the_latest_events_are_counted_exactly_in_whatever_order_they_come(times):
    pace = paced(times)
    exact_from = sorted(times)[-min(RECENT, len(times))]
    for at in range(exact_from, 402):
        assert pace.size_at(at) == true_size(times, at)
        assert pace.counts_since([at]) == [len(times) - true_size(times, at)]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=2 * RECENT), st.integers(-5, 405))
def test_a_small_thread_is_counted_exactly_at_every_moment(times, at):
    assert paced(times).size_at(at) == true_size(times, at)


@given(TIMES, st.lists(st.integers(1, 300), min_size=1, max_size=8))
def test_size_never_falls_as_time_goes_on(times, sizes):
    pace = paced(times)
    for i, n in enumerate(sizes):
        pace.add(float(times[i % len(times)] + 3), 1.0, n)
    seen = [pace.size_at(at / 2) for at in range(-4, 820)]
    assert seen == sorted(seen)
    assert all(0 <= size <= pace.size for size in seen)


@given(TIMES)
def test_a_larger_size_is_never_reached_earlier(times):
    pace = paced(times)
    reached = [pace.time_of(size) for size in range(1, len(times) + 1)]
    assert reached == sorted(reached)
    assert reached[-1] == max(times)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=2 * RECENT))
def test_the_time_of_a_size_is_that_of_its_event(times):
    pace = paced(times)
    sizes = range(1, len(times) + 1)
    assert [pace.time_of(k) for k in sizes] == pace.times_of(sizes) == sorted(times)


def test_late_events_counted_together_are_all_put_in_their_place():
    pace = paced([0, 10, 20])
    pace.add(15.0, 0.0, 7)
    assert [pace.size_at(at) for at in (0, 12, 15, 19, 20)] == [1, 2, 9, 9, 10]


def test_an_event_older_than_those_remembered_leaves_them_exact():
    times = [*range(200), 5]
    pace = paced(times)
    assert pace.size_at(150) == true_size(times, 150)
    assert pace.size_at(60) == pytest.approx(true_size(times, 60), abs=4)


def test_interpolated_counts_are_close_for_a_steady_pace():
    times = range(20_000)
    pace = paced(times)
    for at in (100, 1_000, 5_000, 15_000):
        assert pace.size_at(at) == pytest.approx(at + 1, rel=0.05)


def test_memory_grows_with_the_logarithm_of_the_size():
    pace = Pace()
    for i in range(1_000_000):
        pace.add(float(i), float(i))
    assert pace.size == 1_000_000
    assert len(pace.recent) <= 2 * RECENT
    assert len(pace.times) == len(pace.sizes) == len(pace.audiences) == len(pace.steps) < 300
    assert sum(pace.steps) == pace.sizes[-1]


def test_one_count_of_millions_costs_no_more_memory_than_any_other():
    pace = Pace()
    pace.add(1.0, 0.0)
    pace.add(2.0, 0.0, 5_000_000)
    pace.add(1.5, 0.0, 5_000_000)
    assert pace.size == 10_000_001
    assert len(pace.recent) <= 2 * RECENT
    assert len(pace.times) <= 3


@given(TIMES, TIMES)
def test_a_curve_of_the_past_stays_as_it_was(times, later):
    pace = paced(times)
    points, size = len(pace.times), pace.size
    before = pace.curve(0.0, 400.0, size, points, 24)
    for at in later:
        pace.add(float(at), 0.0, 3)
    assert pace.curve(0.0, 400.0, size, points, 24) == before
    assert len(before) == 24
    assert list(before) == sorted(before)
    assert before[-1] == size


def test_nothing_has_happened_before_the_first_event():
    assert Pace().size_at(-1.0) == 0.0
    assert paced([10]).size_at(9.9) == 0.0
