"""Members of a sealed changelog, and others who write to its topic."""

import asyncio
from collections.abc import Callable

from aiokafka import TopicPartition

from streams.changelog import Changelog, Recovered
from streams.changelog.consuming import consumer_from_start
from streams.changelog.patience import Patience
from streams.changelog.reading import Fence
from streams.changelog.records import Record, mark_in
from streams.changelog.sending import Sender
from streams.changelog.writing import Owner
from streams.kafka import KafkaAccess

Rows = list[tuple[str, bytes | None]]


class Member:
    """A changelog, and what it has called back."""

    def __init__(self, kafka: KafkaAccess, topic: str, patience_s: float) -> None:
        self.stray: list[tuple[int, str]] = []
        self.superseded: list[int] = []
        self.log = Changelog(
            kafka,
            topic,
            on_stray=lambda partition, key: self.stray.append((partition, key)),
            on_superseded=self.superseded.append,
            patience_s=patience_s,
        )


class Stage:
    """A topic, and members that stop at the end."""

    def __init__(self, kafka: KafkaAccess, topic: str) -> None:
        self.kafka = kafka
        self.topic = topic
        self.members: list[Member] = []
        self._senders: list[Sender] = []

    async def member(self, patience_s: float = 20.0) -> Member:
        member = Member(self.kafka, self.topic, patience_s)
        await member.log.start()
        self.members.append(member)
        return member

    async def read(self, partition: int = 0) -> Recovered:
        return (await (await self.member()).log.take_over([partition]))[partition]

    async def straggler(self, owner: Owner, rows: Rows, *, sealed: bool) -> None:
        """Write as somebody who has claimed partition 0 long ago."""
        sender = Sender(self.kafka, self.topic, 20.0)
        await sender.start()
        self._senders.append(sender)
        _, records = owner.checkpoint(rows, b"straggler")
        await sender.send(0, records if sealed else records[:-1])

    async def records(self) -> list[Record]:
        """Return all records that are left in partition 0."""
        left: list[Record] = []
        part = TopicPartition(self.topic, 0)
        consumer = await consumer_from_start(self.kafka, [part], Patience(20.0, "read"))
        while records := (await consumer.getmany(timeout_ms=1000)).get(part):
            left += [Record(record.key, record.value, mark_in(record.headers)) for record in records]
        await consumer.stop()
        return left

    async def values_of(self, key: bytes) -> list[bytes | None]:
        """Return the values of all records of this key that are left in partition 0."""
        return [record.value for record in await self.records() if record.key == key]

    async def send(self, records: list[Record]) -> None:
        sender = Sender(self.kafka, self.topic, 20.0)
        await sender.start()
        self._senders.append(sender)
        await sender.send(0, records)

    async def close(self) -> None:
        await asyncio.gather(*(member.log.stop() for member in self.members))
        await asyncio.gather(*(sender.stop() for sender in self._senders))


async def soon(done: Callable[[], bool], within_s: float = 15.0) -> None:
    async with asyncio.timeout(within_s):
        while not done():  # noqa: ASYNC110 - what is waited for is not always an event
            await asyncio.sleep(0.02)


def owner_of(claim: int, *, checkpoints: int = 1) -> Owner:
    """Return one that has claimed at this offset, has written so many checkpoints, and knows of the rows a and b."""
    owner = Owner(claim, Fence().sealed, Recovered({"a": b"", "b": b""}, b"seal", frozenset()))
    for _ in range(checkpoints):
        owner.checkpoint([], b"")
    return owner
