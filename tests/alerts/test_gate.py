import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.slack.delivery.gate import PASSING, Backoff, Gate


def test_calls_are_spaced():
    gate = Gate(0.5)
    assert gate.opens_at(10.0) <= 10.0
    gate.passed(13.0)
    assert gate.opens_at(13.0) == 15.0
    assert gate.opens_at(15.0) <= 15.0


def test_a_burst_is_saved_up_for():
    gate = Gate(1.0, burst=2)
    gate.passed(0.0)
    gate.passed(0.0)
    assert gate.opens_at(0.0) == 1.0
    assert gate.opens_at(100.0) <= 100.0
    gate.passed(100.0)
    assert gate.opens_at(100.0) <= 100.0


def test_what_slack_asks_for_is_kept():
    gate = Gate(1.0)
    gate.shut(30.0)
    gate.shut(20.0)
    assert gate.opens_at(5.0) == 30.0


def test_failures_in_a_row_wait_longer_and_a_success_ends_that():
    gate = Gate(1000.0)
    waits = []
    for now in (100.0, 200.0, 300.0):
        gate.failed(now, PASSING, lambda: 1.0)
        waits.append(gate.opens_at(now) - now)
    gate.worked()
    gate.failed(400.0, PASSING, lambda: 1.0)
    assert [*waits, gate.opens_at(400.0) - 400.0] == [1.0, 2.0, 4.0, 1.0]


@given(tries=st.integers(1, 10_000), chance=st.floats(0.0, 1.0))
def test_a_wait_never_exceeds_the_longest_nor_vanishes(tries, chance):
    assert 0.5 <= Backoff(1.0, 30.0).wait(tries, lambda: chance) <= 30.0


@pytest.mark.parametrize(("per_s", "burst"), [(0.0, 1), (-1.0, 1), (1.0, 0)])
def test_a_pace_has_to_be_positive(per_s, burst):
    with pytest.raises(ValueError, match="have to be positive"):
        Gate(per_s, burst)
