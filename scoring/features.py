"""The numbers that the forecast is made from: a thread at one moment as a row of features.

All of them are free of scale where they can be (shares of the size, ratios to the age), so that a thread on a
small platform looks like one on a large platform. What is unknown is NaN, never 0.
"""

from bisect import bisect_right
from math import log, log1p, nan

import numpy as np

from scoring.kernel import infectiousness, reactions
from scoring.thread import Thread

WINDOWS = (60.0, 180.0, 600.0, 1_800.0, 3_600.0, 10_800.0, 21_600.0, 43_200.0)
"""Windows over which events are counted, in seconds."""

_NAMES = ("1m", "3m", "10m", "30m", "1h", "3h", "6h", "12h")

STATE: tuple[str, ...] = (
    "log_size",
    "log_age",
    "log_idle",
    *(f"log_gap_{n}" for n in (3, 10, 30, 60)),
    *(f"share_{w}" for w in _NAMES),
    *(f"log_rate_{w}" for w in _NAMES),
    *(f"acceleration_{w}" for w in ("5m", "15m", "1h", "4h")),
    *(f"time_of_{q}" for q in ("eighth", "quarter", "half", "three_quarters")),
    *(f"since_{q}" for q in ("half", "quarter", "eighth")),
    "log_first_gap",
    "branching_all",
    "branching_half",
    "branching_tenth",
    "log_still_to_react",
    "infectiousness_all",
    "infectiousness_half",
    "infectiousness_tenth",
    "log_audience_to_react",
    "reply_share",
    "log_root_followers",
    "log_audience",
    "log_mean_followers",
    "largest_broadcaster",
    "new_audience",
    "breadth",
    "mean_depth",
    "max_depth",
    "structural_virality",
    "hub",
)
"""Names of the features of `describe`, in order."""

TARGET: tuple[str, ...] = (
    "log_growth",
    "log_horizon_left",
    "log_needed",
    "need_half",
    "need_10m",
    "need_1h",
    "need_branching",
    "need_infectiousness",
)
"""Names of the features of `aim`, in order: what would have to happen for the thread to reach a size."""

INDEX = {name: i for i, name in enumerate(STATE)}

MAX_ORPHANS = 0.5
"""With a larger share of parents unknown, the tree says nothing about the shape of the spread."""


def describe(thread: Thread, at: float) -> list[float]:
    """The features of a thread at `at` (epoch seconds), one per name of `STATE`."""
    pace = thread.pace
    size, start = pace.size, thread.root_at
    age = max(at - start, 1.0)
    if not size:
        return _unspread(thread, age)
    row = [log(size), log(age), log1p(max(at - pace.last_at, 0.0))]
    row += [log1p((at - pace.time_of(max(size - n, 1))) / min(n, size)) for n in (3, 10, 30, 60)]
    counts = [pace.count_since(at - w) if w < age else float(size) for w in WINDOWS]
    row += [c / size for c in counts]
    row += [log((c + 0.3) / min(w, age)) for c, w in zip(counts, WINDOWS, strict=True)]
    for w in (300.0, 900.0, 3_600.0, 14_400.0):
        w = min(w, age / 2)
        late = pace.count_since(at - w)
        row.append(log((late + 0.5) / (pace.count_since(at - 2 * w) - late + 0.5)))
    row += [max(pace.time_of(max(size * q, 1.0)) - start, 0.0) / age for q in (0.125, 0.25, 0.5, 0.75)]
    half, tenth = pace.count_since(at - age / 2), pace.count_since(at - age / 10)
    row += [half / size, pace.count_since(at - age / 4) / size, pace.count_since(at - age / 8) / size]
    row.append(log1p(max(pace.times[0] - start, 0.0)))
    row += _infection(thread, at, age, (float(size), half, tenth))
    row.append(thread.replies / size)
    row += _reach(thread, at, age)
    row += _shape(thread)
    return row


def _unspread(thread: Thread, age: float) -> list[float]:
    """A thread that nobody has spread yet: its age and its author are all there is."""
    row = [nan] * len(STATE)
    row[INDEX["log_size"]] = log(0.5)
    row[INDEX["log_age"]] = log(age)
    row[INDEX["log_idle"]] = log1p(age)
    if thread.audience.root is not None:
        row[INDEX["log_root_followers"]] = log1p(thread.audience.root)
    return row


def _infection(thread: Thread, at: float, age: float, counts: tuple[float, ...]) -> list[float]:
    """How infectious the thread is, per sharer and per follower; NaN where followers are unknown.

    Per sharer it is the branching factor of a Hawkes process without marks: every post exposes one person.
    """
    pace, audience = thread.pace, thread.audience
    root = audience.root
    followed = root is not None and audience.unknown <= audience.known
    times = np.array([thread.root_at, *pace.times])
    exposed = np.array([[1.0, *pace.steps], [float(root or 0), *pace.audience_steps]])
    windows, rest = reactions(times, np.array([at - age, at - age / 2, at - age / 10]), at)
    could = exposed @ windows.T
    still = exposed @ rest
    rates = infectiousness(np.array(counts), could)
    row = [*np.log(rates[0] + 1e-3).tolist(), log1p(still[0])]
    return [*row, *np.log(rates[1] + 1e-6).tolist(), log1p(still[1])] if followed else row + [nan] * 4


def _reach(thread: Thread, at: float, age: float) -> list[float]:
    """Who was reached; NaN where no followers are known."""
    audience, pace = thread.audience, thread.pace
    row = [nan if audience.root is None else log1p(audience.root)]
    if not audience.known:
        return row + [nan] * 4
    total = audience.total
    points = bisect_right(pace.times, at - age / 2)
    return [
        *row,
        log1p(audience.reach),
        log1p(total / audience.known),
        audience.largest / max(total, 1),
        1.0 - (pace.audiences[points - 1] if points else 0.0) / max(total, 1),
    ]


def _shape(thread: Thread) -> list[float]:
    """Breadth before depth; NaN where most parents are unknown."""
    tree = thread.tree
    posts = tree.total - 1
    if not posts or tree.orphans > MAX_ORPHANS * posts:
        return [nan] * 5
    return [
        tree.breadth / posts,
        tree.mean_depth,
        float(tree.max_depth),
        tree.structural_virality,
        tree.hub / posts,
    ]


def aim(rows: np.ndarray, sizes: np.ndarray, left_s: np.ndarray) -> np.ndarray:
    """Complete state rows with what it takes to reach `sizes` within `left_s` seconds from now.

    Parameters
    ----------
    rows
        State features, shape (n, len(STATE)).
    sizes, left_s
        Target size (above the present one) and seconds left, each of shape (n,).

    Returns
    -------
    Array of shape (n, len(STATE) + len(TARGET)).
    """
    log_size, log_age = rows[:, 0], rows[:, 1]
    size = np.exp(log_size)
    log_needed = np.log(np.maximum(sizes - size, 0.5))

    def column(name: str) -> np.ndarray:
        return rows[:, INDEX[name]]

    extra = np.column_stack(
        [
            np.log(sizes) - log_size,
            np.log(np.maximum(left_s, 1.0)),
            log_needed,
            log_needed - np.log(column("since_half") * size + 0.5),
            log_needed - column("log_rate_10m") - np.minimum(log_age, np.log(np.maximum(left_s, 1.0))),
            log_needed - column("log_rate_1h") - np.minimum(log_age, np.log(np.maximum(left_s, 1.0))),
            log_needed - column("log_still_to_react") - column("branching_half"),
            log_needed - column("log_audience_to_react") - column("infectiousness_half"),
        ]
    )
    return np.hstack([rows, extra])
