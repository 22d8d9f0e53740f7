from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.evaluation.paging import REFERENCE_THREADS, Course, Outcomes, judge_pager
from scoring.evaluation.resample import Resampler

MINUTE = 60.0
NEVER = float("nan")


def course(*steps):
    """A course of scores from (minute, score)."""
    at, scores = np.array(steps, dtype=float).reshape(-1, 2).T
    return Course.of(at * MINUTE, scores)


# Two fails that go viral at minute 100, and four threads that are none.
COURSES = [
    course((10, 0.2), (40, 0.6), (90, 0.95)),
    course((10, 0.1), (99, 0.35), (120, 0.99)),
    course((5, 0.5), (6, 0.1)),
    course((5, 0.3)),
    course((5, 0.1), (9, 0.0)),
    course((5, 0.0)),
]
VIRAL = np.array([100 * MINUTE, 100 * MINUTE, NEVER, NEVER, NEVER, NEVER])


@pytest.fixture
def judged():
    outcomes = Outcomes(VIRAL, np.arange(6))
    return judge_pager("ours", "read", COURSES, outcomes, Resampler.of(np.zeros(6), 0))


def test_a_course_keeps_when_the_score_rose_above_all_before():
    found = course((1, 0.2), (2, 0.2), (3, 0.1), (4, 0.3), (5, 0.25))
    assert (found.at / MINUTE).tolist() == [1, 4]
    assert found.peak.tolist() == [0.2, 0.3]
    assert found.paged_at(0.1) == 1 * MINUTE
    assert found.paged_at(0.2) == 4 * MINUTE
    assert found.paged_at(0.3) == np.inf


def test_a_score_of_nothing_never_pages():
    assert course((1, 0.0)).paged_at(0.0) == np.inf
    assert Course.of(np.empty(0), np.empty(0)).paged_at(0.0) == np.inf


@pytest.mark.parametrize(
    ("false_pages", "caught", "lead"),
    [
        # Above 0.5 the first fail is paged at minute 40; the other at 120, which is too late.
        pytest.param(0, 0.5, 30.0, id="none allowed"),
        # Above 0.3 the second is paged at minute 99.
        pytest.param(1, 1.0, (60.0 + 1.0) / 2, id="one allowed"),
        # Above 0.1 the first is paged at minute 10, the second still at 99: its first score is 0.1 itself.
        pytest.param(2, 1.0, (90.0 + 1.0) / 2, id="two allowed"),
    ],
)
def test_the_threshold_is_the_lowest_within_the_budget(false_pages, caught, lead):
    # Ninety-four threads that nothing happens in make the curve long enough.
    wide = Outcomes(np.append(VIRAL, np.full(94, NEVER)), np.arange(100))
    courses = [*COURSES, *[course((1, 0.0))] * 94]
    pager = judge_pager("ours", "read", courses, wide, Resampler.of(np.zeros(100), 0))
    assert pager.curve[false_pages] == (false_pages, caught, pytest.approx(lead, abs=0.06))


def test_budgets_scale_with_the_number_of_threads():
    assert Outcomes(np.full(2 * REFERENCE_THREADS, NEVER), np.arange(2 * REFERENCE_THREADS)).scaled(14) == 28
    assert Outcomes(np.full(10, NEVER), np.arange(10)).scaled(2) == 1


def test_figures_at_a_budget_come_with_intervals(judged):
    budget = judged.budgets[0]
    assert (budget.budget, budget.false_pages, budget.threshold) == (2, 1, 0.3)
    assert budget.caught.value == 1.0
    assert budget.lead.low <= budget.lead.value <= budget.lead.high


def test_without_fails_there_is_nothing_to_say(judged):
    outcomes = Outcomes(np.full(6, NEVER), np.arange(6))
    pager = judge_pager("ours", "read", COURSES, outcomes, Resampler.of(np.zeros(6), 0))
    assert pager.curve == []
    assert pager.budgets[0].caught is None


@given(st.integers(0, 10**6))
def test_more_false_pages_never_catch_less(seed):
    rng = np.random.default_rng(seed)
    courses = [Course.of(np.arange(5.0), rng.random(5)) for _ in range(200)]
    viral = np.where(rng.random(200) < 0.3, rng.integers(0, 6, 200), np.nan)
    curve = judge_pager("m", "read", courses, Outcomes(viral, np.arange(200)), Resampler.of(np.zeros(200), 0)).curve
    assert all(a[1] <= b[1] and a[2] <= b[2] for a, b in pairwise(curve))
