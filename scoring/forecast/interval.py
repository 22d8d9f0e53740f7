"""Where the later size of a thread will lie: median and likeliest part of a distribution read off a classifier."""

from itertools import pairwise

import numpy as np

GROWTHS = np.array([0.01, 0.03, 0.07, 0.14, 0.25, 0.4, 0.6, 0.9, 1.3, 1.8, 2.5, 3.4, 4.6])
"""Logarithms of the growth factors at which the distribution is read."""

COVERAGE = 0.8
"""Part of the later sizes that an interval holds."""

_TAILS = np.linspace(0.0, 0.9, 10)
"""How the rest is dealt to the two sides: all above (0) to nearly all below."""


def quantiles(beyond: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Logarithms of growth at quantiles.

    Parameters
    ----------
    beyond
        P(growth of at least `GROWTHS`), shape (n, len(GROWTHS)).
    levels
        Levels wanted of each row, shape (n, m).

    Returns
    -------
    Array of shape (n, m).
    """
    falling = np.minimum.accumulate(np.hstack([np.ones((len(beyond), 1)), beyond]), axis=1)
    logs = np.concatenate([[0.0], GROWTHS])
    # np.interp wants rising abscissae, and P falls along the grid.
    found = [np.interp(1.0 - q, line[::-1], logs[::-1]) for q, line in zip(levels, falling, strict=True)]
    return np.array(found).reshape(levels.shape)


def shortest(beyond: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """The shortest interval that holds `mass`, with the median, as logarithms of growth.

    A cascade that has nearly ended often stays as it is; equal tails would cut off a lower part that is not there, and
    hold more than they say.

    Parameters
    ----------
    beyond
        As of `quantiles`.
    mass
        Probability to be held, shape (n,).

    Returns
    -------
    Low, median, high; shape (n, 3).
    """
    below = np.outer(1.0 - mass, _TAILS)
    many = len(_TAILS)
    found = quantiles(beyond, np.hstack([below, below + mass[:, None], np.full((len(beyond), 1), 0.5)]))
    low, high, median = found[:, :many], found[:, many : 2 * many], found[:, -1]
    best = (high - low).argmin(axis=1)
    rows = np.arange(len(best))
    lows, highs = low[rows, best], high[rows, best]
    return np.column_stack([lows, np.clip(median, lows, highs), highs])


BANDS = (5.0, 50.0, 500.0)
"""Sizes around which the mass that holds `COVERAGE` is found anew: the classifier is less sure than it could be
of large cascades."""

_MASSES = np.arange(0.5, 0.951, 0.025)
_LEAST = 40
"""Fewer rows say nothing of a band."""


def fitting_mass(beyond: np.ndarray, size: np.ndarray, final: np.ndarray) -> np.ndarray:
    """The mass for which intervals of cascades not fitted on hold `COVERAGE` of their final sizes, by size.

    Parameters
    ----------
    beyond
        As of `quantiles`.
    size, final
        Size then and in the end, shape (n,).

    Returns
    -------
    A mass for each of `BANDS`, shape (3,).
    """
    edges = [0.0, *np.sqrt(np.multiply(BANDS[:-1], BANDS[1:])), np.inf]
    out = np.full(len(BANDS), COVERAGE)
    for band, (least, most) in enumerate(pairwise(edges)):
        rows = (size >= least) & (size < most)
        if rows.sum() < _LEAST:
            continue
        held = []
        for mass in _MASSES:
            low, _, high = sizes_of(shortest(beyond[rows], np.full(rows.sum(), mass)), size[rows]).T
            held.append(np.mean((low <= final[rows]) & (final[rows] <= high)))
        out[band] = _MASSES[np.argmin(np.abs(np.array(held) - COVERAGE))]
    return out


def mass_at(fitted: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The mass for threads of a size, between those of `fitting_mass`; shape as `size`."""
    mass: np.ndarray = np.interp(np.log(size), np.log(BANDS), fitted)
    return mass


def sizes_of(logs: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Growth (n, m) of threads of a size (n,) as whole sizes."""
    sizes: np.ndarray = np.floor(size[:, None] * np.exp(logs) + 0.5)
    return sizes
