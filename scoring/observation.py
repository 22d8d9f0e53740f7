"""A thread as it is at one moment, in bare numbers: all that features need, none of it changed by later events."""

from bisect import bisect_right
from math import nan
from typing import NamedTuple

from scoring.pace import Pace
from scoring.thread import Thread

WINDOWS = (60.0, 180.0, 600.0, 1_800.0, 3_600.0, 10_800.0, 21_600.0, 43_200.0)
"""Windows over which events are counted, in seconds."""

ACCELERATIONS = (300.0, 900.0, 3_600.0, 14_400.0)
"""Windows that are compared with the one before them, in seconds; at most half of the age each."""

GAPS = (3, 10, 30, 60)
"""The time since so many events ago."""

QUANTILES = (0.125, 0.25, 0.5, 0.75)
"""Parts of the present size, of which the time they were reached counts."""

FIELDS: tuple[str, ...] = (
    "size",
    "age",
    "idle",
    "first_gap",
    "replies",
    "root_followers",
    "audience",
    "audience_half",
    "largest",
    "known",
    "unknown",
    "posts",
    "orphans",
    "breadth",
    "mean_depth",
    "max_depth",
    "structural_virality",
    "hub",
    *(f"count_{w:.0f}" for w in WINDOWS),
    *(f"late_{w:.0f}" for w in ACCELERATIONS),
    *(f"both_{w:.0f}" for w in ACCELERATIONS),
    "since_half",
    "since_quarter",
    "since_eighth",
    "since_tenth",
    *(f"gap_{n}" for n in GAPS),
    *(f"quantile_{q}" for q in QUANTILES),
)
"""Names of `Observation.numbers`, in order. Times are seconds, counted from the root or back from now."""


class Observation(NamedTuple):
    """What is known of a thread at `at`; the first `points` points of `pace` belong to it."""

    numbers: list[float]
    pace: Pace
    points: int
    at: float
    root_at: float
    root_followers: int | None


def observe(thread: Thread, at: float) -> Observation:
    """Look at a thread at `at` (epoch seconds), not before its own clock."""
    pace, audience, tree = thread.pace, thread.audience, thread.tree
    size, start = pace.size, thread.root_at
    age = max(at - start, 1.0)
    root = audience.root
    if size:
        points = bisect_right(pace.times, at - age / 2)
        spans = [min(w, age / 2) for w in ACCELERATIONS]
        counts = pace.counts_since(
            [
                *[at - w for w in WINDOWS],
                *[at - w for w in spans],
                *[at - 2 * w for w in spans],
                at - age / 2,
                at - age / 4,
                at - age / 8,
                at - age / 10,
            ]
        )
        times = pace.times_of([*[max(size - n, 1) for n in GAPS], *[max(size * q, 1.0) for q in QUANTILES]])
        gaps = [max(at - t, 0.0) for t in times[: len(GAPS)]]
        quantiles = [max(t - start, 0.0) for t in times[len(GAPS) :]]
        idle, first_gap = max(at - pace.last_at, 0.0), max(pace.times[0] - start, 0.0)
        audience_half = pace.audiences[points - 1] if points else 0.0
    else:
        idle, first_gap, audience_half = age, 0.0, 0.0
        counts = [0.0] * (len(WINDOWS) + 2 * len(ACCELERATIONS) + 4)
        gaps, quantiles = [0.0] * len(GAPS), [0.0] * len(QUANTILES)
    numbers = [
        size,
        age,
        idle,
        first_gap,
        thread.replies,
        nan if root is None else root,
        audience.total,
        audience_half,
        audience.largest,
        audience.known,
        audience.unknown,
        tree.total - 1,
        tree.orphans,
        tree.breadth,
        tree.mean_depth,
        tree.max_depth,
        tree.structural_virality,
        tree.hub,
        *counts,
        *gaps,
        *quantiles,
    ]
    return Observation(numbers, pace, len(pace.times), at, start, root)
