"""SEISMIC, the reference of the field: a self-exciting point process with followers as marks.

Zhao, Erdogdu, He, Rajaraman and Leskovec, "SEISMIC: A Self-Exciting Point Process Model for Predicting Tweet
Popularity", KDD 2015. Infectiousness is eq. 5 with the triangular kernel K_t(s) = max(1 - 2s/t, 0); the final size
is eq. 7, with the corrections α_t and γ_t that the authors fit on training cascades for each age t.
"""

from collections.abc import Sequence

import numpy as np

from scoring.cascades import Cascade
from scoring.evaluation.measures import Floats
from scoring.kernel import CUTOFF_S, EXPONENT, reacted

UNTRAINED = (1.0, 100.0)
"""α and γ·n* without training cascades: no correction, and the mean degree that the authors' program assumes."""

ALPHAS = tuple(np.round(np.geomspace(0.05, 1.0, 25), 4).tolist())
DEGREES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0)
"""Values of α and γ·n* that are tried; only the product of γ and the mean degree n* matters."""

LEAST_TRAINED = 20
"""With fewer training cascades of an age than these, the corrections are not fitted."""

_LEVEL = 1.0 / (CUTOFF_S * (1.0 + 1.0 / EXPONENT))


def infectiousness(times: Floats, degrees: Floats, at: float) -> tuple[float, float]:
    """Infectiousness of a post at age `at`, and its followers that have yet to react.

    Parameters
    ----------
    times, degrees
        Seconds since the root and followers, of the root (time 0) and then of all reshares up to `at`; shape (k+1,).
    at
        Seconds since the root, more than 0.

    Returns
    -------
    p_t (eq. 5): reshares over effective exposures, both weighted by the triangular kernel; and N_t - N_t^e (eq. 7).
    """
    half = at / 2.0
    weights = np.maximum(1.0 - (at - times[1:]) / half, 0.0)
    exposed = float(degrees @ _weighed(at - times, half))
    p = float(weights.sum()) / exposed if exposed > 0.0 else 0.0
    return p, float(degrees @ (1.0 - reacted(at - times)))


def states(cascades: Sequence[Cascade], index: np.ndarray, at: Floats) -> Floats:
    """Size, infectiousness and waiting followers of cascades `index` at ages `at`, shape (n, 3).

    NaN where the followers of the root, or of most who reshared, are unknown. A reshare of unknown followers
    counts as one without any.
    """
    out = np.full((len(index), 3), np.nan)
    marks = {int(i): _marks(cascades[i]) for i in np.unique(index)}
    for row, (i, age) in enumerate(zip(index, at, strict=True)):
        times, degrees = marks[int(i)]
        seen = int(np.searchsorted(times, age, side="right"))
        known = ~np.isnan(degrees[:seen])
        if known[0] and 2 * known[1:].sum() >= seen - 1:
            out[row] = seen - 1, *infectiousness(times[:seen], np.nan_to_num(degrees[:seen]), age)
    return out


class Seismic:
    """The corrected estimate of final sizes; `corrections` gives α and γ·n* by age in seconds."""

    def __init__(self, corrections: dict[float, tuple[float, float]] | None = None) -> None:
        self.corrections = corrections or {}

    @classmethod
    def fit(cls, found: Floats, at: Floats, final: Floats) -> "Seismic":
        """Choose the corrections of each age with the least median absolute percentage error, as the authors do.

        Parameters
        ----------
        found
            What `states` gives for training cascades, shape (n, 3).
        at, final
            Their ages in seconds and what they came to, shape (n,).
        """
        corrections = {}
        for age in np.unique(at):
            rows = (at == age) & ~np.isnan(found).any(axis=1) & (final > 0)
            if rows.sum() >= LEAST_TRAINED:
                corrections[float(age)] = _best(found[rows], final[rows])
        return cls(corrections)

    def sizes(self, found: Floats, at: Floats) -> Floats:
        """Final sizes for rows of `states` at ages `at`; NaN where followers are unknown, inf when supercritical."""
        alphas, degrees = np.array([self.corrections.get(float(age), UNTRAINED) for age in at]).reshape(-1, 2).T
        return final_sizes(found, alphas, degrees)


def final_sizes(found: Floats, alpha: Floats | float, degree: Floats | float) -> Floats:
    """Eq. 7 for rows of `states`: R_t + α p_t (N_t - N_t^e) / (1 - γ n* p_t), inf when that is supercritical."""
    size, p, waiting = found.T
    left = 1.0 - degree * p
    more = np.divide(alpha * p * waiting, left, out=np.full(len(found), np.inf), where=left > 0.0)
    total: Floats = np.where(np.isnan(size), np.nan, size + more)
    return total


def _best(found: Floats, final: Floats) -> tuple[float, float]:
    errors = {
        (alpha, degree): float(np.median(np.abs(final_sizes(found, alpha, degree) - final) / final))
        for degree in DEGREES
        for alpha in ALPHAS
    }
    return min(errors, key=lambda choice: (errors[choice], choice))


def _marks(cascade: Cascade) -> tuple[Floats, Floats]:
    root = np.nan if cascade.root_followers is None else float(cascade.root_followers)
    degrees = [root, *(np.nan if e[1] is None else float(e[1]) for e in cascade.events)]
    return np.array([0.0, *(e[0] for e in cascade.events)]), np.array(degrees)


def _weighed(elapsed: Floats, half: float) -> Floats:
    """∫ K_t(t-s) φ(s-t_i) ds for posts that are `elapsed` seconds old: the memory kernel under the triangle.

    With u = s - t_i the triangle is 1 - (elapsed - u) / half, on u from max(elapsed - half, 0) to elapsed.
    """
    start = np.maximum(elapsed - half, 0.0)
    slope, level = 1.0 / half, 1.0 - elapsed / half
    weighed: Floats = level * (reacted(elapsed) - reacted(start)) + slope * (_moment(elapsed) - _moment(start))
    return weighed


def _moment(elapsed: Floats) -> Floats:
    """∫ u φ(u) du from 0 to `elapsed`."""
    early = 0.5 * _LEVEL * np.minimum(elapsed, CUTOFF_S) ** 2
    late = np.maximum(elapsed, CUTOFF_S) ** (1.0 - EXPONENT) - CUTOFF_S ** (1.0 - EXPONENT)
    moment: Floats = early + _LEVEL * CUTOFF_S ** (1.0 + EXPONENT) / (1.0 - EXPONENT) * late
    return moment
