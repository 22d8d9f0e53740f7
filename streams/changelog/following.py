"""Follows sealed changelogs without owning anything."""

from collections.abc import AsyncGenerator, Collection
from typing import NamedTuple

from aiokafka import TopicPartition

from streams.changelog.consuming import consumer_from_start
from streams.changelog.patience import PATIENCE_S, Patience
from streams.changelog.reading import Reading
from streams.changelog.records import mark_in
from streams.kafka import KafkaAccess

_POLL_MS = 500


class Change(NamedTuple):
    """A row that has become valid; `value` is None if it was deleted."""

    topic: str
    partition: int
    key: str
    value: bytes | None


async def follow(kafka: KafkaAccess, topics: Collection[str], partitions: int) -> AsyncGenerator[Change, None]:
    """Yield the valid rows of all partitions, from the beginning of the logs on and as they are sealed, for ever.

    Close it (``contextlib.aclosing``) to disconnect.

    Raises
    ------
    streams.topics.BrokerUnreachable
        The broker does not answer at first. Later on, it is waited for.
    """
    readings = {TopicPartition(topic, number): Reading() for topic in topics for number in range(partitions)}
    consumer = await consumer_from_start(kafka, readings, Patience(PATIENCE_S, f"read {sorted(topics)}"))
    try:
        while True:
            for part, records in (await consumer.getmany(timeout_ms=_POLL_MS)).items():
                reading = readings[part]
                for record in records:
                    if record.key is not None:
                        reading.feed(record.offset, record.key, record.value, mark_in(record.headers))
                for key, value in reading.drain().items():
                    yield Change(part.topic, part.partition, key, value)
    finally:
        await consumer.stop()
