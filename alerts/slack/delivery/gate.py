"""When one of Slack's methods may be called: at a steady pace, not before Slack says, and less often while it fails."""

from collections.abc import Callable
from typing import NamedTuple


class Backoff(NamedTuple):
    """How long to wait after failures in a row: `first_s`, then twice as long each time, up to `longest_s`."""

    first_s: float
    longest_s: float

    def wait(self, tries: int, random: Callable[[], float]) -> float:
        """Seconds to wait after the `tries`-th failure in a row, from 1; half of it is left to chance.

        Chance, because senders that failed together would otherwise come back together.
        """
        whole = min(self.first_s * 2.0 ** min(tries - 1, 30), self.longest_s)
        return whole * (0.5 + 0.5 * random())


PASSING = Backoff(1.0, 30.0)
SHUT = Backoff(10.0, 60.0)


class Gate:
    """One method's pace, as a token bucket that is filled `per_s` times a second up to `burst`.

    Times are seconds of a clock that never goes back.
    """

    def __init__(self, per_s: float, burst: int = 1) -> None:
        if not (per_s > 0 and burst >= 1):
            raise ValueError(f"pace of {per_s} a second, burst {burst}: both have to be positive")
        self._per_s = per_s
        self._burst = burst
        self._tokens = float(burst)
        self._then = float("-inf")
        self._shut_until = float("-inf")
        self._failures = 0

    def opens_at(self, now: float) -> float:
        """When the next call may be made; `now` or before if it may be made at once."""
        tokens = self._filled(now)
        return max(self._shut_until, now if tokens >= 1 else now + (1 - tokens) / self._per_s)

    def passed(self, now: float) -> None:
        """Note a call."""
        self._tokens = max(self._filled(now) - 1.0, 0.0)
        self._then = now

    def worked(self) -> None:
        """Note that Slack did as it was asked."""
        self._failures = 0

    def shut(self, until: float) -> None:
        """Make no call before then."""
        self._shut_until = max(self._shut_until, until)

    def failed(self, now: float, backoff: Backoff, random: Callable[[], float]) -> None:
        """Make no call for a while, longer for every failure in a row."""
        self._failures += 1
        self.shut(now + backoff.wait(self._failures, random))

    def _filled(self, now: float) -> float:
        return min(float(self._burst), self._tokens + max(now - self._then, 0.0) * self._per_s)
