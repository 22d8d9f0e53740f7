"""What goes wrong with calls, on request."""

from collections import Counter
from random import Random

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """What goes wrong with one call.

    `error` and `status` are the answer, with `retry_after` seconds in its header; `drop` closes the connection
    instead. `after` says that the call has its effect all the same, and only the answer is lost. `delay_s` seconds
    pass first; with neither an error nor a drop that is all that happens.
    """

    error: str | None = None
    status: int = 200
    retry_after: int | None = None
    drop: bool = False
    after: bool = False
    delay_s: float = 0.0

    @property
    def fails(self) -> bool:
        """Whether the caller gets another answer than it should, or none."""
        return self.drop or self.error is not None


class Faults:
    """Faults that wait for calls, first come first served by method."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, method: str, fault: Fault, times: int) -> None:
        """Have a fault for the next so many calls of a method."""
        self._waiting.setdefault(method, []).extend([fault] * times)

    def take(self, method: str) -> Fault:
        """Take what goes wrong with this call of a method; a fault of nothing if all is well."""
        waiting = self._waiting.get(method)
        return waiting.pop(0) if waiting else Fault()


class RandomFaults(Faults):
    """Lets a part of all calls fail at random, in the ways that a Slack in trouble has.

    Some fail without their effect and some after it; some are told to come back later, some get no answer, and some
    get a late one besides. What `add` asks for comes first, and is not left to chance.

    Parameters
    ----------
    part
        How many of the calls fail, 0 to 1.
    chance
        Where chance comes from.
    late_s
        Seconds that a late answer takes.
    """

    def __init__(self, part: float, chance: Random, late_s: float = 1.0) -> None:
        super().__init__()
        self._part = part
        self._chance = chance
        self._late_s = late_s
        self.taken: Counter[bool] = Counter()

    def take(self, method: str) -> Fault:
        """Take what goes wrong with this call of a method; a fault of nothing if all is well."""
        fault = super().take(method)
        if not fault.fails and self._chance.random() < self._part:
            fault = self._any()
        self.taken[fault.fails] += 1
        return fault

    def _any(self) -> Fault:
        after = self._chance.random() < 0.5
        return self._chance.choice(
            (
                Fault("internal_error", 500, after=after),
                Fault("service_unavailable", 503, after=after),
                Fault(drop=True, after=after),
                Fault(drop=True, after=after, delay_s=self._late_s),
                Fault("ratelimited", 429, retry_after=1),
            )
        )
