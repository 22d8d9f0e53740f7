"""Keeps the board of all incidents, of other workers' partitions too, by reading the compacted topics."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from alerts.ledger import LedgerError
from alerts.overview.board import Board
from streams.desk import Desk
from streams.settings import WorkerSettings
from streams.worker.bounds import bounds_of
from streams.worker.rows import read_brand, read_incident

_FETCH_WAIT_MS = 500

_log = structlog.get_logger("brandmelder.board")


async def follow(board: Board, settings: WorkerSettings, desk: Desk) -> None:
    """Read the topics from their beginning, and whatever comes, until cancelled.

    A plain consumer without a group: a GlobalTable would join the worker's recovery, which hangs with several
    workers unless it has a single partition.
    """
    incidents, brands = settings.topic_prefix + "incidents", settings.topic_prefix + "brands"
    async with _reader(settings, [incidents, brands]) as consumer:
        async for record in consumer:
            key = (record.key or b"").decode(errors="replace")
            try:
                if record.topic == brands:
                    if record.value:
                        board.keep(key, bounds_of(read_brand(record.value).state, desk))
                else:
                    board.put(key, read_incident(record.value).entry if record.value else None)
            except LedgerError:
                if record.topic == incidents:
                    board.put(key, None)  # whoever owns it has said so in the log


@asynccontextmanager
async def _reader(settings: WorkerSettings, topics: list[str]) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        **settings.kafka.aiokafka,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=_FETCH_WAIT_MS,
    )
    try:
        await consumer.start()
        consumer.assign([TopicPartition(topic, part) for topic in topics for part in range(settings.partitions)])
        await consumer.seek_to_beginning()
        yield consumer
    finally:
        await consumer.stop()
