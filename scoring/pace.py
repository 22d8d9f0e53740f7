"""When a thread spread: a bounded history of its size that answers "how many since then?"."""

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil

import msgspec

GROWTH = 1.05
"""Beyond the most recent events the history keeps a point per 5 % of growth."""

RECENT = 64
"""At least this many of the latest events are kept to the second."""


class Pace(msgspec.Struct, array_like=True, gc=False):
    """The size of a thread over time, in memory that grows with the logarithm of the size.

    The latest `RECENT` events are kept exactly; older ones as points (time, size, audience), one per 5 % of
    growth, between which counts are interpolated. Early events are all points, so a small thread is exact.
    An event costs O(1) amortised. The points are append-only: the first n of them never change, which lets a
    caller describe a past moment after later events have been added. `steps` and `audience_steps` are what each point
    added. The fields are what a snapshot holds.
    """

    size: int = 0
    last_at: float = 0.0
    recent: list[float] = []
    times: list[float] = []
    sizes: list[int] = []
    audiences: list[float] = []
    steps: list[int] = []
    audience_steps: list[float] = []
    _next_point: int = 1

    def add(self, at: float, audience: float, n: int = 1) -> None:
        """Count `n` events at `at` seconds, which left `audience` followers reached in all.

        Late events are put in their place among the recent ones, or among the forgotten ones when they are
        older than those; the points stay as they are.
        """
        recent = self.recent
        size = self.size = self.size + n
        if at >= self.last_at:
            self.last_at = at
            if n == 1:
                recent.append(at)
            else:
                recent.extend([at] * min(n, 2 * RECENT))
        elif len(recent) >= size - n or at >= recent[0]:
            place = bisect_right(recent, at)
            recent[place:place] = [at] * min(n, 2 * RECENT)
        if len(recent) > 2 * RECENT:
            del recent[:-RECENT]
        if size >= self._next_point:
            before = self.sizes[-1] if self.sizes else 0
            reached = self.audiences[-1] if self.audiences else 0.0
            self.steps.append(size - before)
            self.audience_steps.append(audience - reached)
            self.times.append(self.last_at)
            self.sizes.append(size)
            self.audiences.append(audience)
            self._next_point = max(size + 1, ceil(size * GROWTH))

    def size_at(self, at: float) -> float:
        """How large the thread was at `at` seconds: exact for recent times, else interpolated."""
        if at >= self.last_at:
            return float(self.size)
        recent = self.recent
        if len(recent) >= self.size or recent[0] <= at:
            return float(self.size - len(recent) + bisect_right(recent, at))
        i = bisect_right(self.times, at)
        if i == 0:
            return 0.0
        before_t, before_k = self.times[i - 1], self.sizes[i - 1]
        if i < len(self.times):
            after_t, after_k = self.times[i], self.sizes[i]
        else:
            after_t, after_k = self.last_at, self.size
        between = (at - before_t) / (after_t - before_t) if after_t > before_t else 0.0
        return min(before_k + (after_k - before_k) * between, float(self.size - len(recent)))

    def counts_since(self, times: Sequence[float]) -> list[float]:
        """How many events came after each of `times`."""
        recent, size = self.recent, self.size
        if len(recent) >= size:
            return [size - bisect_right(recent, at) for at in times]
        return [size - self.size_at(at) for at in times]

    def times_of(self, sizes: Sequence[float]) -> list[float]:
        """When the thread reached each of `sizes`."""
        recent, size = self.recent, self.size
        if len(recent) == size:
            return [recent[max(-int(size - k) - 1, -size)] for k in sizes]
        return [self.time_of(k) for k in sizes]

    def time_of(self, size: float) -> float:
        """When the thread reached `size` (at most its present size), in seconds, interpolated."""
        behind = self.size - size
        if behind < len(self.recent):
            return self.recent[-int(behind) - 1]
        return min(self._between_points(size), self.recent[0])

    def _between_points(self, size: float) -> float:
        i = bisect_right(self.sizes, size)
        if i == 0:
            return self.times[0]
        if i == len(self.sizes):
            return self.times[-1]
        before_k, after_k = self.sizes[i - 1], self.sizes[i]
        share = (size - before_k) / (after_k - before_k)
        return self.times[i - 1] + share * (self.times[i] - self.times[i - 1])

    def curve(self, start: float, end: float, size: int, points: int, steps: int) -> tuple[int, ...]:
        """Sizes at `steps` equal steps from `start` to `end`, when `points` points were known.

        The last step is `size`. Later events leave the answer as it was.
        """
        times = self.times
        out = []
        for step in range(1, steps):
            at = start + (end - start) * step / steps
            i = bisect_right(times, at, 0, points)
            out.append(self.sizes[i - 1] if i else 0)
        return (*out, size)
