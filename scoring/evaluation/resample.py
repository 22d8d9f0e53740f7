"""95 % intervals by bootstrap over cascades: what depends on each other is drawn together."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scoring.evaluation.measures import Floats
from scoring.evaluation.result import Estimate

RESAMPLES = 1_000
CHUNK = 100
"""Resamples weighed at a time, which bounds the memory."""

DIGITS = 4

Places = npt.NDArray[np.intp]


class Resampler(NamedTuple):
    """How often each unit (a cascade, a text) is drawn in each resample, shape (RESAMPLES, units)."""

    counts: npt.NDArray[np.uint16]

    @classmethod
    def of(cls, strata: npt.ArrayLike, seed: int) -> "Resampler":
        """Draw units with replacement within each stratum.

        Parameters
        ----------
        strata
            The stratum (a data set) of each unit, shape (units,).
        seed
            Same seed, same resamples.
        """
        of_unit = np.asarray(strata)
        rng = np.random.default_rng([seed, 0xB007])
        counts = np.zeros((RESAMPLES, len(of_unit)), dtype=np.uint16)
        for stratum in np.unique(of_unit):
            inside = np.flatnonzero(of_unit == stratum)
            counts[:, inside] = rng.multinomial(len(inside), np.full(len(inside), 1.0 / len(inside)), RESAMPLES)
        return cls(counts)

    def estimate(
        self, statistic: Callable[[Floats], Floats], unit: Places, weight: Floats | None = None
    ) -> Estimate | None:
        """A figure and its interval.

        Parameters
        ----------
        statistic
            Takes weightings of the rows, shape (b, n), and returns b figures.
        unit
            The unit of each row, shape (n,).
        weight
            What each row counts, shape (n,); all the same when not given.

        Returns
        -------
        None where the figure does not exist (a single outcome, no row).
        """
        if not len(unit):
            return None
        base = np.ones(len(unit)) if weight is None else weight
        value = float(statistic(base[None, :])[0])
        if np.isnan(value):
            return None
        drawn = [
            statistic(self.counts[i : i + CHUNK][:, unit] * base[None, :]) for i in range(0, len(self.counts), CHUNK)
        ]
        return estimate_of(value, np.concatenate(drawn))


def estimate_of(value: float, drawn: Floats) -> Estimate:
    """Round a figure, and take its 95 % interval from what the resamples gave."""
    low, high = np.nanpercentile(drawn, [2.5, 97.5]).tolist()
    return Estimate(round(value, DIGITS), round(low, DIGITS), round(high, DIGITS))
