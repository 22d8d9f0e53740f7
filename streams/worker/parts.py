"""What every part of the worker builds on: the app, how to read and send, and what the desk wants."""

from collections.abc import Awaitable, Callable
from typing import Any

import faust
from faust.types import TP

from streams.bulk import Chunk, bulk_topic
from streams.changelog import Superseded
from streams.desk import Desk
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.outgoing import Outgoing
from streams.worker.ownership import Ownership
from streams.worker.progress import Progress

Act = Callable[[], Awaitable[None]]


class Parts:
    """What is shared by the parts of one worker.

    Attributes
    ----------
    app, settings, desk, metrics
        The Faust app, where things are, what the desk wants, and what is counted into.
    clock
        Wall clock in epoch seconds.
    outgoing, progress, ownership
        What was sent, how far reading is, and whose the partitions are.
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
        self.ownership = Ownership(app, settings, metrics, self.progress, self.outgoing)

    @property
    def live(self) -> bool:
        """Whether the wall clock moves time in a quiet stream."""
        return self.settings.clock == "wall"

    @property
    def settled(self) -> bool:
        """Whether it is known which partitions are this worker's, and their state is recovered."""
        return self.ownership.settled

    def name_of(self, topic: str) -> str:
        """A topic's name on the broker."""
        return self.settings.topic_prefix + topic

    def tp(self, topic: str, partition: int) -> TP:
        """A partition of a topic."""
        return TP(self.name_of(topic), partition)

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

    def read(self, topic: str, agent: str, take: Callable[[Chunk], Awaitable[None]]) -> None:
        """Read a topic in bulk: an agent of that name hands each chunk to `take`, once its state is recovered."""

        async def reading(chunks: Any) -> None:
            async for chunk in chunks:
                await self._or_crash(self._take(chunk, take))

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

    async def _take(self, chunk: Chunk, take: Callable[[Chunk], Awaitable[None]]) -> None:
        if await self.ownership.until_settled():
            await take(chunk)

    async def _or_crash(self, work: Awaitable[None]) -> None:
        """Faust would go on behind what failed; ending resumes from what is committed."""
        try:
            await work
        except Superseded:
            pass  # what is not ours any more is somebody else's care; who should have it begins anew
        except Exception as error:
            await self.app.crash(error)
            raise
