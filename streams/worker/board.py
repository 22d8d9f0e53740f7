"""Keeps the board of all incidents, of other workers' partitions too, by reading what they write down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from alerts.incidents import decode_state
from alerts.ledger import LedgerError
from alerts.overview.board import Board
from streams.changelog import is_row
from streams.desk import Desk
from streams.settings import WorkerSettings
from streams.worker.bounds import bounds_of
from streams.worker.rows import is_brand, read_incident

_FETCH_WAIT_MS = 500

_log = structlog.get_logger("brandmelder.board")


async def follow(board: Board, settings: WorkerSettings, desk: Desk) -> None:
    """Read the topic `incidents` from its beginning, and whatever comes, until cancelled.

    A plain consumer without a group: a GlobalTable would join the worker's recovery, which hangs with several
    workers unless it has a single partition.
    """
    async with _reader(settings, settings.topic_prefix + "incidents") as consumer:
        async for record in consumer:
            if is_row(record.key):
                _note(board, record.key.decode(), record.value, desk)


def _note(board: Board, key: str, row: bytes | None, desk: Desk) -> None:
    if is_brand(key):
        with suppress(LedgerError):  # whoever owns it has said so in the log
            if row:
                board.keep(key, bounds_of(decode_state(row), desk))
        return
    try:
        board.put(key, read_incident(row).entry if row else None)
    except LedgerError:
        board.put(key, None)


@asynccontextmanager
async def _reader(settings: WorkerSettings, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        **settings.kafka.aiokafka,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=_FETCH_WAIT_MS,
    )
    try:
        await consumer.start()
        consumer.assign([TopicPartition(topic, part) for part in range(settings.partitions)])
        await consumer.seek_to_beginning()
        yield consumer
    finally:
        await consumer.stop()
