"""What is typical of threads: the yardsticks of the reasons that an alert gives."""

from collections.abc import Sequence

import numpy as np

from scoring.forecast.snapshots import MOMENTS, Snapshots, sizes_after

_LEAST = 30
"""A typical row is the median of at least so many."""


def references(views: Sequence[Snapshots]) -> np.ndarray:
    """A typical row per doubling of the size, shape (bins, len(STATE)): what reasons are measured against."""
    rows = np.vstack([v.rows for v in views])
    bins = np.log2(np.exp(rows[:, 0]) + 1.0).astype(int)
    last = max(b for b in range(bins.max() + 1) if (bins == b).sum() >= _LEAST)
    out = np.zeros((last + 1, rows.shape[1]))
    for b in range(last + 1):
        of_size = rows[bins == b]
        for column in range(rows.shape[1]):
            known = of_size[~np.isnan(of_size[:, column]), column] if len(of_size) else of_size[:, column]
            out[b, column] = np.median(known) if len(known) else np.nan
    return out


def usual_sizes(views: Sequence[Snapshots]) -> tuple[np.ndarray, np.ndarray]:
    """Mean size of unselected cascades at each of `MOMENTS`; both of shape (len(MOMENTS),)."""
    sizes = [
        np.concatenate(
            [sizes_after(v.cascades, np.arange(len(v.cascades)), np.full(len(v.cascades), m)) for v in views]
        )
        for m in MOMENTS
    ]
    return np.array(MOMENTS), np.maximum([s.mean() for s in sizes], 1.0)
