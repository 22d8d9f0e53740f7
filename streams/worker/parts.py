"""What every part of the worker builds on: the app, how to read and send, and what the desk wants."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import faust

from streams.bulk import Chunk, bulk_topic
from streams.desk import Desk
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.outgoing import Outgoing
from streams.worker.progress import Progress
from streams.worker.tables import CompactedTable

SETTLE_S = 0.05

Act = Callable[[], Awaitable[None]]


class Parts:
    """What is shared by the parts of one worker.

    Attributes
    ----------
    app, settings, desk, metrics
        The Faust app, where things are, what the desk wants, and what is counted into.
    clock
        Wall clock in epoch seconds.
    outgoing, progress
        What was sent, and how far reading is.
    """

    def __init__(
        self, app: faust.App, settings: WorkerSettings, desk: Desk, metrics: Metrics, clock: Callable[[], float]
    ) -> None:
        self.app = app
        self.settings = settings
        self.desk = desk
        self.metrics = metrics
        self.clock = clock
        self.outgoing = Outgoing()
        self.progress = Progress(app, self.outgoing)
        self.every(self.progress.checkpoint_s, self.progress.checkpoint)
        self._revoked: list[Act] = []
        # Faust types its signals' receivers by arguments that it never passes.
        cast(Any, app.on_partitions_revoked).connect(self._revoke)

    @property
    def live(self) -> bool:
        """Whether the wall clock moves time in a quiet stream."""
        return self.settings.clock == "wall"

    @property
    def settled(self) -> bool:
        """Whether it is known which partitions are this worker's, and its tables are recovered."""
        return not self.app.rebalancing and bool(self.app.tables.actives_ready)

    async def until_settled(self) -> bool:
        """Wait until that is so; False if a rebalance began meanwhile."""
        epoch = self.progress.epoch
        while not self.settled and epoch == self.progress.epoch:  # noqa: ASYNC110 - Faust has no event for it
            await asyncio.sleep(SETTLE_S)
        return epoch == self.progress.epoch

    def name_of(self, topic: str) -> str:
        """A topic's name on the broker."""
        return self.settings.topic_prefix + topic

    def partitions_of(self, topic: str) -> list[int]:
        """The partitions of a topic that are this worker's."""
        name = self.name_of(topic)
        return sorted(tp.partition for tp in self.app.consumer.assignment() if tp.topic == name)

    def raw_topic(self, topic: str) -> Any:
        """A topic whose keys and values are bytes, encoded and decoded by whoever uses it."""
        return self.app.topic(
            self.name_of(topic),
            partitions=self.settings.partitions,
            key_serializer="raw",
            value_serializer="raw",
            key_type=bytes,
            value_type=bytes,
        )

    def table(self, topic: str) -> CompactedTable:
        """The table that a compacted topic is the changelog of."""
        return CompactedTable(self.app, self.name_of(topic), self.settings.partitions, self.outgoing)

    def read(self, topic: str, agent: str, take: Callable[[Chunk], Awaitable[None]]) -> None:
        """Read a topic in bulk: an agent of that name hands each chunk to `take`."""

        async def reading(chunks: Any) -> None:
            async for chunk in chunks:
                await self._or_crash(take(chunk))

        name = f"{self.settings.group}.{agent}"
        bulk = bulk_topic(self.app, self.name_of(topic), self.settings.partitions)
        self.app.agent(bulk, concurrency=1, name=name)(reading)

    def every(self, seconds: float, act: Act) -> None:
        """Do something, with that pause in between."""

        async def acting() -> None:
            while not self.app.should_stop:
                await self._or_crash(act())
                await self.app.sleep(seconds)

        self.app.task()(acting)

    def on_revoked(self, act: Act) -> None:
        """Do something when partitions are taken away, which are all of them each time; in order of these calls."""
        self._revoked.append(act)

    async def _revoke(self, _app: Any, revoked: Any, **_: Any) -> None:
        self.progress.forget()
        for act in self._revoked:
            await act()
        # Whoever gets the partitions next recovers what has arrived by then.
        await self.outgoing.settle()

    async def _or_crash(self, work: Awaitable[None]) -> None:
        """Faust would go on behind what failed; ending resumes from what is committed."""
        try:
            await work
        except Exception as error:
            await self.app.crash(error)
            raise
