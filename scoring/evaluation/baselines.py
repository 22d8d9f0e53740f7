"""What a forecast has to beat: simple counts, and a classifier as it comes out of the box."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from scoring.evaluation.looks import Looks
from scoring.evaluation.measures import Bools, Floats
from scoring.features import INDEX
from scoring.forecast.classifiers import fittable

RECENT_RATE = "recent rate"
REACH = "reach so far"
SEISMIC = "SEISMIC"
PLAIN = "default HistGradientBoosting"
LAST_HOUR = "shares in the last hour"
SIZE_NOW = "size so far"

LEAST_ROWS = 50
"""A classifier is not fitted on fewer rows than these."""


def recent_rate(rows: Floats) -> Floats:
    """The logarithm of events per second over the last ten minutes."""
    rate: Floats = rows[:, INDEX["log_rate_10m"]]
    return rate


def reach_so_far(rows: Floats, size: Floats) -> Floats:
    """Followers of all who spread it, or the size where these are unknown."""
    audience = np.exp(rows[:, INDEX["log_audience"]])
    reach: Floats = np.where(np.isnan(audience), size, audience)
    return reach


class Plain:
    """`HistGradientBoostingClassifier()` with nothing set, on our state features as they are."""

    def __init__(self, rows: Floats, happened: Bools, seed: int) -> None:
        self._classifier = HistGradientBoostingClassifier(random_state=seed).fit(fittable(rows), happened)

    def p(self, rows: Floats) -> Floats:
        """Probabilities, shape (n,)."""
        with threadpool_limits(1, user_api="openmp"):
            p: Floats = self._classifier.predict_proba(rows)[:, 1] if len(rows) else np.empty(0)
        return p


def fit_doubling(looks: Looks, seed: int) -> Plain | None:
    """Fit "will it at least double?" on all fair rows; None where there are too few to learn from."""
    fair = looks.fair
    return _fit(looks.rows[fair], looks.final[fair] >= 2 * looks.size[fair], seed)


def fit_viral(looks: Looks, spread: int, horizon_s: float, seed: int) -> Plain | None:
    """Fit "will it have reached `spread` by `horizon_s` seconds?" on what has not yet; None as `fit_doubling`."""
    open_ = (looks.size >= 1) & (looks.size < spread) & (looks.at < horizon_s)
    return _fit(looks.rows[open_], looks.size_at(horizon_s)[open_] >= spread, seed)


def _fit(rows: Floats, happened: Bools, seed: int) -> Plain | None:
    if len(rows) < LEAST_ROWS or len(np.unique(happened)) < 2:
        return None
    return Plain(rows, happened, seed)
