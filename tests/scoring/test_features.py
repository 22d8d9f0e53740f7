from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.cascades import Cascade, CascadeFold
from scoring.features import INDEX, STATE, TARGET, aim, describe
from scoring.observation import observe
from scoring.profile import BrandProfile
from scoring.thread import Thread
from tests.scoring.scoring_samples import HOUR, T0, post, spread, streams

OF_FOLLOWERS = {
    "infectiousness_all",
    "infectiousness_half",
    "infectiousness_tenth",
    "log_audience_to_react",
    "log_root_followers",
    "log_audience",
    "log_mean_followers",
    "largest_broadcaster",
    "new_audience",
}
OF_PARENTS = {"breadth", "mean_depth", "max_depth", "structural_virality", "hub"}


@st.composite
def cascades(draw):
    gaps = draw(st.lists(st.sampled_from([0.0, 1.0, 30.0, 500.0, 20_000.0]), min_size=1, max_size=80))
    at = np.cumsum(gaps)
    events = [
        (
            float(t),
            draw(st.integers(0, 10**6)),
            draw(st.integers(-1, i - 1)),
            draw(st.sampled_from(["share", "reply"])),
        )
        for i, t in enumerate(at)
    ]
    return Cascade("c", events, root_followers=draw(st.integers(0, 10**7)))


def row_of_thread(thread, at):
    return describe([observe(thread, at)])[0].tolist()


def row_of(cascade, at, **kept):
    return dict(zip(STATE, row_of_thread(CascadeFold(cascade, **kept).until(at), at), strict=True))


@given(cascades(), st.sampled_from([0.0, 60.0, 4_000.0, 10**6]))
def test_a_row_has_a_number_for_every_name_and_is_never_infinite(cascade, at):
    row = row_of(cascade, at)
    assert all(isinstance(value, float) and abs(value) < inf for value in row.values() if not isnan(value))


@given(cascades(), st.sampled_from([60.0, 4_000.0, 10**6]))
def test_what_is_hidden_changes_nothing_but_what_is_made_of_it(cascade, at):
    """What a platform hides must not show in any other feature, or it would tell which platform it is."""
    whole = row_of(cascade, at)
    for hidden, made_of_it in (({"followers": False}, OF_FOLLOWERS), ({"parents": False}, OF_PARENTS)):
        masked = row_of(cascade, at, **hidden)
        assert all(isnan(masked[name]) for name in made_of_it)
        rest = [name for name in STATE if name not in made_of_it]
        assert [masked[name] for name in rest] == pytest.approx([whole[name] for name in rest], nan_ok=True)


@settings(max_examples=50)
@given(streams(), st.sampled_from([0.0, 1.0, HOUR, 10**7]))
def test_odd_streams_have_sound_features_too(mentions, later):
    thread = Thread(mentions[0], BrandProfile())
    for mention in mentions:
        if thread.accept(mention):
            thread.fold(mention, None)
    row = row_of_thread(thread, thread.at + later)
    assert len(row) == len(STATE)
    assert all(abs(value) < inf for value in row if not isnan(value))


def test_a_thread_that_nobody_spread_has_its_age_and_its_author():
    thread = Thread(post(), BrandProfile())
    thread.fold(post(followers=99), None)
    known = {name for name, value in zip(STATE, row_of_thread(thread, T0 + HOUR), strict=True) if not isnan(value)}
    assert known == {"log_size", "log_age", "log_idle", "log_root_followers"}


def test_features_mean_what_they_are_called():
    thread = Thread(post(followers=1_000), BrandProfile())
    thread.fold(post(followers=1_000), None)
    for i in range(10):
        thread.fold(spread(f"s{i}", T0 + 360.0 * (i + 1), followers=100), None)
    row = dict(zip(STATE, row_of_thread(thread, T0 + 3_600.0), strict=True))
    assert row["log_size"] == pytest.approx(np.log(10))
    assert row["log_age"] == pytest.approx(np.log(3_600))
    assert row["log_idle"] == 0.0
    assert row["share_10m"] == pytest.approx(0.2)
    assert row["since_half"] == pytest.approx(0.5)
    assert row["time_of_half"] == pytest.approx(0.5)
    assert row["log_audience"] == pytest.approx(np.log1p(2_000))
    assert row["breadth"] == 1.0
    assert row["structural_virality"] == pytest.approx(2 * 10 / 11)


def test_targets_tell_what_is_still_to_happen():
    rows = np.full((2, len(STATE)), nan)
    rows[:, INDEX["log_size"]] = np.log(50)
    rows[:, INDEX["log_age"]] = np.log(600)
    full = aim(rows, np.array([100.0, 500.0]), np.array([HOUR, HOUR]))
    assert full.shape == (2, len(STATE) + len(TARGET))
    assert full[:, len(STATE)] == pytest.approx(np.log([2, 10]))
    assert full[:, len(STATE) + 2] == pytest.approx(np.log([50, 450]))
