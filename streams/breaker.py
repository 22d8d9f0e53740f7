"""Dead letters are bounded per minute: what goes beyond is counted and remembered by offsets, never lost silently."""

from collections import Counter
from typing import NamedTuple

from streams.rejection import Reason

MINUTE_S = 60.0

CLOSES_AT = 0.5
"""At most this part of the bound in a whole minute, and bad records get letters of their own again."""


class Withheld(NamedTuple):
    """What was withheld: so many bad records between two offsets, both included, by reason, and where that leaves it.

    What is between the offsets and was good is not among them: to find the bad ones, read the range and decode.
    """

    first: int
    last: int
    reasons: dict[Reason, int]

    @property
    def number(self) -> int:
        """How many records were withheld."""
        return sum(self.reasons.values())


class Breaker:
    """Says of each bad record of one partition whether it gets a dead letter of its own.

    In a minute of the clock `per_minute` of them do. With the next one the breaker opens, and all further ones are
    withheld: `take` tells of them. It closes after a whole minute with at most half as many bad records as are
    allowed, so that it does not flap.

    Parameters
    ----------
    per_minute
        Dead letters per minute; 0 withholds all.

    Attributes
    ----------
    open
        Whether letters are withheld, as of the time that was heard of last.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._minute = float("-inf")
        self._bad = 0
        self._first = self._last = 0
        self._reasons: Counter[Reason] = Counter()
        self.open = False

    def admits(self, offset: int, reason: Reason, now: float) -> bool:
        """Whether a bad record gets a letter of its own; one that does not is remembered.

        Parameters
        ----------
        offset
            Where it is, not before the last one.
        reason
            Why it is no mention.
        now
            Epoch seconds. A clock that is set back does not begin another minute.
        """
        self.pass_time(now)
        self._bad += 1
        self.open = self.open or self._bad > self._per_minute
        if not self.open:
            return True
        if not self._reasons:
            self._first = offset
        self._last = offset
        self._reasons[reason] += 1
        return False

    def take(self) -> Withheld | None:
        """What was withheld since this was asked last; whoever asks must see to it that it is written down."""
        if not self._reasons:
            return None
        taken = Withheld(self._first, self._last, dict(self._reasons))
        self._reasons.clear()
        return taken

    def pass_time(self, now: float) -> None:
        """Let time pass to `now` (epoch seconds) without a bad record."""
        minute = now // MINUTE_S
        if minute > self._minute:
            # In a minute that was skipped there was none at all.
            of_last = self._bad if minute == self._minute + 1 else 0
            if of_last <= CLOSES_AT * self._per_minute:
                self.open = False
            self._minute, self._bad = minute, 0
