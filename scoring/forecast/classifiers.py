"""The two classifiers of the forecast: one sharp at a single look, one steady over a thread's life.

Both answer "is this size reached by then?". The sharp one sees every feature and says best how a thread will grow from
here. Over the many looks of a thread's life its small errors add up, for a thread is paged at the highest of its
risks; the steady one sees few features, and is bound to rise with what drives a spread.
"""

from collections.abc import Sequence

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from scoring.features import STATE, TARGET
from scoring.forecast.questions import Questions

SHARP_FEATURES = STATE + TARGET

STEADY_FEATURES = (
    "log_size",
    "log_age",
    "log_idle",
    "log_gap_10",
    "log_gap_60",
    "share_1h",
    "log_rate_10m",
    "log_rate_30m",
    "log_rate_1h",
    "log_rate_3h",
    "log_rate_6h",
    "acceleration_1h",
    "time_of_half",
    "since_half",
    "since_quarter",
    "since_eighth",
    "branching_half",
    "infectiousness_half",
    "log_root_followers",
    "log_audience",
    "largest_broadcaster",
    "breadth",
    *TARGET,
)

_GOAL = {**dict.fromkeys(TARGET, -1), "log_horizon_left": 1}
"""P falls with the size asked for and rises with the time left."""

_RISING = ("log_size", "log_rate_", "branching_", "infectiousness_", "log_audience")
_FALLING = ("log_idle", "log_gap_")
"""What is larger, faster and more infectious, all else equal, does not reach a size less probably."""


def _monotonic(name: str) -> int:
    return 1 if name.startswith(_RISING) else -1 if name.startswith(_FALLING) else 0


def fit_sharp(questions: Sequence[Questions], seed: int) -> HistGradientBoostingClassifier:
    """Fit on every feature."""
    classifier = HistGradientBoostingClassifier(
        max_iter=_trees(400, questions),
        learning_rate=0.08,
        max_leaf_nodes=31,
        min_samples_leaf=60,
        l2_regularization=10.0,
        max_features=0.2,
        monotonic_cst=[_GOAL.get(name, 0) for name in SHARP_FEATURES],
        early_stopping=False,
        random_state=seed,
    )
    return _fit(classifier, questions, SHARP_FEATURES)


def fit_steady(questions: Sequence[Questions], seed: int) -> HistGradientBoostingClassifier:
    """Fit on few features, most of them with a monotonic effect."""
    classifier = HistGradientBoostingClassifier(
        max_iter=_trees(250, questions),
        learning_rate=0.08,
        max_leaf_nodes=10,
        min_samples_leaf=200,
        l2_regularization=5.0,
        max_features=0.4,
        monotonic_cst=[_GOAL.get(name, _monotonic(name)) for name in STEADY_FEATURES],
        early_stopping=False,
        random_state=seed,
    )
    return _fit(classifier, questions, STEADY_FEATURES)


def fittable(rows: np.ndarray) -> np.ndarray:
    """Rows (n, m) with 0 in the columns without any value, in which scikit-learn finds no thresholds."""
    return np.where(np.isnan(rows).all(axis=0), 0.0, rows)


def _trees(most: int, questions: Sequence[Questions]) -> int:
    """How many trees: of little data, more would only learn it by heart."""
    return min(most, 50 + sum(len(q.reached) for q in questions) // 500)


def columns(names: Sequence[str]) -> list[int]:
    """Where features stand in the rows of `aim`."""
    place = {name: i for i, name in enumerate(STATE + TARGET)}
    return [place[name] for name in names]


def _fit(
    classifier: HistGradientBoostingClassifier, questions: Sequence[Questions], names: Sequence[str]
) -> HistGradientBoostingClassifier:
    wanted = columns(names)
    rows = fittable(np.vstack([q.rows[:, wanted] for q in questions]))
    reached, weights = (np.concatenate([q[i] for q in questions]) for i in (1, 2))
    return classifier.fit(rows, reached, weights / weights.mean())
