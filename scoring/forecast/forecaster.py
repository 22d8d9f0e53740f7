"""The fitted forecast, asked about many threads at once."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from threadpoolctl import ThreadpoolController

from scoring.features import INDEX, aim
from scoring.forecast.classifiers import SHARP_FEATURES, STEADY_FEATURES, columns
from scoring.forecast.interval import COVERAGE, GROWTHS, mass_at, shortest, sizes_of
from scoring.forecast.snapshots import FOREVER_S, hashes_of
from scoring.modelfile import ModelFileError, ModelMeta, load
from scoring.resources import FORECAST_MODEL

_Ask = Callable[[np.ndarray], np.ndarray]

_BLEND = ((10.0, 300.0), (0.8, 0.1))
"""How much the steady classifier has to say on growth, by size: of small threads there is little to be sharp about."""


class Forecaster:
    """P(a thread reaches a size within a time), for any size and time, by two classifiers.

    The size asked for and the time left are features with monotonic constraints, so P falls as the size rises and as
    time runs out; whole distributions are read off a grid of sizes. `scoring.forecast.classifiers` says why there are
    two.
    """

    kind = "forecast"

    def __init__(self, payload: dict[str, Any], meta: ModelMeta) -> None:
        for kind, expected in (("sharp", SHARP_FEATURES), ("steady", STEADY_FEATURES)):
            names = tuple(payload.get(f"{kind}_features", ()))
            if names != expected:
                odd = sorted(set(names) ^ set(expected)) or ["their order"]
                raise ModelFileError(
                    f"the forecast model was fitted on other features than this version computes: {', '.join(odd)}; "
                    "fit it anew with `brandmelder train`"
                )
        self.meta = meta
        self._sharp = payload["sharp"]
        self._steady = payload["steady"]
        self._steady_columns = columns(STEADY_FEATURES)
        self._interval_mass = np.asarray(payload["interval_mass"])
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

        A larger, faster or more infectious thread is never given less, all else equal.

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
        return self._where_open(rows, sizes, left_s, self._p_steady)

    def p_grow(self, rows: np.ndarray, sizes: np.ndarray, left_s: np.ndarray) -> np.ndarray:
        """The same question, answered as sharply as can be at a single look: for growth and intervals.

        Takes and returns what `p_reach` does.
        """
        return self._where_open(rows, sizes, left_s, self._p_blended)

    def growth_beyond(self, rows: np.ndarray) -> np.ndarray:
        """P(growth by each factor of `GROWTHS` in the end) as `p_grow` has it, for n rows; shape (n, len(GROWTHS))."""
        return self._beyond(rows, np.full(len(rows), FOREVER_S), self._p_blended)

    def final(self, rows: np.ndarray) -> np.ndarray:
        """The size of n threads in the end: low, median and high of an 80 % interval, shape (n, 3)."""
        now = _size(rows)
        return sizes_of(shortest(self.growth_beyond(rows), mass_at(self._interval_mass, now)), now)

    def interval(self, rows: np.ndarray, left_s: np.ndarray) -> np.ndarray:
        """The later size of n threads: low, median and high of an 80 % interval, shape (n, 3).

        It is read off `p_reach`, so that it says the same as the risk: where that is above one half, the
        median has reached the size. Without time left, it is the present size.
        """
        logs = shortest(self._beyond(rows, left_s, self._p_steady), np.full(len(rows), COVERAGE))
        return sizes_of(np.where(left_s[:, None] > 0.0, logs, 0.0), _size(rows))

    def _beyond(self, rows: np.ndarray, left_s: np.ndarray, p_of: _Ask) -> np.ndarray:
        n, grid = len(rows), len(GROWTHS)
        sizes = np.outer(_size(rows), np.exp(GROWTHS)).ravel()
        p = self._where_open(np.repeat(rows, grid, axis=0), sizes, np.repeat(left_s, grid), p_of)
        return p.reshape(n, grid)

    def _where_open(self, rows: np.ndarray, sizes: np.ndarray, left_s: np.ndarray, p_of: _Ask) -> np.ndarray:
        reached = sizes <= np.exp(rows[:, 0]) + 1e-6
        p = np.where(reached, 1.0, 0.0)
        ask = ~reached & (left_s > 0.0)
        if ask.any():
            # One thread: for batches of this size more only wait for each other.
            with self._threads.limit(limits=1, user_api="openmp"):
                p[ask] = p_of(aim(rows[ask], sizes[ask], left_s[ask]))
        return p

    def _p_steady(self, aimed: np.ndarray) -> np.ndarray:
        p: np.ndarray = self._steady.predict_proba(aimed[:, self._steady_columns])[:, 1]
        return p

    def _p_blended(self, aimed: np.ndarray) -> np.ndarray:
        (small, large), (most, least) = _BLEND
        steady = np.interp(aimed[:, 0], np.log([small, large]), [most, least])
        odds = _log_odds(self._sharp.predict_proba(aimed)[:, 1])
        odds += steady * (_log_odds(self._p_steady(aimed)) - odds)
        p: np.ndarray = 1.0 / (1.0 + np.exp(-odds))
        return p

    def contributions(self, rows: np.ndarray, sizes: np.ndarray, left_s: np.ndarray) -> list[dict[str, float]]:
        """What each group of features adds to P(reach), in log-odds, against a typical thread of that size.

        Takes what `p_reach` takes; one dict per row, by the name of the group.
        """
        n = len(rows)
        bins = np.minimum(np.log2(np.exp(rows[:, 0]) + 1.0).astype(int), len(self._references) - 1)
        typical = np.where(np.isnan(rows), np.nan, self._references[bins])
        variants = [rows]
        for members in self._groups.values():
            variant = rows.copy()
            variant[:, members] = typical[:, members]
            variants.append(variant)
        many = len(variants)
        p = self.p_reach(np.vstack(variants), np.tile(sizes, many), np.tile(left_s, many))
        odds = _log_odds(p).reshape(many, n)
        added = odds[0] - odds[1:]
        return [dict(zip(self._groups, added[:, i].tolist(), strict=True)) for i in range(n)]

    def times_usual(self, size: float, age_s: float) -> float:
        """How many times the mean size of threads of this age `size` is."""
        return size / float(np.interp(age_s, self._usual_ages, self._usual_sizes))

    @cached_property
    def _groups(self) -> dict[str, list[int]]:
        """Features that `p_reach` looks at, by what a person would call them; a group is judged as a whole."""
        start = {
            "share_velocity": ("log_gap", "share_", "log_rate", "log_idle", "branching"),
            "share_acceleration": ("acceleration", "time_of", "since_"),
            "audience_reach": ("log_audience", "infectiousness"),
            "author_reach": ("log_root",),
            "largest_broadcaster": ("largest",),
            "cascade_shape": ("breadth",),
        }
        used = [name for name in STEADY_FEATURES if name in INDEX]
        return {g: [INDEX[n] for n in used if n.startswith(starts)] for g, starts in start.items()}


def _size(rows: np.ndarray) -> np.ndarray:
    """Sizes of n threads, at least 1."""
    size: np.ndarray = np.maximum(np.exp(rows[:, 0]), 1.0)
    return size


def _log_odds(p: np.ndarray) -> np.ndarray:
    """Log-odds of probabilities, finite."""
    clipped = np.clip(p, 1e-6, 1.0 - 1e-6)
    odds: np.ndarray = np.log(clipped / (1.0 - clipped))
    return odds
