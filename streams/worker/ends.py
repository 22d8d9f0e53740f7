"""Where partitions begin and really end.

The embedded broker answers the question for the latest offset with the first offset of the last batch, plus one; a
fetch tells the truth.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.types import TP

from streams.kafka import KafkaAccess

WITHIN_S = 10.0
_FETCH_WAIT_MS = 100


async def true_ends(kafka: KafkaAccess, parts: Collection[TopicPartition]) -> Mapping[TopicPartition, int]:
    """Return the offsets that the next records will get.

    Raises
    ------
    TimeoutError, aiokafka.errors.KafkaError
        If the broker does not serve all partitions within ten seconds, or is not there.
    """
    if not parts:
        return {}
    async with asyncio.timeout(WITHIN_S):
        consumer: Any = AIOKafkaConsumer(**kafka.aiokafka, fetch_max_wait_ms=_FETCH_WAIT_MS, enable_auto_commit=False)
        try:
            await consumer.start()
            consumer.assign(list(parts))
            for part, offset in (await consumer.end_offsets(list(parts))).items():
                consumer.seek(part, offset)
            while True:
                await consumer.getmany(timeout_ms=2 * _FETCH_WAIT_MS)
                ends = {part: consumer.highwater(part) for part in parts}
                if None not in ends.values():
                    return ends
        finally:
            await consumer.stop()


async def first_since(kafka: KafkaAccess, tp: TP, at: float) -> int | None:
    """Return the offset of a partition's first record that was written at `at` (epoch seconds) or later; None for none.

    A broker that keeps no such times gives the offset of the first record there is.

    Raises
    ------
    TimeoutError, aiokafka.errors.KafkaError
        If the broker does not answer within ten seconds, or is not there.
    """
    part = TopicPartition(tp.topic, tp.partition)
    async with asyncio.timeout(WITHIN_S):
        consumer: Any = AIOKafkaConsumer(**kafka.aiokafka, enable_auto_commit=False)
        try:
            await consumer.start()
            consumer.assign([part])
            first = int((await consumer.beginning_offsets([part]))[part])
            found = (await consumer.offsets_for_times({part: max(round(at * 1000.0), 0)}))[part]
            return None if found is None else max(first, int(found.offset))
        finally:
            await consumer.stop()
