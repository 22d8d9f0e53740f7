"""How long a broker that does not answer is waited for."""

import asyncio
import time

from streams.topics import BrokerUnreachable

PATIENCE_S = 60.0
"""Seconds, unless said otherwise."""

PAUSE_S = 0.5
"""Between two tries."""


class Patience:
    """Waits between tries, until nothing has gone well for too long.

    Parameters
    ----------
    seconds
        How long that is.
    doing
        What is tried, for the error message: ``"read 'incidents'"``.
    """

    def __init__(self, seconds: float, doing: str) -> None:
        self._seconds = seconds
        self._doing = doing
        self._since = time.monotonic()

    def renew(self) -> None:
        """Start anew, since something has gone well."""
        self._since = time.monotonic()

    def check(self, cause: Exception | None = None) -> None:
        """Raise :class:`~streams.topics.BrokerUnreachable` if it is over, because of `cause` if that is known."""
        if time.monotonic() - self._since > self._seconds:
            reason = f" ({type(cause).__name__})" if cause else ""
            raise BrokerUnreachable(
                f"no Kafka broker has answered for {self._seconds:g} s, cannot {self._doing}{reason}"
            ) from cause

    async def pause(self, cause: Exception | None = None) -> None:
        """Wait for the next try; raise as :meth:`check` does."""
        self.check(cause)
        await asyncio.sleep(PAUSE_S)
