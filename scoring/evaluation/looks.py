"""The moments at which cascades are judged: rows of several data sets together, with what became of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scoring.cascades import Cascade
from scoring.evaluation.measures import Bools, Floats
from scoring.evaluation.resample import Places
from scoring.features import STATE
from scoring.forecast.datasets import DataSet
from scoring.forecast.snapshots import HOUR, MOMENTS, SIZES, sizes_after, snap
from scoring.forecast.train import TrainingSet

LATEST_S = 6 * HOUR
"""Cascades are judged up to this age."""

LEAST = 5
"""And from this size on."""


@dataclass(frozen=True)
class Looks:
    """State rows of cascades at moments.

    Attributes
    ----------
    data, cascades
        The data sets, and all their cascades one after the other.
    of_set
        The set of each cascade, shape (cascades,).
    rows, cascade, at, size
        State features, shape (n, len(STATE)); and of each row its cascade, age in seconds and size, shape (n,).
    """

    data: list[DataSet]
    cascades: list[Cascade]
    of_set: Places
    rows: Floats
    cascade: Places
    at: Floats
    size: Floats

    @classmethod
    def at_moments(cls, sets: Sequence[TrainingSet], *, followers: bool = True, parents: bool = True) -> "Looks":
        """Look at every cascade at `MOMENTS`."""
        return cls._of(sets, followers, parents, ())

    @classmethod
    def at_all(cls, sets: Sequence[TrainingSet]) -> "Looks":
        """Look at every cascade at `MOMENTS` and whenever it reached one of `SIZES`."""
        return cls._of(sets, True, True, SIZES)

    @classmethod
    def _of(cls, sets: Sequence[TrainingSet], followers: bool, parents: bool, sizes: Sequence[int]) -> "Looks":
        views = [snap(one.cascades, followers=followers, parents=parents, sizes=sizes) for one in sets]
        starts = np.cumsum([0, *(len(one.cascades) for one in sets)])
        return cls(
            [one.data for one in sets],
            [c for one in sets for c in one.cascades],
            np.repeat(np.arange(len(sets)), np.diff(starts)),
            np.vstack([np.empty((0, len(STATE))), *(v.rows for v in views)]),
            np.concatenate([v.cascade + start for v, start in zip(views, starts, strict=False)]).astype(np.intp),
            np.concatenate([v.at for v in views]),
            np.concatenate([v.size for v in views]),
        )

    @cached_property
    def final(self) -> Floats:
        """What each row's cascade came to in the end, shape (n,)."""
        sizes = np.array([len(c.events) for c in self.cascades], dtype=float)
        final: Floats = sizes[self.cascade]
        return final

    @cached_property
    def young(self) -> Bools:
        """Rows at the moments up to `LATEST_S`, shape (n,)."""
        return np.isin(self.at, [m for m in MOMENTS if m <= LATEST_S])

    @cached_property
    def fair(self) -> Bools:
        """Rows whose outcome the set's selection does not give away: young, and of a size that all of it reached."""
        selected = np.array([one.selected_at for one in self.data], dtype=float)[self.of_set[self.cascade]]
        fair: Bools = self.young & (self.size >= np.maximum(selected, LEAST))
        return fair

    def size_at(self, age_s: float) -> Floats:
        """The size of each row's cascade at an age, shape (n,)."""
        return sizes_after(self.cascades, self.cascade, np.full(len(self.cascade), age_s))

    def groups(self, among: Bools) -> Iterator[tuple[str, str, Places, Floats]]:
        """Rows of each set, each platform and all together: (name, kind, rows, their weights).

        In a group of several sets, each set weighs the same.
        """
        of_row = self.of_set[self.cascade]
        platforms = sorted({one.platform for one in self.data})
        wanted = [(one.name, "set", [i]) for i, one in enumerate(self.data)]
        wanted += [(p, "platform", [i for i, one in enumerate(self.data) if one.platform == p]) for p in platforms]
        wanted.append(("all", "all", list(range(len(self.data)))))
        for name, kind, members in wanted:
            rows = np.flatnonzero(among & np.isin(of_row, members))
            if len(rows):
                many = np.bincount(of_row[rows], minlength=len(self.data))
                yield name, kind, rows, 1.0 / many[of_row[rows]]
