"""State that outlives the worker: Faust tables of bytes whose changelogs are the service's compacted topics."""

import asyncio
from collections.abc import Iterator
from typing import Any

import faust

from streams.worker.outgoing import Outgoing


class CompactedTable:
    """A compacted topic: what Faust recovered of it, and writing to it.

    Faust writes a table only inside an event of the same partition. Timers and clicks change state as well, so what
    is live is kept by whoever writes, and handed to the changelog here; the Faust table holds what was recovered.
    """

    def __init__(self, app: faust.App, topic: str, partitions: int, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._changelog = app.topic(
            topic,
            partitions=partitions,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
            compacting=True,
            deleting=False,
            acks=False,
            internal=True,
            maxsize=131_072,  # recovery reads the whole topic without acknowledging
            allow_empty=True,
        )
        self._table: Any = app.Table(
            topic, partitions=partitions, key_type=bytes, value_type=bytes, changelog_topic=self._changelog
        )

    def recovered(self) -> Iterator[tuple[str, bytes]]:
        """What Faust recovered of this worker's partitions, and perhaps of some that were its own before."""
        for key, value in self._table.items():
            if value:
                yield key.decode(), value

    async def write(self, partition: int, key: str, value: bytes | None) -> asyncio.Future[Any]:
        """Write a row, None to delete it; the future is done once the broker has it."""
        return await self._outgoing.send(self._changelog, key.encode(), value, partition)
