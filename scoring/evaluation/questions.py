"""Judging answers to yes-or-no questions, for each group of rows."""

from functools import partial
from typing import NamedTuple

import numpy as np

from scoring.evaluation import measures
from scoring.evaluation.measures import BINS, Bools, Floats
from scoring.evaluation.resample import DIGITS, Places, Resampler
from scoring.evaluation.result import Answer, Bin, Question


class Scores(NamedTuple):
    """What a method says of all rows, shape (n,): probabilities, or just scores; NaN where it has nothing to say."""

    method: str
    values: Floats
    probability: bool


class Group(NamedTuple):
    """Rows that are judged together, and what each of them counts."""

    name: str
    kind: str
    rows: Places
    weights: Floats


def judge(group: Group, happened: Bools, cascade: Places, methods: list[Scores], resampler: Resampler) -> Question:
    """Judge methods on a group; `happened` and `cascade` are of all rows, shape (n,)."""
    rows, weights = group.rows, group.weights
    return Question(
        group=group.name,
        kind=group.kind,
        rows=len(rows),
        cascades=len(np.unique(cascade[rows])),
        base_rate=round(float(np.average(happened[rows], weights=weights)), DIGITS),
        answers=[
            answer for method in methods if (answer := _answer(method, group, happened, cascade, resampler)) is not None
        ],
    )


def _answer(method: Scores, group: Group, happened: Bools, cascade: Places, resampler: Resampler) -> Answer | None:
    said, came, unit = method.values[group.rows], happened[group.rows], cascade[group.rows]
    if np.isnan(said).any():
        return None
    found = {
        name: resampler.estimate(partial(measure, said, came), unit, group.weights)
        for name, measure in (
            ("auc", measures.auc),
            ("brier", measures.brier),
            ("ece", measures.calibration_error),
        )
        if name == "auc" or method.probability
    }
    bins = _bins(said, came, group.weights) if method.probability else []
    return Answer(method=method.method, auc=found["auc"], brier=found.get("brier"), ece=found.get("ece"), bins=bins)


def _bins(said: Floats, came: Bools, weights: Floats) -> list[Bin]:
    place = measures.bin_of(said)
    return [
        Bin(
            int(inside.sum()),
            round(float(np.average(said[inside], weights=weights[inside])), DIGITS),
            round(float(np.average(came[inside], weights=weights[inside])), DIGITS),
        )
        for one in range(BINS)
        if (inside := place == one).any()
    ]
