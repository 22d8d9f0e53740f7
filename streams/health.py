"""Whether a worker gets on: judged by what it has committed, not by its being up."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

UNHEARD_S = 60.0
"""A worker that has not looked at itself for so long hangs."""


class Judgement(msgspec.Struct, frozen=True):
    """Whether it is well, and why not, in words."""

    well: bool
    why: str


class Part(NamedTuple):
    """How far a partition is: what is committed, and how many records are not."""

    committed: int
    behind: int


class Health:
    """What is known of a worker's progress.

    Parameters
    ----------
    stuck_s
        Seconds that a partition with something to read may stand still.
    behind
        Most records not committed yet of a worker that is ready; inf for any number.
    now
        Seconds of a clock that never goes back; the beginning.
    """

    def __init__(self, stuck_s: float, behind: float, now: float) -> None:
        self._stuck_s = stuck_s
        self._behind = behind
        self._looked_at = now
        self._settled = False
        self._recovered = 0.0
        self._recovering_since = now
        self._parts: Mapping[str, Part] = {}
        self._moved_at: dict[str, float] = {}

    def look(self, now: float, *, settled: bool, recovered: float, parts: Mapping[str, Part]) -> None:
        """Take note of how the worker is.

        Parameters
        ----------
        now
            By the same clock.
        settled
            Whether its partitions are known, and their state is recovered.
        recovered
            How much of the state is recovered, 0 to 1.
        parts
            How far its partitions are, by name.
        """
        self._looked_at = now
        if settled or recovered != self._recovered:
            self._recovering_since = now
        self._settled, self._recovered = settled, recovered
        moved = {
            name: now
            for name, part in parts.items()
            if not part.behind or name not in self._parts or part.committed != self._parts[name].committed
        }
        self._moved_at = {name: moved.get(name, self._moved_at.get(name, now)) for name in parts}
        self._parts = parts

    def live(self, now: float) -> Judgement:
        """Whether to leave it alone; else it should be started anew."""
        if now - self._looked_at > UNHEARD_S:
            return Judgement(False, f"hangs: nothing happened for {now - self._looked_at:.0f} s")
        if not self._settled:
            waited = now - self._recovering_since
            return Judgement(waited <= self._stuck_s, f"has had no partitions recovered for {waited:.0f} s")
        stuck = sorted(name for name, at in self._moved_at.items() if now - at > self._stuck_s)
        if stuck:
            return Judgement(False, f"stands still for {self._stuck_s:g} s and more in {', '.join(stuck)}")
        return Judgement(True, "gets on")

    def ready(self, now: float) -> Judgement:
        """Whether it does its work by now."""
        live = self.live(now)
        if not live.well:
            return live
        if not self._settled:
            return Judgement(False, f"recovers, {self._recovered:.0%} done")
        behind = sum(part.behind for part in self._parts.values())
        if behind > self._behind:
            return Judgement(False, f"is {behind} records behind, {self._behind:g} at most are allowed")
        return Judgement(True, f"is {behind} records behind")
