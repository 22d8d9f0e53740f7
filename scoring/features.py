"""The numbers that the forecast is made from: threads at a moment as rows of features.

All of them are free of scale where they can be (shares of the size, ratios to the age), so that a thread on a
small platform looks like one on a large platform. What is unknown is NaN, never 0. A thread is observed in
plain Python the moment it is looked at; the mathematics is done for many observations at once.
"""

from collections.abc import Sequence

import numpy as np

from scoring.kernel import reactions
from scoring.observation import ACCELERATIONS, FIELDS, GAPS, QUANTILES, WINDOWS, Observation

_NAMES = ("1m", "3m", "10m", "30m", "1h", "3h", "6h", "12h")

STATE: tuple[str, ...] = (
    "log_size",
    "log_age",
    "log_idle",
    *(f"log_gap_{n}" for n in GAPS),
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

_AT = {name: i for i, name in enumerate(FIELDS)}


def describe(observations: Sequence[Observation]) -> np.ndarray:
    """The features of n observed threads, shape (n, len(STATE))."""
    raw = np.array([o.numbers for o in observations]).reshape(len(observations), len(FIELDS)).T
    field = {name: raw[i] for name, i in _AT.items()}
    size, age = field["size"], field["age"]
    spread = size > 0.0
    shown = np.where(spread, size, 0.5)
    rows = np.full((len(observations), len(STATE)), np.nan)

    def put(name: str, values: np.ndarray) -> None:
        rows[:, INDEX[name]] = values

    put("log_size", np.log(shown))
    put("log_age", np.log(age))
    put("log_idle", np.log1p(field["idle"]))
    for n in GAPS:
        put(f"log_gap_{n}", np.log1p(field[f"gap_{n}"] / np.minimum(n, shown)))
    for name, window in zip(_NAMES, WINDOWS, strict=True):
        count = field[f"count_{window:.0f}"]
        put(f"share_{name}", count / shown)
        put(f"log_rate_{name}", np.log((count + 0.3) / np.minimum(window, age)))
    for name, window in zip(("5m", "15m", "1h", "4h"), ACCELERATIONS, strict=True):
        late, both = field[f"late_{window:.0f}"], field[f"both_{window:.0f}"]
        put(f"acceleration_{name}", np.log((late + 0.5) / (np.maximum(both - late, 0.0) + 0.5)))
    for name, q in zip(("eighth", "quarter", "half", "three_quarters"), QUANTILES, strict=True):
        put(f"time_of_{name}", field[f"quantile_{q}"] / age)
    for name in ("half", "quarter", "eighth"):
        put(f"since_{name}", field[f"since_{name}"] / shown)
    put("log_first_gap", np.log1p(field["first_gap"]))
    put("reply_share", field["replies"] / shown)
    _put_infection(rows, field, observations)
    _put_reach(rows, field)
    _put_shape(rows, field)
    # Of a thread that nobody has spread yet, its age and its author are all there is.
    known = [INDEX[n] for n in ("log_size", "log_age", "log_idle", "log_root_followers")]
    blank = np.ones(len(STATE), dtype=bool)
    blank[known] = False
    rows[np.ix_(~spread, blank)] = np.nan
    return rows


def _put_infection(
    rows: np.ndarray, field: dict[str, np.ndarray], observations: Sequence[Observation]
) -> None:
    """How infectious the threads are, per sharer and per follower; NaN where followers are unknown.

    Per sharer it is the branching factor of a Hawkes process without marks: every post exposes one person.
    """
    age = field["age"]
    elapsed, exposed, starts = _exposures(observations)
    windows, rest = reactions(elapsed, np.stack([age, age / 2, age / 10]), starts)
    counts = np.stack([field["size"], field["since_half"], field["since_tenth"]])
    followed = ~np.isnan(field["root_followers"]) & (field["unknown"] <= field["known"])
    for kind, people, least, still in (
        ("branching", exposed[0], 1e-3, "log_still_to_react"),
        ("infectiousness", exposed[1], 1e-6, "log_audience_to_react"),
    ):
        meant = np.ones_like(followed) if kind == "branching" else followed
        could = np.add.reduceat(windows * people, starts, axis=1)
        rates = np.log(counts / np.maximum(could, 1e-9) + least)
        for name, rate in zip(("all", "half", "tenth"), rates, strict=True):
            rows[:, INDEX[f"{kind}_{name}"]] = np.where(meant, rate, np.nan)
        left = np.log1p(np.add.reduceat(rest * people, starts))
        rows[:, INDEX[still]] = np.where(meant, left, np.nan)


def _exposures(observations: Sequence[Observation]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who was exposed when, all threads in a row.

    Returns
    -------
    Seconds ago, shape (m,); sharers and followers then exposed, shape (2, m); where each thread begins, shape (n,).
    """
    times: list[float] = []
    posts: list[float] = []
    people: list[float] = []
    starts = []
    for o in observations:
        starts.append(len(times))
        pace, points = o.pace, o.points
        times.append(o.at - o.root_at)
        posts.append(1.0)
        people.append(float(o.root_followers or 0))
        times += [o.at - t for t in pace.times[:points]]
        posts += pace.steps[:points]
        people += pace.audience_steps[:points]
    return np.array(times), np.array([posts, people]), np.array(starts)


def _put_reach(rows: np.ndarray, field: dict[str, np.ndarray]) -> None:
    """Who was reached; NaN where no followers are known."""
    total, known = field["audience"], field["known"]
    rows[:, INDEX["log_root_followers"]] = np.log1p(field["root_followers"])
    some = np.where(known > 0.0, known, np.nan)
    root = np.nan_to_num(field["root_followers"])
    rows[:, INDEX["log_audience"]] = np.log1p(total + root) + 0.0 * some
    rows[:, INDEX["log_mean_followers"]] = np.log1p(total / some)
    at_least_one = np.maximum(total, 1.0) + 0.0 * some
    rows[:, INDEX["largest_broadcaster"]] = field["largest"] / at_least_one
    rows[:, INDEX["new_audience"]] = 1.0 - field["audience_half"] / at_least_one


def _put_shape(rows: np.ndarray, field: dict[str, np.ndarray]) -> None:
    """Breadth before depth; NaN where most parents are unknown."""
    posts = field["posts"]
    posts = np.where((posts > 0.0) & (field["orphans"] <= MAX_ORPHANS * posts), posts, np.nan)
    rows[:, INDEX["breadth"]] = field["breadth"] / posts
    rows[:, INDEX["hub"]] = field["hub"] / posts
    for name in ("mean_depth", "max_depth", "structural_virality"):
        rows[:, INDEX[name]] = field[name] + 0.0 * posts


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
    log_left = np.log(np.maximum(left_s, 1.0))
    log_span = np.minimum(log_age, log_left)

    def column(name: str) -> np.ndarray:
        return rows[:, INDEX[name]]

    extra = np.column_stack(
        [
            np.log(sizes) - log_size,
            log_left,
            log_needed,
            log_needed - np.log(column("since_half") * size + 0.5),
            log_needed - column("log_rate_10m") - log_span,
            log_needed - column("log_rate_1h") - log_span,
            log_needed - column("log_still_to_react") - column("branching_half"),
            log_needed - column("log_audience_to_react") - column("infectiousness_half"),
        ]
    )
    return np.hstack([rows, extra])
