"""What the classifiers are asked while fitting: "is this size reached by then?", of many moments of real cascades."""

from typing import NamedTuple

import numpy as np

from scoring.features import aim
from scoring.forecast.datasets import DataSet
from scoring.forecast.snapshots import FOREVER_S, HOUR, Snapshots, sizes_after

UNANSWERABLE_WEIGHT = 0.2
"""Weight of a snapshot whose outcome the set's selection helped to decide."""

FARTHEST, FARTHEST_LEAST = 20.0, 100.0
"""Sizes beyond so many times the present one are not asked for, nor needed: hardly any cascade gets there."""


class Questions(NamedTuple):
    """Rows (n, features) of `aim`, whether the size was reached (n,), weights (n,)."""

    rows: np.ndarray
    reached: np.ndarray
    weights: np.ndarray


def ask(data: DataSet, view: Snapshots, weight: np.ndarray, rng: np.random.Generator) -> list[Questions]:
    """Three questions to each snapshot: will it double, grow by a random factor, reach a random size in time?

    A cascade with many snapshots would drown the small ones that most mentions are: its rows share a weight that
    rises with the root of their number.

    Parameters
    ----------
    data, view
        The set and the snapshots of its cascades.
    weight
        Of this view of each of its cascades, shape (cascades,).
    rng
        Draws factors, sizes and horizons.
    """
    index, at, size, rows = view.cascade, view.at, view.size, view.rows
    n = len(rows)
    many = np.bincount(index, minlength=len(view.cascades))[index]
    weights = (
        np.where(size < data.selected_at, UNANSWERABLE_WEIGHT, 1.0) * (weight * data.weight)[index] / np.sqrt(many)
    )
    forever, day = np.full(n, FOREVER_S), np.maximum(24 * HOUR - at, 600.0)
    soon = np.exp(rng.uniform(np.log(HOUR / 2), np.log(72 * HOUR), n))
    kind = rng.random(n)
    asked = (
        (2.0 * size, forever),
        (
            size * np.exp(np.abs(rng.normal(0.0, 1.0, n))),
            np.where(kind < 0.5, forever, np.where(kind < 0.8, day, soon)),
        ),
        (np.exp(rng.uniform(np.log(20.0), np.log(2_500.0), n)), np.where(kind < 0.2, soon, day)),
    )
    out = []
    for goal, left in asked:
        target = np.maximum(np.ceil(goal), size + 1.0)
        use = target <= np.maximum(FARTHEST * size, FARTHEST_LEAST)
        if data.capped_at is not None:
            use &= target <= data.capped_at
        reached = sizes_after(view.cascades, index[use], (at + left)[use]) >= target[use]
        out.append(Questions(aim(rows[use], target[use], left[use]), reached, weights[use]))
    return out
