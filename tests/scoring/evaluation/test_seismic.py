import numpy as np
import pytest
from scipy.integrate import quad

from scoring.cascades import Cascade
from scoring.evaluation.seismic import Seismic, final_sizes, infectiousness, states
from scoring.kernel import CUTOFF_S, EXPONENT, reacted

LEVEL = 1.0 / (CUTOFF_S * (1.0 + 1.0 / EXPONENT))


def density(elapsed):
    return LEVEL * min((CUTOFF_S / max(elapsed, 1e-9)) ** (1.0 + EXPONENT), 1.0) if elapsed >= 0 else 0.0


@pytest.mark.parametrize("at", [240.0, 900.0, 20_000.0])
def test_infectiousness_is_equation_5_with_the_triangular_kernel(at):
    times = np.array([0.0, 0.1, 0.55, 0.6, 0.93]) * at
    degrees = np.array([1_000.0, 50.0, 0.0, 400.0, 7.0])

    def triangle(back):
        return max(1.0 - 2.0 * back / at, 0.0)

    exposed = sum(
        degree
        * quad(
            lambda s, t=t: triangle(at - s) * density(s - t),
            max(t, at / 2),
            at,
            points=[x for x in (t + CUTOFF_S,) if max(t, at / 2) < x < at] or None,
        )[0]
        for t, degree in zip(times, degrees, strict=True)
    )
    p, waiting = infectiousness(times, degrees, at)
    assert p == pytest.approx(sum(triangle(at - t) for t in times[1:]) / exposed, rel=1e-6)
    assert waiting == pytest.approx(sum(degrees * (1.0 - reacted(at - times))))


def test_a_steady_infectiousness_is_found_again():
    # One root with a million followers, each of whom reshares with p = 0.001: reshares come as the kernel says.
    p, degree = 0.001, 1e6
    grid = np.linspace(0.0, 7_200.0, 200_000)
    expected = p * degree * reacted(grid)
    times = np.interp(np.arange(1.0, expected[-1]), expected, grid)
    found, waiting = infectiousness(np.append(0.0, times), np.append(degree, np.zeros(len(times))), 7_200.0)
    assert found == pytest.approx(p, rel=0.02)
    (size,) = final_sizes(np.array([[len(times), found, waiting]]), 1.0, 0.0)
    assert size == pytest.approx(p * degree, rel=0.02)


@pytest.mark.parametrize(
    ("alpha", "degree", "size"),
    [
        pytest.param(1.0, 0.0, 10 + 0.01 * 500, id="no one of those exposes others"),
        pytest.param(0.5, 50.0, 10 + 0.5 * 0.01 * 500 / 0.5, id="corrected"),
        pytest.param(1.0, 100.0, np.inf, id="supercritical"),
    ],
)
def test_the_final_size_is_equation_7(alpha, degree, size):
    assert final_sizes(np.array([[10.0, 0.01, 500.0]]), alpha, degree)[0] == pytest.approx(size)


def test_corrections_are_those_with_the_least_median_error_at_their_age():
    found = np.tile([10.0, 0.01, 500.0], (30, 1))
    fitted = Seismic.fit(found, np.full(30, 300.0), np.full(30, 12.0))
    assert set(fitted.corrections) == {300.0}
    assert fitted.sizes(found[:1], np.array([300.0]))[0] == pytest.approx(12.0, rel=0.05)
    assert np.isinf(Seismic().sizes(found[:1], np.array([300.0])))[0]


@pytest.mark.parametrize(
    ("root", "followers", "known"),
    [
        pytest.param(100, (5, None), True, id="most known"),
        pytest.param(None, (5, 5), False, id="root unknown"),
        pytest.param(100, (None, None), False, id="sharers unknown"),
    ],
)
def test_it_says_nothing_without_followers(root, followers, known):
    cascade = Cascade("c", [(10.0 * (i + 1), f, None, "share") for i, f in enumerate(followers)], None, root)
    state = states([cascade], np.array([0]), np.array([60.0]))[0]
    assert np.isnan(state).any() != known
    if known:
        assert state[0] == 2
