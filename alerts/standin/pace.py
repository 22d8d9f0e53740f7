"""How fast Slack takes calls."""

import math
from collections.abc import Mapping

TIER_1, TIER_2, TIER_3, TIER_4 = 1 / 60, 20 / 60, 50 / 60, 100 / 60
_BURST = 20
_POSTS = "chat.postMessage"
_TIERS = {
    "apps.connections.open": TIER_1,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.list": TIER_2,
    "conversations.replies": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "users.info": TIER_4,
}


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


def as_slack() -> dict[str, Pace]:
    """Limit each method as Slack documents it.

    A channel takes a message a second and short bursts; other methods have their tier's calls a minute, whatever
    the channel. Slack states no bursts; these are careful guesses.
    """
    return {_POSTS: Pace(1.0, burst=3)} | {method: Pace(tier, burst=_BURST) for method, tier in _TIERS.items()}


def seconds_to_wait(pace: Pace | Mapping[str, Pace] | None, method: str, channel: str, now: float) -> int:
    """Take a call of a method at `now` (seconds); 0 if there was room, else whole seconds until there will be.

    A single pace is that of a channel's new and edited messages together.
    """
    if pace is None:
        return 0
    if isinstance(pace, Pace):
        return pace.wait(channel, now) if method in {_POSTS, "chat.update"} else 0
    limit = pace.get(method)
    return limit.wait(channel if method == _POSTS else "", now) if limit is not None else 0
