"""The bulk path: whole chunks of one partition through Faust, instead of one record at a time.

A Faust worker moves some thousands of records a second, because each record on its own passes fetcher,
conductor, queue, stream and acknowledgement. The setting ``ConsumerScheduler`` decides what the consumer
hands on; here that is one synthetic record per partition and chunk, whose value is the list of raw records.
The machinery is then paid per chunk, and an agent sees batches of one partition in offset order::

    def build(bootstrap: str) -> faust.App:
        app = faust.App(
            "worker",
            broker=f"kafka://{bootstrap}",
            ConsumerScheduler=bulk_scheduler(["mentions"], max_records=500),
            stream_buffer_maxsize=128,       # counts chunks now
            topic_disable_leader=True,       # unless timers run on the leader only
            consumer_auto_offset_reset="earliest",
            table_standby_replicas=0,
            web_enabled=False,
            broker_session_timeout=6.0,      # the embedded broker holds a join for half of it
            broker_heartbeat_interval=2.0,
        )
        mentions = bulk_topic(app, "mentions", partitions=8)
        done: dict[TP, int] = {}

        @app.agent(mentions, concurrency=1)
        async def fold(chunks):
            async for chunk in chunks:
                for record in chunk.records:
                    ...                      # catch here: an exception that leaves the agent skips the chunk
                done[chunk.tp] = chunk.next_offset

        @app.timer(interval=1.0)
        async def checkpoint():
            await commit_offsets(app, done)

        return app

Offsets
    Faust's acknowledgements take the offsets inside a chunk for gaps, so the topic is declared without them
    and nothing is committed on its own: :func:`commit_offsets` is the only thing that moves the group's
    committed offset, which therefore is exactly the oldest record that no checkpoint covers yet.
Rebalance
    Faust empties the buffers, drops chunks of an older generation before an agent sees them, and seeks every
    partition, the kept ones too, to its committed offset. So an agent may meet offsets again that it has
    already folded (``chunk.since`` skips them), but never misses one. State and entries of ``done`` that
    belong to a revoked partition must go in ``app.on_partitions_revoked``: another worker is ahead of them.
Errors
    An exception that leaves an agent makes Faust restart it *behind* the chunk. Reject a bad record and go
    on; let what nobody foresaw end the app (``await app.crash(error)``), to resume from the committed offset.
Size and backpressure
    A chunk holds at most `max_records`, and never more than one fetch brought: ``consumer_max_fetch_size``
    (1 MiB) per partition. A buffer that is 80 % full pauses its partition and resumes it at 40 %.
    While records wait unread, the client may ask the broker for the other topics only, and then asks for
    nothing else until one of those has news or 1.5 s are over; with every partition paused, Faust sleeps for
    a second. So let the buffer hold two seconds of work (128 chunks of 500 are 64,000 records, at most so
    many in memory), and read no idle topics for nothing: Faust's leader topic, on by default, is one.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Protocol, cast

import faust
from faust.exceptions import ImproperlyConfigured
from faust.transport.consumer import Consumer
from faust.transport.utils import DefaultSchedulingStrategy
from faust.types import TP, AppT, CodecArg, Message, TopicT
from faust.types.transports import SchedulingStrategyT

MAX_RECORDS = 500
"""Records per chunk: beyond this, throughput hardly grows, and the time until a chunk is done does."""


class RawRecord(Protocol):
    """What a chunk's records offer: the consumer's own, undecoded. `timestamp` is in milliseconds."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


_offset = attrgetter("offset")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive records of one partition, in offset order; at least one."""

    tp: TP
    records: Sequence[RawRecord]

    @property
    def next_offset(self) -> int:
        """The offset to commit once every record of this chunk is dealt with."""
        return self.records[-1].offset + 1

    def since(self, offset: int) -> Sequence[RawRecord]:
        """Return the records at `offset` and later: what is left of a chunk that is delivered again."""
        return self.records[bisect_left(self.records, offset, key=_offset) :]

    def __len__(self) -> int:
        return len(self.records)


class _BulkStrategy(DefaultSchedulingStrategy):
    """Faust's round robin over topics and partitions, with the records of `topics` gathered into chunks."""

    topics: frozenset[str]
    max_records: int

    def iterate(self, records: Mapping[TP, list[Any]]) -> Iterator[tuple[TP, Any]]:
        return super().iterate(
            {tp: self._gather(tp, batch) if tp.topic in self.topics else batch for tp, batch in records.items()}
        )

    def _gather(self, tp: TP, batch: list[Any]) -> list[Any]:
        """Cut a fetch of one partition into chunks, each dressed as the last of its records."""
        chunks = []
        for start in range(0, len(batch), self.max_records):
            part = batch[start : start + self.max_records]
            chunk = Chunk(TP(tp.topic, tp.partition), part)
            size = sum(record.serialized_value_size for record in part)
            chunks.append(
                replace(
                    part[-1],
                    key=None,
                    value=chunk,
                    headers=(),
                    serialized_key_size=0,
                    serialized_value_size=size,
                )
            )
        return chunks


def bulk_scheduler(topics: Collection[str], max_records: int = MAX_RECORDS) -> type[SchedulingStrategyT]:
    """Return the class to give to Faust as ``ConsumerScheduler``.

    Parameters
    ----------
    topics
        Names of the topics whose records come in chunks. All others come one by one, as ever.
    max_records
        Most records in a chunk, at least 1.

    Raises
    ------
    ValueError
        `topics` is a single string, or `max_records` is below 1.
    """
    if isinstance(topics, str):
        raise ValueError(f"topics: {topics!r} is one name, a collection of names is wanted")  # noqa: TRY004 - a str is a collection
    if max_records < 1:
        raise ValueError(f"max_records: {max_records} is too small, a chunk holds 1 record or more")
    return type("BulkStrategy", (_BulkStrategy,), {"topics": frozenset(topics), "max_records": max_records})


class _ChunkSchema(faust.Schema[Any, Any]):
    """Hands chunks on as they are; there is nothing to decode."""

    def loads_key(
        self,
        app: AppT,
        message: Message,
        *,
        loads: Callable[..., Any] | None = None,
        serializer: CodecArg | None = None,
    ) -> Any:
        return message.key

    def loads_value(
        self,
        app: AppT,
        message: Message,
        *,
        loads: Callable[..., Any] | None = None,
        serializer: CodecArg | None = None,
    ) -> Any:
        value: object = message.value
        if not isinstance(value, Chunk):
            raise ImproperlyConfigured(
                f"topic {message.topic!r} is read in bulk but its records come one by one: "
                f"build the app with ConsumerScheduler=bulk_scheduler([{message.topic!r}])"
            )
        return value


def bulk_topic(app: AppT, name: str, partitions: int) -> TopicT:
    """Declare a topic whose agents receive a :class:`Chunk` at a time.

    `name` must be among the topics of the app's :func:`bulk_scheduler`. Nothing is acknowledged: see
    :func:`commit_offsets`.
    """
    return app.topic(name, schema=_ChunkSchema(), partitions=partitions, acks=False)


async def commit_offsets(app: AppT, offsets: Mapping[TP, int]) -> bool:
    """Commit where this worker's group is to resume, after everything sent so far has reached the broker.

    Parameters
    ----------
    app
        The running app.
    offsets
        The next offset to read, by partition. Those that are not, or no longer, this worker's are left out.

    Returns
    -------
    bool
        Whether something was committed. Not when none of the partitions is ours, nor when the group
        rebalanced meanwhile; the records then come again, here or elsewhere.

    Notes
    -----
    ``consumer.commit`` only knows acknowledged messages, hence the step below it, which flushes the producer,
    checks the assignment, and keeps Faust's own books. Faust ends the app on any other failure to commit.
    """
    if not offsets:
        return False
    consumer = cast(Consumer, app.consumer)
    return await consumer._commit_offsets(dict(offsets))


async def seek(app: AppT, tp: TP, offset: int) -> int | None:
    """Read a partition again from an earlier offset.

    Returns
    -------
    int | None
        The offset that would have been read next; None if `offset` is not before it, and nothing was done. Chunks
        from there on may be on their way; they come again in their turn.
    """
    consumer = cast(Consumer, app.consumer)
    before = consumer._committed_offset.get(tp)
    if before is None or offset >= before:
        return None
    await consumer.seek(tp, offset)
    # Faust's book says what was read last, and leaves out what comes not after it.
    consumer._read_offset[tp] = offset - 1 if offset else None
    return before
