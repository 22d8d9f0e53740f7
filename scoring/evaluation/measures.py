"""How good probabilities and scores are, for many weightings of the rows at once.

Every function takes `weights` of shape (b, n), one line per weighting of the n rows, and returns b figures (NaN
where a figure does not exist). That makes a bootstrap one call: a resample is a weighting.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BINS = 10
"""Bins of equal width that calibration is judged over."""


def auc(scores: Floats, happened: Bools, weights: Floats) -> Floats:
    """Area under the ROC curve: how likely a row that happened scores higher than one that did not; ties count half."""
    order = np.argsort(scores, kind="stable")
    ranked = scores[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    line = weights[:, order]
    yes = np.add.reduceat(line * happened[order], starts, axis=1)
    no = np.add.reduceat(line * ~happened[order], starts, axis=1)
    below = np.cumsum(no, axis=1) - 0.5 * no
    return _ratio((yes * below).sum(axis=1), yes.sum(axis=1) * no.sum(axis=1))


def brier(p: Floats, happened: Bools, weights: Floats) -> Floats:
    """Mean squared error of the probability."""
    return _ratio(weights @ (p - happened) ** 2, weights.sum(axis=1))


def calibration_error(p: Floats, happened: Bools, weights: Floats) -> Floats:
    """Expected calibration error: the mean distance of what was said from what happened, over `BINS` equal bins."""
    in_bin = np.eye(BINS)[bin_of(p)]
    gaps = weights @ (in_bin * (p - happened)[:, None])
    return _ratio(np.abs(gaps).sum(axis=1), weights.sum(axis=1))


def mean(values: Floats, weights: Floats) -> Floats:
    """Weighted means of values, shape (n,)."""
    return _ratio(weights @ values, weights.sum(axis=1))


def median(values: Floats, weights: Floats) -> Floats:
    """Weighted medians of values, shape (n,): midway where exactly half of the weight lies on either side."""
    order = np.argsort(values, kind="stable")
    ranked, heaped = values[order], np.cumsum(weights[:, order], axis=1)
    half = heaped[:, -1:] / 2.0
    last = len(values) - 1
    low = np.minimum((heaped < half).sum(axis=1), last)
    high = np.minimum((heaped <= half).sum(axis=1), last)
    found: Floats = np.where(half[:, 0] > 0.0, (ranked[low] + ranked[high]) / 2.0, np.nan)
    return found


def bin_of(p: Floats) -> npt.NDArray[np.intp]:
    """The calibration bin of each probability; 1 belongs to the last."""
    return np.minimum((p * BINS).astype(np.intp), BINS - 1)


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0.0)
    return ratio
