"""Puts records into one partition of a topic, all of them and in order."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError
from aiokafka.producer.message_accumulator import BatchBuilder

from streams.changelog.patience import Patience
from streams.changelog.records import HEADER, Record
from streams.kafka import KafkaAccess

_BATCH_BYTES = 512_000
_REQUEST_TIMEOUT_MS = 10_000
_STOP_WITHIN_S = 2.0


class Sender:
    """A producer for one topic.

    One batch of a partition is under way at a time, and the next one is sent only once the broker has it: a batch
    that is lost can be sent again with nothing of this sender in between. What the broker gets twice is for the
    reader to sort out. (aiokafka keeps the order, too, when it repeats a batch by itself: it sends nothing else to
    the partition until the batch is done. Yet when it gives one up, those after it go out nevertheless.)
    """

    def __init__(self, kafka: KafkaAccess, topic: str, patience_s: float) -> None:
        self._topic = topic
        self._patience_s = patience_s
        self._kafka = kafka
        self._producer: AIOKafkaProducer | None = None

    async def start(self) -> None:
        """Connect; raises :class:`~streams.topics.BrokerUnreachable` if that takes too long."""
        patience = self._patience()
        while True:
            producer = AIOKafkaProducer(
                **self._kafka.aiokafka,
                acks="all",
                max_batch_size=_BATCH_BYTES,
                request_timeout_ms=_REQUEST_TIMEOUT_MS,
            )
            try:
                await producer.start()
            except KafkaError as error:
                await producer.stop()
                if not error.retriable:
                    raise
                await patience.pause(error)
            except BaseException:
                await producer.stop()
                raise
            else:
                self._producer = producer
                return

    async def stop(self) -> None:
        """Disconnect, after a few seconds at most for what is under way."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(producer.stop(), _STOP_WITHIN_S)

    async def send(self, partition: int, records: Sequence[Record]) -> list[range]:
        """Send the records; return the offsets that they got, by batch.

        Raises
        ------
        streams.topics.BrokerUnreachable
            No answer for too long; some of it, even all, may have arrived or arrive later.
        aiokafka.errors.KafkaError
            The broker refuses.
        """
        assert self._producer is not None, "start() comes first"
        offsets: list[range] = []
        patience = self._patience()
        sent = 0
        while sent < len(records):
            batch = _filled(self._producer, records, sent)
            count = batch.record_count()
            try:
                done = await (await self._producer.send_batch(batch, self._topic, partition=partition))
            except KafkaError as error:
                if not (error.retriable or isinstance(error, KafkaTimeoutError)):
                    raise
                await patience.pause(error)
                continue
            offsets.append(range(done.offset, done.offset + count))
            sent += count
            patience.renew()
        return offsets

    def _patience(self) -> Patience:
        return Patience(self._patience_s, f"write {self._topic!r}")


def _filled(producer: AIOKafkaProducer, records: Sequence[Record], start: int) -> BatchBuilder:
    """Return a batch with as many of the records, from `start` on, as it takes."""
    batch = producer.create_batch()
    append = batch.append
    now_ms = round(1000 * time.time())
    for index in range(start, len(records)):
        key, value, mark = records[index]
        if append(key=key, value=value, timestamp=now_ms, headers=[(HEADER, mark)] if mark else []) is None:
            break
    batch.close()
    return batch
