import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from scoring.evaluation import measures

ONE = np.ones((1, 4))


@st.composite
def weighed(draw):
    n = draw(st.integers(2, 30))
    p = draw(st.lists(st.integers(0, 10), min_size=n, max_size=n))
    happened = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    weights = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    return np.array(p) / 10.0, np.array(happened), np.array(weights)


@given(weighed())
def test_a_weight_is_as_good_as_repeating_the_row(rows):
    p, happened, weights = rows
    assume(len(set(happened[weights > 0].tolist())) == 2)
    said, came = np.repeat(p, weights), np.repeat(happened, weights)
    line = weights[None, :].astype(float)
    assert measures.auc(p, happened, line)[0] == pytest.approx(roc_auc_score(came, said))
    assert measures.brier(p, happened, line)[0] == pytest.approx(np.mean((said - came) ** 2))
    assert measures.median(p, line)[0] == pytest.approx(np.median(said))
    assert measures.mean(p, line)[0] == pytest.approx(said.mean())
    plain = measures.calibration_error(said, came, np.ones((1, len(said))))
    assert measures.calibration_error(p, happened, line)[0] == pytest.approx(plain[0])


def test_auc_counts_pairs_in_the_right_order_and_ties_half():
    happened = np.array([True, False, True, False])
    assert measures.auc(np.array([0.9, 0.1, 0.5, 0.5]), happened, ONE)[0] == pytest.approx(3.5 / 4)


def test_scores_may_be_infinite():
    happened = np.array([True, False, True, False])
    assert measures.auc(np.array([np.inf, 1.0, np.inf, np.inf]), happened, ONE)[0] == pytest.approx(3 / 4)


def test_calibration_error_is_taken_per_bin_of_a_tenth():
    p = np.array([0.05, 0.09, 0.95, 1.0])
    happened = np.array([True, False, True, True])
    # In the first bin 0.07 was said and half of it came true; in the last 0.975, and all of it.
    assert measures.calibration_error(p, happened, ONE)[0] == pytest.approx(0.5 * 0.43 + 0.5 * 0.025)


def test_brier_is_the_mean_squared_error():
    p = np.array([1.0, 0.5, 0.0, 0.0])
    assert measures.brier(p, np.array([True, False, True, False]), ONE)[0] == pytest.approx((0.25 + 1.0) / 4)


def test_a_figure_that_does_not_exist_is_nan():
    p = np.array([0.1, 0.2])
    assert np.isnan(measures.auc(p, np.array([True, True]), np.ones((1, 2)))[0])
    assert np.isnan(measures.median(p, np.zeros((1, 2)))[0])
