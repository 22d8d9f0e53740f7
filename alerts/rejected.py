"""How much of what was read lately was no mention, and why."""

from collections import Counter, deque
from collections.abc import Mapping
from typing import NamedTuple

OVER_S = 300.0


class _Reading(NamedTuple):
    """What was read between two looks: when the later one was, how many records, and those rejected by reason."""

    at: float
    read: int
    rejected: Mapping[str, int]


class Rejected:
    """The last five minutes of reading; a look is taken with every `add`.

    Attributes
    ----------
    since
        When the first bad record of these minutes was seen, epoch seconds; None without one.
    read
        Records read in them.
    reasons
        How many of those were no mentions, by reason, the most frequent first.
    """

    def __init__(self) -> None:
        self._readings: deque[_Reading] = deque()
        self._committed: dict[int, int] = {}
        self.since: float | None = None
        self.read = 0
        self.reasons: tuple[tuple[str, int], ...] = ()

    def add(self, now: float, committed: Mapping[int, int | None], rejected: Mapping[str, int]) -> None:
        """Note how far reading is at `now`, epoch seconds, and what was rejected since the last time, if ever."""
        if not self._readings:
            rejected = {}
        moved = 0
        for partition, at in committed.items():
            if at is not None:
                moved += max(0, at - self._committed.get(partition, at))
                self._committed[partition] = at
        # Letters are sent before their offsets are committed.
        self._readings.append(_Reading(now, max(moved, sum(rejected.values())), rejected))
        while now - self._readings[0].at >= OVER_S:
            self._readings.popleft()
        total: Counter[str] = Counter()
        for reading in self._readings:
            total.update(reading.rejected)
        self.read = sum(reading.read for reading in self._readings)
        self.reasons = tuple(total.most_common())
        self.since = next((reading.at for reading in self._readings if reading.rejected), None)
