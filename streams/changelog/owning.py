"""Takes partitions of a sealed changelog over, writes checkpoints, and watches what others write."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.changelog.consuming import consumer_from_start
from streams.changelog.holding import Holding, Superseded
from streams.changelog.patience import PATIENCE_S, PAUSE_S, Patience
from streams.changelog.reading import Reading, Recovered
from streams.changelog.records import CLAIM, CLAIM_VALUE, Record, mark_in
from streams.changelog.sending import Sender
from streams.kafka import KafkaAccess

_POLL_MS = 500
_POLL_RECORDS = 10_000  # so that a fast log does not keep the loop from everything else

_log = structlog.get_logger("brandmelder.changelog")


class Changelog:
    """The part of one process in a sealed changelog: the partitions it owns.

    Parameters
    ----------
    kafka, topic
        Where it is.
    on_stray
        Called with a partition and a key when somebody who is no longer the owner has written a row: our own must be
        written anew with the next checkpoint, a deletion if there is none.
    on_superseded
        Called with a partition that somebody else has claimed after us, or that cannot be watched any more. Nothing
        more can be written to it.
    patience_s
        Seconds without an answer of the broker after which taking over and writing are given up.

    Notes
    -----
    Every instance follows its partitions with a task of its own from the moment it has taken them over. It runs in
    the event loop in which :meth:`take_over` is called, as the callbacks do.
    """

    def __init__(
        self,
        kafka: KafkaAccess,
        topic: str,
        *,
        on_stray: Callable[[int, str], None],
        on_superseded: Callable[[int], None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._kafka = kafka
        self._topic = topic
        self._on_stray = on_stray
        self._on_superseded = on_superseded
        self._patience_s = patience_s
        self._sender = Sender(kafka, topic, patience_s)
        self._held: dict[int, Holding] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect to the broker.

        Raises
        ------
        streams.topics.BrokerUnreachable
            It does not answer.
        """
        await self._sender.start()

    async def stop(self) -> None:
        """Give the partitions up and disconnect, within some seconds."""
        self.release()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self._sender.stop()

    async def take_over(
        self, partitions: Collection[int], tell: Callable[[int, int], None] = lambda _read, _expected: None
    ) -> dict[int, Recovered]:
        """Claim partitions and read what is valid in them; give up whatever was held before.

        Parameters
        ----------
        partitions
            Their numbers; all are claimed and read at the same time.
        tell
            Called now and then with how much has been read and how much there is, in offsets. (That is the number
            of records, unless some were compacted away; those count as read.)

        Raises
        ------
        streams.topics.BrokerUnreachable
            Nothing came for too long. A broker that is back in time is waited for.
        """
        self.release()
        if not partitions:
            return {}
        claim = [Record(CLAIM, CLAIM_VALUE, None)]
        sent = await asyncio.gather(*(self._sender.send(partition, claim) for partition in partitions))
        claims = {partition: ranges[-1][-1] for partition, ranges in zip(partitions, sent, strict=True)}
        consumer = await consumer_from_start(
            self._kafka, [TopicPartition(self._topic, partition) for partition in partitions], self._patience()
        )
        try:
            readings = await self._read(consumer, claims, tell)
        except BaseException:
            await consumer.stop()
            raise
        recovered = {partition: reading.result() for partition, reading in readings.items()}
        self._held = {
            partition: Holding(self._topic, partition, claims[partition], reading.fence, recovered[partition])
            for partition, reading in readings.items()
        }
        self._watch_over(consumer, self._held)
        for partition, reading in readings.items():
            if reading.seal_is_stray:
                await self._seal_again(self._held[partition])
        return recovered

    async def write(self, partition: int, rows: Sequence[tuple[str, bytes | None]], seal: bytes) -> None:
        """Write a checkpoint: rows by key (None deletes), valid from the moment that the seal is in the log.

        It returns when that is certain: the broker has all of it, and nobody has claimed the partition before.
        Of one partition, one is written at a time.

        Raises
        ------
        Superseded
            The partition is not, or no longer, ours; none of the rows count, or an earlier attempt failed.
        RowTooLarge
            Nothing was written.
        streams.topics.BrokerUnreachable, aiokafka.errors.KafkaError
            It is not known whether the checkpoint counts. The partition must be taken over again.
        """
        held = self._held.get(partition)
        if held is None:
            raise Superseded(f"partition {partition} of {self._topic!r} is not held")
        async with held.lock:
            await held.write(self._sender, rows, seal, self._patience_s)

    def release(self) -> None:
        """Give all partitions up: nothing is written or followed any more.

        A checkpoint that is under way counts if it is complete before the next owner claims the partition; the
        call of :meth:`write` returns in that case, or raises :class:`Superseded`.
        """
        for held in self._held.values():
            held.lose()
        self._held = {}
        for task in self._tasks:
            task.cancel()

    async def _read(
        self, consumer: AIOKafkaConsumer, claims: dict[int, int], tell: Callable[[int, int], None]
    ) -> dict[int, Reading]:
        """Read all partitions up to our claims."""
        readings = {partition: Reading() for partition in claims}
        at = dict.fromkeys(claims, 0)
        patience = self._patience()
        while unfinished := [TopicPartition(self._topic, p) for p, claim in claims.items() if at[p] <= claim]:
            for part, records in (
                await consumer.getmany(*unfinished, timeout_ms=_POLL_MS, max_records=_POLL_RECORDS)
            ).items():
                claim, feed = claims[part.partition], readings[part.partition].feed
                for record in records:
                    if record.offset <= claim and record.key is not None:
                        feed(record.offset, record.key, record.value, mark_in(record.headers))
                at[part.partition] = min(records[-1].offset, claim) + 1
                patience.renew()
            patience.check()
            tell(sum(at.values()), sum(claims.values()) + len(claims))
        for partition, claim in claims.items():
            consumer.seek(TopicPartition(self._topic, partition), claim + 1)
        return readings

    def _watch_over(self, consumer: AIOKafkaConsumer, held: dict[int, Holding]) -> None:
        """Look at whatever is written to our partitions, in a task that owns the consumer."""

        def close(task: asyncio.Task[None]) -> None:  # the task itself would not if it is cancelled before it runs
            for holding in held.values():
                holding.lose()
                if not task.cancelled():  # it has failed, and nobody would know of other owners
                    self._on_superseded(holding.partition)
            closing = asyncio.create_task(consumer.stop())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

        self._spawn(self._watch(consumer, held)).add_done_callback(close)

    async def _watch(self, consumer: AIOKafkaConsumer, held: dict[int, Holding]) -> None:
        while True:
            try:
                news = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_POLL_RECORDS)
            except KafkaError as error:
                _log.warning("changelog_not_followed", topic=self._topic, error=type(error).__name__)
                await asyncio.sleep(PAUSE_S)
                continue
            for part, records in news.items():
                self._look(held[part.partition], records)

    def _look(self, held: Holding, records: Sequence[Any]) -> None:
        for record in records:
            if held.lost or record.key is None:
                continue
            if record.key == CLAIM:
                held.lose()
                _log.warning("changelog_superseded", topic=self._topic, partition=held.partition)
                self._on_superseded(held.partition)
                continue
            found = held.look(record.key, mark_in(record.headers))
            if found.stray is not None:
                self._on_stray(held.partition, found.stray)
            if found.seal_again:
                self._spawn(self._seal_again(held))
        held.news.set()

    async def _seal_again(self, held: Holding) -> None:
        """Let our seal be the last one again, for the sake of compaction."""
        async with held.lock:
            if held.seal is not None and not held.lost:
                await held.write(self._sender, (), held.seal, self._patience_s)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("changelog_task_failed", topic=self._topic, error=type(error).__name__)

    def _patience(self) -> Patience:
        return Patience(self._patience_s, f"read {self._topic!r}")
