"""Where partitions really end, for Faust to recover its tables whole.

Faust asks the broker for the latest offsets and recovers up to there. The embedded broker answers that with the first
offset of the last batch, plus one, and the rest of the batch would be lost; a fetch tells the truth.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, cast

import faust
from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer

from streams.kafka import KafkaAccess

WITHIN_S = 10.0
_FETCH_WAIT_MS = 100

_log = logging.getLogger("faust.transport")  # where Faust's own would go, and is quiet


async def true_ends(kafka: KafkaAccess, latest: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """Return the offsets that the next records will get.

    Parameters
    ----------
    kafka
        How to reach it.
    latest
        Offsets to look from, which must not be beyond the end.

    Raises
    ------
    TimeoutError, aiokafka.errors.KafkaError
        If the broker does not serve all partitions within ten seconds, or is not there.
    """
    consumer = AIOKafkaConsumer(**kafka.aiokafka, fetch_max_wait_ms=_FETCH_WAIT_MS, enable_auto_commit=False)
    async with asyncio.timeout(WITHIN_S):
        try:
            await consumer.start()
            consumer.assign(list(latest))
            for part, offset in latest.items():
                consumer.seek(part, offset)
            while True:
                await consumer.getmany(timeout_ms=2 * _FETCH_WAIT_MS)
                ends = {part: consumer.highwater(part) for part in latest}
                if None not in ends.values():
                    return ends
        finally:
            await consumer.stop()


def recover_whole(app: faust.App, kafka: KafkaAccess) -> None:
    """Let the app's tables recover up to where their changelogs really end."""

    class Thread(AIOKafkaConsumerThread):
        logger = _log

        async def _highwaters(self, partitions: Any) -> Mapping[Any, int]:
            latest = await super()._highwaters(partitions)
            return await true_ends(kafka, latest) if latest else latest

    class WholeConsumer(Consumer):
        logger = _log

        def _new_consumer_thread(self) -> Any:
            return Thread(self, loop=self.loop, beacon=self.beacon)

    cast(Any, app.transport).Consumer = WholeConsumer
