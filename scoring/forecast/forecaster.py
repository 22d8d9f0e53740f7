"""The fitted forecast, asked about many threads at once."""

from functools import cached_property
from typing import Any, Self

import numpy as np

from scoring.features import INDEX, STATE, TARGET, aim
from scoring.modelfile import ModelFileError, ModelMeta, load
from scoring.resources import FORECAST_MODEL

FOREVER_S = 30 * 24 * 3600.0
"""The horizon that stands for "in the end"."""

_GROWTHS = np.exp(np.concatenate([np.linspace(0.0, 1.0, 11)[1:], np.linspace(1.0, 6.5, 15)[1:]]))
"""Growth factors at which the distribution of the later size is read."""

_QUANTILES = (0.1, 0.5, 0.9)


class Forecaster:
    """P(a thread reaches a size within a time), for any size and time, by one calibrated classifier.

    The size asked for is a feature with a monotonic constraint, so P falls as the size rises; whole
    distributions are read off a grid of sizes.
    """

    kind = "forecast"

    def __init__(self, payload: dict[str, Any], meta: ModelMeta) -> None:
        names = tuple(payload["features"])
        if names != STATE + TARGET:
            odd = sorted(set(names) ^ set(STATE + TARGET)) or ["their order"]
            raise ModelFileError(
                f"the forecast model was fitted on other features than this version computes: {', '.join(odd)}; "
                "fit it anew with `brandmelder train`"
            )
        self.meta = meta
        self._classifier = payload["classifier"]
        self._references = np.asarray(payload["references"])
        self._usual_ages = np.asarray(payload["usual_ages"])
        self._usual_sizes = np.asarray(payload["usual_sizes"])

    @classmethod
    def load(cls, path: Any = FORECAST_MODEL) -> Self:
        """Read a model file.

        Raises
        ------
        ModelFileError
            If it is no forecast model of this version.
        """
        return cls(*load(path, cls.kind))

    def p_reach(self, rows: np.ndarray, sizes: np.ndarray, left_s: np.ndarray) -> np.ndarray:
        """Probability that each thread reaches its size in the time left.

        Parameters
        ----------
        rows
            State features of n threads, shape (n, len(STATE)).
        sizes, left_s
            Size asked for and seconds left, shape (n,).

        Returns
        -------
        Array of shape (n,); 1 where the size is reached already, 0 where no time is left.
        """
        reached = sizes <= np.exp(rows[:, 0]) + 1e-6
        p = np.where(reached, 1.0, 0.0)
        ask = ~reached & (left_s > 0.0)
        if ask.any():
            p[ask] = self._classifier.predict_proba(aim(rows[ask], sizes[ask], left_s[ask]))[:, 1]
        return p

    def interval(self, rows: np.ndarray, left_s: np.ndarray) -> np.ndarray:
        """The later size of n threads: its 10 %, 50 % and 90 % quantiles, shape (n, 3)."""
        n, grid = len(rows), len(_GROWTHS)
        now = np.maximum(np.exp(rows[:, 0]), 1.0)
        sizes = np.outer(now, _GROWTHS)
        p = self.p_reach(np.repeat(rows, grid, axis=0), sizes.ravel(), np.repeat(left_s, grid)).reshape(n, grid)
        p = np.minimum.accumulate(np.hstack([np.ones((n, 1)), p]), axis=1)
        logs = np.concatenate([[0.0], np.log(_GROWTHS)])
        # np.interp wants rising abscissae, and p falls along the grid.
        growth = [[np.interp(1.0 - q, line[::-1], logs[::-1]) for q in _QUANTILES] for line in p]
        return np.floor(now[:, None] * np.exp(np.array(growth)) + 0.5)

    def contributions(self, row: np.ndarray, size: float, left_s: float) -> dict[str, float]:
        """What each group of features adds to P(reach), in log-odds, against a typical thread of that size."""
        reference = self._references[min(int(np.log2(np.exp(row[0]) + 1.0)), len(self._references) - 1)]
        rows = np.repeat(row[None, :], len(self._groups) + 1, axis=0)
        for i, columns in enumerate(self._groups.values(), 1):
            rows[i, columns] = np.where(np.isnan(row[columns]), np.nan, reference[columns])
        n = len(rows)
        p = np.clip(self.p_reach(rows, np.full(n, size), np.full(n, left_s)), 1e-6, 1 - 1e-6)
        odds = np.log(p / (1.0 - p))
        return dict(zip(self._groups, (odds[0] - odds[1:]).tolist(), strict=True))

    def times_usual(self, size: float, age_s: float) -> float:
        """How many times the mean size of threads of this age `size` is."""
        return size / float(np.interp(age_s, self._usual_ages, self._usual_sizes))

    @cached_property
    def _groups(self) -> dict[str, list[int]]:
        """Features by what a person would call them; a group is judged as a whole."""
        start = {
            "share_velocity": ("log_gap", "share_", "log_rate", "log_idle", "log_first", "branching", "log_still"),
            "share_acceleration": ("acceleration", "time_of", "since_"),
            "audience_reach": ("log_audience", "log_mean", "new_audience", "infectiousness"),
            "author_reach": ("log_root",),
            "largest_broadcaster": ("largest",),
            "cascade_shape": ("breadth", "mean_depth", "max_depth", "structural", "hub"),
        }
        return {g: [INDEX[n] for n in STATE if n.startswith(starts)] for g, starts in start.items()}
