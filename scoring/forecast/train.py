"""Fitting the forecast on real cascades.

Every cascade is seen as it is and with followers, parents or both hidden, so that what a platform hides does not tell
the classifiers which data set they look at.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from scoring.cascades import Cascade, read_cascades
from scoring.forecast.classifiers import SHARP_FEATURES, STEADY_FEATURES, fit_sharp, fit_steady
from scoring.forecast.datasets import DataSet, data_sets
from scoring.forecast.forecaster import Forecaster
from scoring.forecast.interval import BANDS, COVERAGE, fitting_mass
from scoring.forecast.questions import Questions, ask
from scoring.forecast.snapshots import MOMENTS, Snapshots, fraction_of, hashes_of, snap
from scoring.forecast.typical import references, usual_sizes
from scoring.modelfile import ModelMeta

VALIDATION = 0.2
"""Part of the cascades that figures are measured on; the shipped model is then fitted on all."""

MASKS = ((True, True), (False, False), (True, False), (False, True))
"""(followers kept, parents kept), each of which every cascade is seen with."""

PLAIN_WEIGHT = 0.5
"""Weight of a cascade as it is; its masked views share the rest."""

INTERVAL_MOMENTS = MOMENTS[2:7:2]
"""Ages at which the width of intervals is fitted: enough of them, for each row is asked many sizes."""


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
        Of the drawing of questions and of the classifiers.
    tell
        Called with a line of words at each step.
    """
    views = []
    for one in sets:
        tell(f"looking at {one.data.name}")
        views.append((one, _views(one.cascades)))
    plain = [(one.data, seen[0]) for one, seen in views if seen]
    ages, sizes = usual_sizes([view for data, view in plain if data.selected_at == 1] or [v for _, v in plain])
    payload = {
        "sharp_features": list(SHARP_FEATURES),
        "steady_features": list(STEADY_FEATURES),
        "references": references([view for _, view in plain]),
        "usual_ages": ages,
        "usual_sizes": sizes,
        "interval_mass": np.full(len(BANDS), COVERAGE),
        "fitted_ids": np.unique(hashes_of(c.id for one in sets for c in one.cascades)),
    }
    tell("finding how wide intervals must be")
    inner = _fit([(one, [_part(v, held=False) for v in seen]) for one, seen in views], seed)
    held = [(data, _part(view, held=True)) for data, view in plain]
    payload["interval_mass"] = _interval_mass(payload | inner, held)
    tell("fitting")
    return payload | _fit(views, seed)


def _views(cascades: list[Cascade]) -> list[Snapshots]:
    """Snapshots of the cascades as they are, and with fields hidden that they have."""
    has_followers = any(e[1] is not None for c in cascades for e in c.events) or any(
        c.root_followers is not None for c in cascades
    )
    has_parents = any(e[2] is not None for c in cascades for e in c.events)
    masks = {(f and has_followers, p and has_parents): None for f, p in MASKS}
    return [snap(cascades, followers=f, parents=p) for f, p in masks]


def _fit(
    views: Sequence[tuple[TrainingSet, Sequence[Snapshots]]], seed: int
) -> dict[str, HistGradientBoostingClassifier]:
    rng = np.random.default_rng(seed)
    questions: list[Questions] = []
    for one, seen in views:
        for i, view in enumerate(seen):
            masked = (1.0 - PLAIN_WEIGHT) / max(len(seen) - 1, 1)
            weight = 1.0 if len(seen) == 1 else masked if i else PLAIN_WEIGHT
            questions += ask(one.data, view, weight * one.counting(), rng)
    return {"sharp": fit_sharp(questions, seed), "steady": fit_steady(questions, seed)}


def _part(view: Snapshots, *, held: bool) -> Snapshots:
    """The rows of a fifth of the cascades, or of the others; another fifth than `left_out`."""
    of_cascade = np.array([fraction_of("interval " + c.id) < VALIDATION for c in view.cascades], dtype=bool)
    rows = of_cascade[view.cascade] == held
    return Snapshots(view.cascades, view.rows[rows], view.cascade[rows], view.at[rows], view.size[rows])


def _interval_mass(payload: dict[str, Any], held: Sequence[tuple[DataSet, Snapshots]]) -> np.ndarray:
    """What `fitting_mass` finds on cascades that the payload's classifiers were not fitted on."""
    rows, size, final = [], [], []
    for data, view in held:
        fair = np.flatnonzero(np.isin(view.at, INTERVAL_MOMENTS) & (view.size >= max(5, data.selected_at)))
        rows.append(view.rows[fair])
        size.append(view.size[fair])
        final.append(np.array([len(view.cascades[i].events) for i in view.cascade[fair]], dtype=float))
    forecaster = Forecaster(payload, ModelMeta("", "", ""))
    stacked = np.vstack(rows)
    if not len(stacked):
        return np.full(len(BANDS), COVERAGE)
    return fitting_mass(forecaster.growth_beyond(stacked), np.concatenate(size), np.concatenate(final))
