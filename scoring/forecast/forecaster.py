"""The fitted forecast, asked about many threads at once."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from threadpoolctl import ThreadpoolController

from scoring.features import INDEX, STATE, TARGET, aim
from scoring.forecast.snapshots import hashes_of
from scoring.modelfile import ModelFileError, ModelMeta, load
from scoring.resources import FORECAST_MODEL

FOREVER_S = 30 * 24 * 3600.0
"""The horizon that stands for "in the end"."""

_GROWTHS = np.exp([0.05, 0.12, 0.25, 0.45, 0.7, 1.0, 1.5, 2.2, 3.2, 4.6])
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
        self._fitted_ids = payload.get("fitted_ids")
        self._threads = ThreadpoolController()

    @classmethod
    def load(cls, path: Any = FORECAST_MODEL) -> Self:
        """Read a model file.

        Raises
        ------
        ModelFileError
            If it is no forecast model of this version.
        """
        return cls(*load(path, cls.kind))

    def has_fitted(self, ids: Sequence[str]) -> np.ndarray:
        """Whether the model was fitted on the cascades of these ids, shape (n,).

        Raises
        ------
        ModelFileError
            If the model does not remember what it was fitted on.
        """
        if self._fitted_ids is None:
            raise ModelFileError(
                "the forecast model does not say what it was fitted on, so nothing can be judged as unseen; "
                "fit it anew with `brandmelder train`"
            )
        return np.isin(hashes_of(ids), self._fitted_ids)

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
            # One thread: for batches of this size more only wait for each other.
            with self._threads.limit(limits=1, user_api="openmp"):
                p[ask] = self._classifier.predict_proba(aim(rows[ask], sizes[ask], left_s[ask]))[:, 1]
        return p

    def interval(self, rows: np.ndarray, left_s: np.ndarray) -> np.ndarray:
        """The later size of n threads: its 10 %, 50 % and 90 % quantiles, shape (n, 3).

        Without time left, that is the present size.
        """
        n, grid = len(rows), len(_GROWTHS)
        now = np.maximum(np.exp(rows[:, 0]), 1.0)
        sizes = np.outer(now, _GROWTHS)
        p = self.p_reach(np.repeat(rows, grid, axis=0), sizes.ravel(), np.repeat(left_s, grid)).reshape(n, grid)
        p = np.minimum.accumulate(np.hstack([np.ones((n, 1)), p]), axis=1)
        logs = np.concatenate([[0.0], np.log(_GROWTHS)])
        # np.interp wants rising abscissae, and p falls along the grid.
        growth = [[np.interp(1.0 - q, line[::-1], logs[::-1]) for q in _QUANTILES] for line in p]
        grown = np.exp(np.array(growth)) * (left_s > 0.0)[:, None]
        sizes_then: np.ndarray = np.floor(now[:, None] * np.maximum(grown, 1.0) + 0.5)
        return sizes_then

    def contributions(self, rows: np.ndarray, sizes: np.ndarray, left_s: np.ndarray) -> list[dict[str, float]]:
        """What each group of features adds to P(reach), in log-odds, against a typical thread of that size.

        Takes what `p_reach` takes; one dict per row, by the name of the group.
        """
        n = len(rows)
        bins = np.minimum(np.log2(np.exp(rows[:, 0]) + 1.0).astype(int), len(self._references) - 1)
        typical = np.where(np.isnan(rows), np.nan, self._references[bins])
        variants = [rows]
        for columns in self._groups.values():
            variant = rows.copy()
            variant[:, columns] = typical[:, columns]
            variants.append(variant)
        many = len(variants)
        p = self.p_reach(np.vstack(variants), np.tile(sizes, many), np.tile(left_s, many))
        p = np.clip(p, 1e-6, 1 - 1e-6).reshape(many, n)
        odds = np.log(p / (1.0 - p))
        added = odds[0] - odds[1:]
        return [dict(zip(self._groups, added[:, i].tolist(), strict=True)) for i in range(n)]

    def times_usual(self, size: float, age_s: float) -> float:
        """How many times the mean size of threads of this age `size` is."""
        return size / float(np.interp(age_s, self._usual_ages, self._usual_sizes))

    @cached_property
    def _groups(self) -> dict[str, list[int]]:
        """Features by what a person would call them; a group is judged as a whole."""
        start = {
            "share_velocity": (
                "log_gap",
                "share_",
                "log_rate",
                "log_idle",
                "log_first",
                "branching",
                "log_still",
            ),
            "share_acceleration": ("acceleration", "time_of", "since_"),
            "audience_reach": ("log_audience", "log_mean", "new_audience", "infectiousness"),
            "author_reach": ("log_root",),
            "largest_broadcaster": ("largest",),
            "cascade_shape": ("breadth", "mean_depth", "max_depth", "structural", "hub"),
        }
        return {g: [INDEX[n] for n in STATE if n.startswith(starts)] for g, starts in start.items()}
