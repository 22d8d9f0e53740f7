"""Which cascades are fitted on and which are judged: by cascade, by time, by what a model has not seen."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scoring.cascades import Cascade
from scoring.evaluation.result import Part
from scoring.forecast import Forecaster
from scoring.forecast.train import TrainingSet, left_out

LATEST = 0.2
"""Part of each set, the latest, that is judged in a split by time."""


class Division(NamedTuple):
    """Data sets in two parts, no cascade in both; `parts` says how each was divided."""

    name: str
    fitted: list[TrainingSet]
    judged: list[TrainingSet]
    parts: list[Part]


def by_cascade(sets: Sequence[TrainingSet]) -> Division:
    """Judge a fifth that depends on the cascades' ids alone."""
    return _divide("cascade", sets, [("id", [left_out(c) for c in one.cascades]) for one in sets])


def by_time(sets: Sequence[TrainingSet]) -> Division:
    """Judge the latest fifth of each set; a set in which a root time is missing is divided by cascade."""
    return _divide("time", sets, [_latest(one.cascades) for one in sets])


def by_model(sets: Sequence[TrainingSet], forecaster: Forecaster) -> Division:
    """Judge what the model was not fitted on; the rest is what baselines may learn from.

    Raises
    ------
    ModelFileError
        If the model does not say what it was fitted on.
    """
    unseen = [~forecaster.has_fitted([c.id for c in one.cascades]) for one in sets]
    return _divide("unseen", sets, [("model", mask.tolist()) for mask in unseen])


def _latest(cascades: list[Cascade]) -> tuple[str, list[bool]]:
    times = [c.root_time for c in cascades]
    known = [t for t in times if t is not None]
    if not known or len(known) < len(times):
        return "id", [left_out(c) for c in cascades]
    # Strictly later than all that is fitted on: what began with the last of those is fitted on too.
    edge = np.quantile(known, 1.0 - LATEST, method="lower")
    return "time", [bool(t > edge) for t in known]


def _divide(name: str, sets: Sequence[TrainingSet], masks: Sequence[tuple[str, list[bool]]]) -> Division:
    fitted, judged, parts = [], [], []
    for one, (by, mask) in zip(sets, masks, strict=True):
        inside = one._replace(cascades=[c for c, out in zip(one.cascades, mask, strict=True) if not out])
        outside = one._replace(cascades=[c for c, out in zip(one.cascades, mask, strict=True) if out])
        fitted.append(inside)
        judged.append(outside)
        parts.append(Part(one.data.name, len(inside.cascades), len(outside.cascades), by))
    return Division(name, fitted, judged, parts)
