"""Cascades grow as the theory of branching processes says, and the same for the same seed."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.incidents.hawkes import DAY, HOUR, DailyClock, Growth, Kernel, Recipe, grow
from streams.incidents.parameters import Floats, FollowerLaw

SHARERS = FollowerLaw((0.6, 0.4), (4.5, 7.0), (1.3, 1.3))
NOON = 1_764_590_400.0
BUSY_EVENING = tuple([0.2] * 6 + [1.0] * 12 + [2.0] * 6)


def recipe(number: int, *, direct: float, branching: float, scale: float = 1_000.0) -> Recipe:
    def same(value: float) -> Floats:
        return np.full(number, value)

    kernel = Kernel(same(scale), same(0.8))
    return Recipe(same(NOON), same(direct), same(branching), kernel, kernel)


def growth(number: int = 400, seed: int = 3, **options: Any) -> Growth:
    settings = {"window_s": 30 * DAY, "mark_exponent": 0.5, "clock": None} | options
    made = {key: settings.pop(key) for key in ("direct", "branching", "scale") if key in settings}
    return grow(
        np.random.default_rng(seed),
        recipe(number, **{"direct": 50.0, "branching": 0.3} | made),
        sharers=SHARERS,
        **settings,
    )


@pytest.mark.parametrize("branching", [0.0, 0.3, 0.7])
def test_size_and_depth_follow_the_branching_factor(branching: float) -> None:
    grown = growth(branching=branching, scale=10.0)
    assert len(grown.time) / 400 == pytest.approx(50 / (1 - branching), rel=0.06)
    assert (grown.generation == 1).mean() == pytest.approx(1 - branching, abs=0.03)


def test_large_audiences_bring_more_reshares() -> None:
    grown = growth(branching=0.6, scale=10.0)
    start = grown.offsets[grown.cascade]
    children = np.zeros(len(grown.time))
    inner = grown.parent >= 0
    np.add.at(children, (start + grown.parent)[inner], 1)
    large = grown.followers > np.quantile(grown.followers, 0.9)
    ratio = children[large].mean() / children[~large].mean()
    marks = np.sqrt(1.0 + grown.followers)
    assert ratio == pytest.approx(marks[large].mean() / marks[~large].mean(), rel=0.1)


@pytest.mark.parametrize("window", [1_500.0, 30 * DAY], ids=["short window", "long window"])
def test_delays_follow_the_power_law(window: float) -> None:
    grown = growth(branching=0.0, direct=500.0, window_s=window)
    assert len(grown.time) == pytest.approx(400 * 500, rel=0.01)
    for quantile in (0.1, 0.5, 0.9):
        within = 1 - (1 + window / 1_000) ** -0.8
        expected = 1_000 * ((1 - quantile * within) ** (-1 / 0.8) - 1)
        assert np.quantile(grown.time, quantile) == pytest.approx(expected, rel=0.03)


def test_the_daily_clock_moves_events_to_busy_hours_and_keeps_their_number() -> None:
    even = growth(direct=300.0, scale=DAY)
    daily = growth(direct=300.0, scale=DAY, clock=DailyClock(BUSY_EVENING))
    hour = ((NOON + HOUR + daily.time) // HOUR % 24).astype(int)
    evening, night = (hour >= 18).mean(), (hour < 6).mean()
    assert evening / night == pytest.approx(10, rel=0.25)
    assert len(daily.time) == pytest.approx(len(even.time), rel=0.02)


@given(st.lists(st.floats(0, 2e9), min_size=1, max_size=20))
def test_the_clock_goes_both_ways(times: list[float]) -> None:
    clock = DailyClock(BUSY_EVENING)
    wall = np.sort(np.array(times))
    activity = clock.activity(wall)
    assert (np.diff(activity) >= 0).all()
    assert clock.wall(activity) == pytest.approx(wall, abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    direct=st.floats(0, 60),
    branching=st.floats(0, 0.9),
    daily=st.booleans(),
    window=st.floats(60, 40 * DAY),
)
def test_every_cascade_is_a_tree_in_order_of_time(
    seed: int, direct: float, branching: float, daily: bool, window: float
) -> None:
    clock = DailyClock(BUSY_EVENING) if daily else None
    grown = growth(5, seed, direct=direct, branching=branching, clock=clock, window_s=window)
    parts = list(grown.one_by_one())
    assert len(parts) == 5
    assert sum(len(part.time) for part in parts) == len(grown.time)
    for part in parts:
        index = np.arange(len(part.time))
        assert ((part.parent >= -1) & (part.parent < index)).all()
        assert (np.diff(part.time) >= 0).all()
        assert ((part.time >= 0) & (part.time <= window + 1e-3)).all()
        inner = part.parent >= 0
        assert (part.generation[~inner] == 1).all()
        assert (part.generation[inner] == part.generation[part.parent[inner]] + 1).all()
        assert (part.followers >= 0).all()


def test_the_seed_decides_everything() -> None:
    first, again, other = growth(seed=1), growth(seed=1), growth(seed=2)
    assert first.time.tobytes() == again.time.tobytes()
    assert first.parent.tobytes() == again.parent.tobytes()
    assert first.followers.tobytes() == again.followers.tobytes()
    assert first.time.tobytes() != other.time.tobytes()


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"branching": 1.0}, "branching is"),
        ({"branching": -0.1}, "branching is"),
        ({"direct": -1.0}, "direct is"),
    ],
    ids=["never ends", "negative branching", "negative direct"],
)
def test_an_impossible_recipe_is_refused(made: dict[str, float], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        growth(**made)


@pytest.mark.parametrize("hourly", [(1.0,) * 23, (0.0,) * 24], ids=["23 hours", "no activity"])
def test_an_impossible_clock_is_refused(hourly: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="hourly is"):
        DailyClock(hourly)
