"""Fitting the forecast: "does it reach this size by then?", asked of real cascades at many moments.

Each snapshot is asked several times, for sizes and horizons drawn at random, so that one classifier answers
for all of them. Every cascade is seen as it is and with followers, parents or both hidden, so that what a
platform hides does not tell the classifier which data set it looks at.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from scoring.cascades import Cascade, read_cascades
from scoring.features import STATE, TARGET, aim
from scoring.forecast.datasets import DataSet, data_sets
from scoring.forecast.forecaster import FOREVER_S
from scoring.forecast.snapshots import HOUR, MOMENTS, Snapshots, fraction_of, hashes_of, sizes_after, snap

VALIDATION = 0.2
"""Part of the cascades that figures are measured on; the shipped model is then fitted on all."""

QUESTIONS = 3
"""Questions put to each snapshot."""

MASKS = ((True, True), (False, False), (True, False), (False, True))
"""(followers kept, parents kept), each of which every cascade is seen with."""

UNANSWERABLE_WEIGHT = 0.4
"""Weight of a snapshot whose outcome the set's selection helped to decide."""

_FALLING = {name: -1 for name in TARGET if name != "log_horizon_left"}
MONOTONIC = [{**_FALLING, "log_horizon_left": 1}.get(name, 0) for name in STATE + TARGET]
"""P falls with the size asked for and rises with the time left."""


class TrainingSet(NamedTuple):
    """Cascades of one data set, or a part of them; `emphasis` says by id how much a cascade counts, if not 1."""

    data: DataSet
    cascades: list[Cascade]
    emphasis: Mapping[str, float] = MappingProxyType({})

    def counting(self) -> np.ndarray:
        """How much each cascade counts in the fit, shape (len(cascades),)."""
        return np.array([self.emphasis.get(c.id, 1.0) for c in self.cascades])


def read_sets(folder: Path, *, commercial: bool = False) -> list[TrainingSet]:
    """Read the cascades in `folder/cascades`; with `commercial`, only sets whose terms allow commercial use.

    Raises
    ------
    FileNotFoundError, CascadeError
        If there is no data, or a line of it is no cascade.
    """
    return [TrainingSet(data, list(read_cascades(path))) for data, path in data_sets(folder, commercial=commercial)]


def left_out(cascade: Cascade) -> bool:
    """Whether figures are measured on this cascade; it depends on the id alone."""
    return fraction_of(cascade.id) < VALIDATION


def fit_sets(
    sets: Sequence[TrainingSet], seed: int = 0, tell: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Fit on all of `sets`; returns what a model file holds and `Forecaster` takes.

    Parameters
    ----------
    sets
        Cascades by data set.
    seed
        Of the drawing of questions and of the classifier.
    tell
        Called with a line of words at each step.
    """
    views: list[tuple[TrainingSet, Snapshots, bool]] = []
    for one in sets:
        tell(f"looking at {one.data.name}")
        views += [(one, view, not i) for i, view in enumerate(_views(one.cascades))]
    rng = np.random.default_rng(seed)
    tell("fitting")
    classifier = _fit([_questions(one, view, rng) for one, view, _ in views], seed)
    ages, sizes = _usual([view for one, view, plain in views if plain and one.data.selected_at == 1])
    return {
        "classifier": classifier,
        "features": list(STATE + TARGET),
        "references": _references([view for _, view, plain in views if plain]),
        "usual_ages": ages,
        "usual_sizes": sizes,
        "fitted_ids": np.unique(hashes_of(c.id for one in sets for c in one.cascades)),
    }


@dataclass(frozen=True)
class _Questions:
    """Rows (n, features), whether the size was reached (n,), weights (n,)."""

    rows: np.ndarray
    reached: np.ndarray
    weights: np.ndarray


def _views(cascades: list[Cascade]) -> list[Snapshots]:
    """Snapshots of the cascades as they are, and with fields hidden that they have."""
    has_followers = any(e[1] is not None for c in cascades for e in c.events) or any(
        c.root_followers is not None for c in cascades
    )
    has_parents = any(e[2] is not None for c in cascades for e in c.events)
    masks = {(f and has_followers, p and has_parents): None for f, p in MASKS}
    return [snap(cascades, followers=f, parents=p) for f, p in masks]


def _questions(one: TrainingSet, view: Snapshots, rng: np.random.Generator) -> _Questions:
    """Ask each snapshot: will it grow by a random factor, will it double, will it reach a round size?"""
    data, n, at, size = one.data, len(view.rows), view.at, view.size
    counting = one.counting()[view.cascade]
    asked, reached, weights = [], [], []
    for question in range(QUESTIONS):
        kind = rng.random(n)
        left = np.where(
            kind < 0.4,
            FOREVER_S,
            np.where(
                kind < 0.8,
                np.maximum(24 * HOUR - at, 600.0),
                np.exp(rng.uniform(np.log(HOUR / 2), np.log(72 * HOUR), n)),
            ),
        )
        target = (
            size * np.exp(np.abs(rng.normal(0.0, 1.0, n))),
            2.0 * size,
            np.exp(rng.uniform(np.log(20.0), np.log(3_000.0), n)),
        )[question]
        target = np.maximum(np.ceil(target), size + 1.0)
        asked.append(aim(view.rows, target, left))
        reached.append(sizes_after(view.cascades, view.cascade, at + left) >= target)
        weight = np.where(size < data.selected_at, data.weight * UNANSWERABLE_WEIGHT, data.weight) * counting
        weights.append(weight if data.capped_at is None else np.where(target > data.capped_at, 0.0, weight))
    return _Questions(np.vstack(asked), np.concatenate(reached), np.concatenate(weights))


def _fit(parts: list[_Questions], seed: int) -> HistGradientBoostingClassifier:
    classifier = HistGradientBoostingClassifier(
        max_iter=140,
        learning_rate=0.13,
        max_leaf_nodes=31,
        min_samples_leaf=100,
        l2_regularization=5.0,
        max_features=0.5,
        monotonic_cst=MONOTONIC,
        early_stopping=False,
        random_state=seed,
    )
    weights = np.concatenate([p.weights for p in parts])
    kept = weights > 0.0
    rows, reached = np.vstack([p.rows for p in parts]), np.concatenate([p.reached for p in parts])
    return classifier.fit(rows[kept], reached[kept], weights[kept])


def _references(views: list[Snapshots]) -> np.ndarray:
    """A typical row per doubling of the size, shape (bins, len(STATE)): what reasons are measured against."""
    rows = np.vstack([v.rows for v in views])
    bins = np.log2(np.exp(rows[:, 0]) + 1.0).astype(int)
    last = max(b for b in range(bins.max() + 1) if (bins == b).sum() >= 30)
    out = np.zeros((last + 1, rows.shape[1]))
    for b in range(last + 1):
        of_size = rows[bins == b]
        for column in range(rows.shape[1]):
            known = of_size[~np.isnan(of_size[:, column]), column] if len(of_size) else of_size[:, column]
            out[b, column] = np.median(known) if len(known) else np.nan
    return out


def _usual(views: list[Snapshots]) -> tuple[np.ndarray, np.ndarray]:
    """Mean size of unselected cascades at each of `MOMENTS`; both of shape (len(MOMENTS),)."""
    sizes = [
        np.concatenate(
            [sizes_after(v.cascades, np.arange(len(v.cascades)), np.full(len(v.cascades), m)) for v in views]
        )
        for m in MOMENTS
    ]
    return np.array(MOMENTS), np.maximum([s.mean() for s in sizes], 1.0)
