"""What was sent and is not acknowledged yet: nothing may be committed on the strength of it."""

import asyncio
from typing import Any


class Outgoing:
    """Sends records, and tells whether they arrived."""

    def __init__(self) -> None:
        self._pending: set[asyncio.Future[Any]] = set()
        self._failure: BaseException | None = None

    async def send(
        self, topic: Any, key: bytes | None, value: bytes | None, partition: int | None = None
    ) -> asyncio.Future[Any]:
        """Send a record; the future is done once the broker has it. Without a partition, the key decides."""
        sent: asyncio.Future[Any] = await topic.send(key=key, value=value, partition=partition)
        self._pending.add(sent)
        sent.add_done_callback(self._arrived)
        return sent

    async def settle(self) -> None:
        """Wait until all that was sent so far has arrived.

        Raises
        ------
        kafka.errors.KafkaError
            If something never will.
        """
        if self._pending:
            await asyncio.wait(set(self._pending))
        if self._failure is not None:
            raise self._failure

    def _arrived(self, sent: asyncio.Future[Any]) -> None:
        self._pending.discard(sent)
        if not sent.cancelled() and sent.exception() is not None:
            self._failure = self._failure or sent.exception()
