"""How fast a channel takes messages."""

import math


class Pace:
    """A token bucket per channel, as Slack limits posting: a steady rate and a short burst.

    Parameters
    ----------
    per_s
        Messages a second that a channel takes in the long run.
    burst
        Messages that it takes at once after a pause.
    """

    def __init__(self, per_s: float, burst: int = 1) -> None:
        if not (per_s > 0 and burst >= 1):
            raise ValueError(f"pace of {per_s} a second, burst {burst}: both have to be positive")
        self._per_s = per_s
        self._burst = burst
        self._tokens: dict[str, tuple[float, float]] = {}

    def wait(self, channel: str, now: float) -> int:
        """Take a message at `now` (seconds); 0 if there was room, else whole seconds until there will be."""
        tokens, then = self._tokens.get(channel, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - then) * self._per_s)
        if tokens < 1:
            self._tokens[channel] = (tokens, now)
            return math.ceil((1 - tokens) / self._per_s)
        self._tokens[channel] = (tokens - 1, now)
        return 0
