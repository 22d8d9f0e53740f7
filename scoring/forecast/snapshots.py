"""From cascades to training rows: what was known at a moment, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from scoring.cascades import Cascade, CascadeFold
from scoring.features import STATE, describe
from scoring.observation import observe

MINUTE, HOUR = 60.0, 3600.0
FOREVER_S = 30 * 24 * HOUR
"""The horizon that stands for "in the end"."""

MOMENTS = tuple(m * MINUTE for m in (5, 10, 15, 30, 60, 120, 180, 360, 720))
"""Ages at which every cascade is looked at, in seconds."""

SIZES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 40, 57, 80, 113, 160, 226, 320, 452, 640, 905, 1280, 1810, 2560)
"""Sizes at which every cascade is looked at, the moment it reaches them."""


@dataclass
class Snapshots:
    """Rows of state features with what became of the cascade.

    `rows` has shape (n, len(STATE)); `cascade` (n,) is the index of the row's cascade in `cascades`, `at` (n,)
    its age in seconds and `size` (n,) its size then.
    """

    cascades: list[Cascade] = field(default_factory=list)
    rows: np.ndarray = field(default_factory=lambda: np.empty((0, len(STATE))))
    cascade: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))
    at: np.ndarray = field(default_factory=lambda: np.empty(0))
    size: np.ndarray = field(default_factory=lambda: np.empty(0))


def snap(
    cascades: Iterable[Cascade], *, followers: bool = True, parents: bool = True, sizes: Sequence[int] = SIZES
) -> Snapshots:
    """Look at every cascade at `MOMENTS`, and when it reaches each of `sizes`."""
    out = Snapshots(cascades=list(cascades))
    rows, index, ats, seen = [], [], [], []
    for i, cascade in enumerate(out.cascades):
        events = cascade.events
        looks = set(MOMENTS)
        looks |= {events[k - 1][0] for k in sizes if k <= len(events)}
        fold = CascadeFold(cascade, followers=followers, parents=parents)
        for at in sorted(looks):
            thread = fold.until(at)
            rows.append(observe(thread, at))
            index.append(i)
            ats.append(at)
            seen.append(thread.spread)
    if rows:
        out.rows = describe(rows)
        out.cascade, out.at, out.size = np.array(index), np.array(ats), np.array(seen, dtype=float)
    return out


def sizes_after(cascades: Sequence[Cascade], index: np.ndarray, until_s: np.ndarray) -> np.ndarray:
    """How large cascades `index` were at ages `until_s`; both of shape (n,)."""
    times = [np.array([e[0] for e in c.events]) for c in cascades]
    return np.array([np.searchsorted(times[i], t, side="right") for i, t in zip(index, until_s, strict=True)], float)


def hashes_of(identifiers: Iterable[str]) -> np.ndarray:
    """A number for each id, unsigned 32 bits: enough to know an id again, and not the id itself."""
    return np.array(
        [int.from_bytes(blake2b(i.encode(), digest_size=4).digest(), "big") for i in identifiers], np.uint32
    )


def fraction_of(identifier: str) -> float:
    """A number in [0, 1) that depends on the id alone: splits by cascade that never move."""
    return int.from_bytes(blake2b(identifier.encode(), digest_size=6).digest(), "big") / 2**48
