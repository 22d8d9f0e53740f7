"""A marked Hawkes process that grows cascades as a branching process.

Each event excites further ones: an event with m followers has a Poisson number of children with mean
n · (1 + m)^β / E[(1 + m)^β], each after a delay from a power-law memory kernel. This cluster view of the
self-exciting process of A. G. Hawkes (Biometrika 58, 1971) is due to Hawkes and Oakes (J. Appl. Prob. 11,
1974). Marks and kernel follow SEISMIC (Zhao et al., KDD 2015) and Mishra, Rizoiu and Xie (CIKM 2016); see
also the tutorial by Rizoiu et al. (arXiv 1708.06401). The daily rhythm follows TiDeH (Kobayashi and
Lambiotte, ICWSM 2016), here as a clock that runs faster at busy hours, which leaves the number of children as
it is.

Generations are drawn one after another and all cascades at once, so the cost is a few array operations per
generation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from streams.incidents.parameters import Floats, FollowerLaw, Ints

DAY = 86_400.0
HOUR = 3_600.0


@dataclass(frozen=True)
class Kernel:
    """Power-law memory, one per cascade: density ∝ (1 + τ/scale)^-(1 + exponent) up to a window."""

    scale_s: Floats
    exponent: Floats

    def delays(self, uniform: Floats, cascade: Ints, window_s: float) -> Floats:
        """Turn uniform numbers into delays (s) of children in the cascades named."""
        scale, exponent = self.scale_s[cascade], self.exponent[cascade]
        within = -np.expm1(-exponent * np.log1p(window_s / scale))
        return scale * np.expm1(-np.log1p(-uniform * within) / exponent)


class DailyClock:
    """Converts between wall time and activity time, which runs at the rate of the hour of the day.

    Parameters
    ----------
    hourly
        Activity at each of the 24 local hours; scaled to a mean of 1.
    utc_offset_s
        Local time minus UTC.
    """

    def __init__(self, hourly: tuple[float, ...], utc_offset_s: float = HOUR) -> None:
        rates = np.asarray(hourly, dtype=np.float64)
        if rates.shape != (24,) or not (rates > 0).all():
            raise ValueError(f"hourly is {hourly}; allowed are 24 numbers above 0")
        self._wall = np.arange(25) * HOUR
        self._activity = np.concatenate(([0.0], np.cumsum(rates))) * (DAY / rates.sum())
        self._offset = utc_offset_s

    def activity(self, wall: Floats) -> Floats:
        """Give the activity time of epoch seconds."""
        days, rest = np.divmod(wall + self._offset, DAY)
        return np.asarray(days * DAY + np.interp(rest, self._wall, self._activity))

    def wall(self, activity: Floats) -> Floats:
        """Give the epoch seconds of an activity time."""
        days, rest = np.divmod(activity, DAY)
        return np.asarray(days * DAY + np.interp(rest, self._activity, self._wall) - self._offset)


@dataclass(frozen=True)
class Recipe:
    """What makes each of n cascades.

    `root_time` in epoch seconds; `direct` the mean number of children of the root within the window,
    `branching` that of a later event with average mark; `outer` the root's memory and `inner` that of later
    events.
    """

    root_time: Floats
    direct: Floats
    branching: Floats
    outer: Kernel
    inner: Kernel

    def __post_init__(self) -> None:
        if not ((self.direct >= 0) & np.isfinite(self.direct)).all():
            raise ValueError(f"direct is {self.direct}; allowed are finite numbers from 0 up")
        if not ((self.branching >= 0) & (self.branching < 1)).all():
            raise ValueError(
                f"branching is {self.branching}; allowed are 0 up to, not including, 1 (else it never ends)"
            )


@dataclass(frozen=True)
class Growth:
    """Events of n cascades, by cascade and time; the roots are not among them.

    `cascade` (index of the recipe), `time` (s since the root), `parent` (-1 the root, otherwise an index into
    the events of the same cascade), `followers` and `generation` (1 for a child of the root) have one entry
    per event; those of cascade i are at `offsets[i]:offsets[i + 1]`.
    """

    offsets: Ints
    cascade: Ints
    time: Floats
    parent: Ints
    followers: Ints
    generation: Ints

    def one_by_one(self) -> Iterator["Growth"]:
        """Give each cascade on its own."""
        for start, end in zip(self.offsets, self.offsets[1:], strict=False):
            part = slice(int(start), int(end))
            yield Growth(
                np.array([0, end - start]),
                np.zeros(end - start, dtype=np.int64),
                self.time[part],
                self.parent[part],
                self.followers[part],
                self.generation[part],
            )


def grow(
    rng: np.random.Generator,
    recipe: Recipe,
    *,
    sharers: FollowerLaw,
    mark_exponent: float,
    window_s: float,
    clock: DailyClock | None = None,
) -> Growth:
    """Grow cascades until `window_s` after their roots.

    Parameters
    ----------
    rng
        The only source of chance: the same state gives the same cascades.
    recipe
        What makes each cascade.
    sharers
        Followers of those who share.
    mark_exponent
        β: how much an event with many followers brings.
    window_s
        Length of a cascade, and of the memory of each of its events.
    clock
        The daily rhythm; None for an even one.

    Returns
    -------
    Growth
        The events of all cascades.
    """
    base = clock.activity(recipe.root_time) if clock else recipe.root_time
    end = clock.activity(recipe.root_time + window_s) if clock else base + window_s
    mean_mark = sharers.moment(mark_exponent)
    cascade = np.arange(len(recipe.direct))
    children = rng.poisson(recipe.direct)
    since_root = np.zeros(len(cascade))
    index = np.full(len(cascade), -1)
    kernel, total = recipe.outer, 0
    parts: list[tuple[Ints, Floats, Ints, Ints, Ints]] = []
    while True:
        number = int(children.sum())
        cascade, parent = np.repeat(cascade, children), np.repeat(index, children)
        since_root = np.repeat(since_root, children) + kernel.delays(rng.random(number), cascade, window_s)
        inside = base[cascade] + since_root <= end[cascade]
        cascade, parent, since_root = cascade[inside], parent[inside], since_root[inside]
        if not len(cascade):
            break
        followers = sharers.draw(rng, len(cascade))
        index = np.arange(total, total + len(cascade))
        total += len(cascade)
        parts.append((cascade, since_root, parent, followers, np.full(len(cascade), len(parts) + 1)))
        mark = np.power(1.0 + followers, mark_exponent) / mean_mark
        children = rng.poisson(recipe.branching[cascade] * mark)
        kernel = recipe.inner
    return _in_order(parts, recipe, base, clock)


def _in_order(
    parts: list[tuple[Ints, Floats, Ints, Ints, Ints]], recipe: Recipe, base: Floats, clock: DailyClock | None
) -> Growth:
    roots = len(recipe.direct)
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return Growth(np.zeros(roots + 1, dtype=np.int64), none, np.zeros(0), none, none, none)
    cascade, time, parent, followers, generation = map(np.concatenate, zip(*parts, strict=True))
    # By the order of birth at equal times: a parent is born before its child.
    order = np.lexsort((time, cascade))
    offsets = np.searchsorted(cascade[order], np.arange(roots + 1))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    cascade, time, parent = cascade[order], time[order], parent[order]
    parent = np.where(parent < 0, -1, place[parent] - offsets[cascade])
    if clock:
        time = np.maximum(clock.wall(base[cascade] + time) - recipe.root_time[cascade], 0.0)
    return Growth(offsets, cascade, time, parent, followers[order], generation[order])
