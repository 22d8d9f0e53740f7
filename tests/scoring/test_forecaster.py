import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.cascades import Cascade, CascadeFold
from scoring.features import INDEX, STATE, TARGET, describe
from scoring.forecast import FOREVER_S, Forecaster
from scoring.modelfile import ModelFileError, ModelMeta, load
from scoring.observation import observe
from scoring.resources import FORECAST_MODEL
from tests.scoring.scoring_samples import HOUR

QUICK = settings(max_examples=30)


def row(n=40, step=30.0, at=None, followers=200):
    events = [(step * (i + 1), followers, -1, "share") for i in range(n)]
    at = step * n if at is None else at
    thread = CascadeFold(Cascade("c", events, root_followers=followers)).until(at)
    return describe([observe(thread, at)])[0]


ROWS = st.builds(row, st.integers(0, 300), st.sampled_from([1.0, 30.0, 900.0]), followers=st.sampled_from([None, 300]))


@QUICK
@given(ROWS, st.floats(60.0, FOREVER_S))
def test_larger_sizes_are_never_likelier(forecaster, one, left):
    sizes = np.geomspace(1, 10_000, 60)
    p = forecaster.p_reach(np.tile(one, (60, 1)), sizes, np.full(60, left))
    assert (np.diff(p) <= 1e-12).all()
    assert ((p >= 0) & (p <= 1)).all()


@QUICK
@given(ROWS, st.floats(1.01, 50.0))
def test_more_time_never_makes_a_size_less_likely(forecaster, one, growth):
    left = np.geomspace(1.0, FOREVER_S, 60)
    size = max(np.exp(one[0]), 1.0) * growth
    p = forecaster.p_reach(np.tile(one, (60, 1)), np.full(60, size), left)
    assert (np.diff(p) >= -1e-12).all()


RISING = ("log_size", "log_rate_10m", "log_rate_1h", "branching_half", "log_audience")


@QUICK
@given(ROWS, st.sampled_from(RISING), st.floats(600.0, 24 * HOUR), st.sampled_from([50.0, 500.0, 5_000.0]))
def test_a_larger_or_faster_thread_never_reaches_a_size_less_likely(forecaster, one, name, left, size):
    rows = np.tile(one, (40, 1))
    rows[:, INDEX[name]] += np.linspace(0.0, 5.0, 40)
    p = forecaster.p_reach(rows, np.full(40, size), np.full(40, left))
    assert (np.diff(p) >= -1e-12).all()


@QUICK
@given(ROWS)
def test_larger_growth_is_never_likelier(forecaster, one):
    beyond = forecaster.growth_beyond(np.array([one]))[0]
    assert (np.diff(beyond) <= 1e-12).all()


@pytest.mark.parametrize("left", [HOUR, 0.0, -HOUR], ids=["time left", "time is up", "time was up"])
def test_what_is_reached_is_certain_and_what_is_late_impossible(forecaster, left):
    rows = np.array([row(40)] * 3)
    p = forecaster.p_reach(rows, np.array([39.0, 40.0, 41.0]), np.full(3, left))
    assert p[:2].tolist() == [1.0, 1.0]
    assert (p[2] > 0.0) == (left > 0.0)


@QUICK
@given(ROWS, st.sampled_from([-HOUR, 0.0, 600.0, 24 * HOUR, FOREVER_S]))
def test_intervals_are_in_order_and_start_from_the_present_size(forecaster, one, left):
    now = round(max(np.exp(one[0]), 1.0))
    low, expected, high = forecaster.interval(np.array([one]), np.array([left]))[0]
    assert now <= low <= expected <= high
    if left <= 0.0:
        assert high == now


@QUICK
@given(ROWS)
def test_final_sizes_are_in_order_and_start_from_the_present_size(forecaster, one):
    low, expected, high = forecaster.final(np.array([one]))[0]
    assert round(max(np.exp(one[0]), 1.0)) <= low <= expected <= high


@QUICK
@given(ROWS, st.floats(1.02, 20.0))
def test_the_median_has_reached_a_size_where_that_is_likelier_than_not(forecaster, one, growth):
    left, now = np.array([12 * HOUR]), max(np.exp(one[0]), 1.0)
    p = forecaster.p_reach(np.array([one]), np.array([now * growth]), left)[0]
    median = forecaster.interval(np.array([one]), left)[0, 1]
    if p > 0.6:
        assert median >= 0.8 * now * growth
    elif p < 0.4:
        assert median <= 1.25 * now * growth + 1.0


def test_many_are_forecast_as_each_of_them(forecaster):
    rows = np.array([row(n, at=9_000.0) for n in (0, 1, 5, 20, 60, 200)])
    left = np.full(len(rows), 24 * HOUR)
    together = forecaster.interval(rows, left)
    alone = np.vstack([forecaster.interval(rows[i : i + 1], left[:1]) for i in range(len(rows))])
    assert together.tolist() == alone.tolist()


def test_contributions_name_what_speaks_for_the_spread(forecaster):
    fast, slow = row(100, step=5.0), row(100, step=2_000.0)
    asked = forecaster.contributions(np.array([fast, slow]), np.array([500.0, 500.0]), np.array([24 * HOUR] * 2))
    assert asked[0]["share_velocity"] > asked[1]["share_velocity"]
    assert all(np.isfinite(list(one.values())).all() for one in asked)
    hidden = forecaster.contributions(np.array([row(100, followers=None)]), np.array([500.0]), np.array([HOUR]))[0]
    assert hidden["audience_reach"] == hidden["author_reach"] == hidden["largest_broadcaster"] == 0.0


def test_usual_sizes_rise_with_age(forecaster):
    assert forecaster.times_usual(50, 300.0) > forecaster.times_usual(50, 12 * HOUR) > 0.0


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"sharp_features": [*STATE, *TARGET, "moon_phase"]}, "moon_phase"),
        ({"sharp_features": [*TARGET, *STATE]}, "their order"),
        ({"sharp_features": [*STATE, *TARGET], "steady_features": ["log_size"]}, "branching_half"),
        ({"features": [*STATE, *TARGET]}, "log_size"),
    ],
    ids=["another feature", "another order", "fewer features", "a model of an older version"],
)
def test_a_model_of_other_features_is_refused_by_name(payload, named):
    with pytest.raises(ModelFileError, match=named):
        Forecaster(payload, ModelMeta("forecast", "1", "2025-01-01"))


class Says:
    """A classifier that says the same of everything."""

    def __init__(self, p):
        self.p = p

    def predict_proba(self, rows):
        return np.tile([1.0 - self.p, self.p], (len(rows), 1))


@pytest.mark.parametrize(("size", "p"), [(5, 0.211), (10, 0.211), (300, 0.853), (3_000, 0.853)])
def test_of_growth_the_steady_classifier_speaks_for_small_threads_and_the_sharp_one_for_large(size, p):
    payload, meta = load(FORECAST_MODEL, "forecast")
    forecaster = Forecaster(payload | {"sharp": Says(0.9), "steady": Says(0.1)}, meta)
    rows, goal, left = np.array([row(size)]), np.array([2.0 * size]), np.array([HOUR])
    assert forecaster.p_grow(rows, goal, left)[0] == pytest.approx(p, abs=0.001)
    assert forecaster.p_reach(rows, goal, left)[0] == pytest.approx(0.1)


def test_final_sizes_are_as_wide_as_the_fit_found_they_must_be():
    payload, meta = load(FORECAST_MODEL, "forecast")
    widths = []
    for mass in (0.5, 0.8, 0.95):
        low, _, high = Forecaster(payload | {"interval_mass": np.full(3, mass)}, meta).final(np.array([row(40)]))[0]
        widths.append(high - low)
    assert widths[0] < widths[1] < widths[2]
