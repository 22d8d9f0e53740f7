import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.forecast.interval import BANDS, COVERAGE, GROWTHS, fitting_mass, mass_at, quantiles, shortest, sizes_of

FALLING = st.lists(st.floats(0.0, 1.0), min_size=len(GROWTHS), max_size=len(GROWTHS)).map(
    lambda p: np.array([sorted(p, reverse=True)])
)


def exponential(mean, n=1):
    """P(growth beyond) where the logarithm of growth is exponential."""
    return np.tile(np.exp(-GROWTHS / mean), (n, 1))


def test_quantiles_of_a_known_distribution():
    levels = np.array([[0.1, 0.5, 0.9]])
    found = quantiles(exponential(0.5), levels)[0]
    assert found == pytest.approx(-0.5 * np.log(1 - levels[0]), rel=0.06)


def test_the_shortest_interval_of_a_falling_density_starts_at_the_present_size():
    low, median, high = shortest(exponential(0.5), np.array([0.8]))[0]
    assert low == 0.0
    assert high == pytest.approx(-0.5 * np.log(0.2), rel=0.06)
    assert low < median < high


def test_a_thread_that_will_surely_grow_has_a_lower_end_above_its_size():
    beyond = np.array([np.where(GROWTHS < 0.9, 1.0, np.where(GROWTHS < 1.5, 0.5, 0.0))])
    low, _, high = shortest(beyond, np.array([0.8]))[0]
    assert 0.5 < low < high < 2.0


@given(FALLING, st.floats(0.5, 0.95))
def test_intervals_are_in_order_and_hold_their_mass(beyond, mass):
    low, median, high = shortest(beyond, np.array([mass]))[0]
    assert 0.0 <= low <= median <= high <= GROWTHS[-1]


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [(0.8, 0.82, 0.95), (1.0, 0.77, 0.83), (2.0, 0.5, 0.7)],
    ids=["too sure", "right", "unsure"],
)
def test_the_mass_is_fitted_to_what_intervals_hold(said, least, most):
    rng = np.random.default_rng(0)
    size = np.full(4_000, 50.0)
    final = np.floor(size * np.exp(rng.exponential(0.5, len(size))))
    beyond = exponential(0.5 * said, len(size))
    fitted = fitting_mass(beyond, size, final)
    low, _, high = sizes_of(shortest(beyond, mass_at(fitted, size)), size).T
    assert np.mean((low <= final) & (final <= high)) == pytest.approx(COVERAGE, abs=0.03)
    assert least <= fitted[1] <= most
    assert fitted[0] == fitted[2] == COVERAGE


def test_too_few_rows_leave_the_mass_as_it_was():
    assert fitting_mass(exponential(0.5, 5), np.full(5, 50.0), np.full(5, 60.0)).tolist() == [COVERAGE] * len(BANDS)
