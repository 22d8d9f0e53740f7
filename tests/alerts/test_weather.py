import pytest
from scipy.stats import poisson

from alerts.incidents.weather import curve, forecast, poisson_interval


@pytest.mark.parametrize("mean", [0.0, 0.1, 1.0, 2.5, 10.0, 40.0, 222.2, 499.0])
def test_the_interval_is_that_of_a_poisson_distribution(mean):
    expected = (float(poisson.ppf(0.1, mean)), float(poisson.ppf(0.9, mean))) if mean else (0.0, 0.0)
    assert poisson_interval(mean) == expected


@pytest.mark.parametrize("mean", [501.0, 5_000.0, 1e6])
def test_a_large_one_is_as_good_as_normal(mean):
    low, high = poisson_interval(mean)
    assert (low, high) == pytest.approx((poisson.ppf(0.1, mean), poisson.ppf(0.9, mean)), rel=0.002)


def test_as_many_again_are_expected_by_twice_the_age_at_a_steady_pace():
    said = forecast(40, 40 / 600, 600.0)
    assert (said.expected, said.horizon_s) == (80.0, 1_200.0)
    assert (said.low, said.high) == (72.0, 88.0)


def test_the_curve_rises_to_all_of_them():
    steps = curve([1, 0, 5, 4], 60.0, 230.0)
    assert len(steps) == 24
    assert list(steps) == sorted(steps)
    assert (steps[0], steps[-1]) == (1, 10)
