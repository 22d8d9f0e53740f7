"""Second arrow: assessments and clicks into notifications and verdicts, by the incidents that people were told of."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from math import inf
from operator import itemgetter
from time import monotonic
from typing import Any, TypeVar

import msgspec
import structlog
from faust.types import TP

from alerts.click import Command
from alerts.event import Notification
from alerts.incidents import BrandState
from alerts.ledger import Entry
from scoring.assessment import Assessment
from scoring.complaint import Complaint
from streams.bulk import Chunk, RawRecord
from streams.order import LIVE, REPLAYED, Envelope, OrderBuffer
from streams.partition import partition_of
from streams.worker.counting import count_command, count_decisions
from streams.worker.ledger import Done, PartitionLedger, Told, Write
from streams.worker.parts import Parts
from streams.worker.rows import brand_of, read_brand, read_incident, readable

TICK_S = 0.25
PASS_S = 1.0
"""How often, live, brands are told what time it is."""

STEP = 100
"""Items decided on before others get their turn."""

_log = structlog.get_logger("brandmelder.deciding")
_envelope = msgspec.json.Decoder(Envelope)
_command = msgspec.json.Decoder(Command)
_encode = msgspec.json.Encoder().encode

NOTHING = Envelope(source=-1)

T = TypeVar("T")


class Shard:
    """One partition: its brands, what waits to be decided in order, and since which rebalance it is ours."""

    def __init__(
        self, partition: int, ledger: PartitionLedger, buffer: OrderBuffer[Assessment | Complaint], epoch: int
    ) -> None:
        self.partition = partition
        self.ledger = ledger
        self.buffer = buffer
        self.epoch = epoch
        self.turn = asyncio.Lock()
        self.given_up = False
        self.resent = False
        self.passed = 0.0


class Deciding:
    """The partitions of the assessments that are this worker's."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._notifications = parts.raw_topic("notifications")
        self._verdicts = parts.raw_topic("verdicts")
        self._tables = {name: parts.table(name) for name in ("incidents", "brands")}
        self._shards: dict[int, Shard] = {}
        self._built = -1

    async def decide(self, chunk: Chunk) -> None:
        """Take in a chunk of assessments, and decide on what need not wait."""
        shard = await self._shard(chunk)
        if shard is None:
            return
        async with shard.turn:
            if shard.given_up:
                return
            wall = monotonic()
            for record in self._parts.progress.new(chunk):
                envelope = self._read(record)
                shard.buffer.take(record.offset, envelope, envelope.items, wall)
            self._parts.progress.read(chunk, shard.epoch)
            await self._release(shard)

    async def click(self, chunk: Chunk) -> None:
        """Do what people wish."""
        shard = await self._shard(chunk)
        if shard is None:
            return
        async with shard.turn:
            for record in self._parts.progress.new(chunk):
                if shard.given_up:
                    return
                try:
                    command = _command.decode(record.value or b"")
                except msgspec.DecodeError as error:
                    _log.error("a click cannot be read", error=str(error))
                    self._parts.metrics.unreadable.labels("clicks").inc()
                    continue
                done = shard.ledger.do(command, at_once=not self._parts.live)
                count_command(self._parts.metrics, command, done.outcomes)
                await self._tell(shard, done)
            self._parts.progress.done(chunk, shard.epoch)

    async def tick(self) -> None:
        """Let time pass, for what waits and for what is due."""
        if not self._parts.settled:
            return
        self._build()
        for shard in list(self._shards.values()):
            async with shard.turn:
                if shard.given_up:
                    continue
                if not shard.resent:
                    shard.resent = True
                    await self._send(shard, shard.ledger.unsent())
                await self._release(shard)
                await self._pass_time(shard)

    async def write_all(self) -> None:
        """Write down all that is not written down."""
        for shard in list(self._shards.values()):
            async with shard.turn:
                if not shard.given_up:
                    await self._write(shard, shard.ledger.unwritten())

    async def give_up(self) -> None:
        """Let go of every partition; Faust assigns all of them anew."""
        shards, self._shards = self._shards, {}
        for shard in shards.values():
            async with shard.turn:
                shard.given_up = True

    def entries(self) -> Iterator[Entry]:
        """All incidents of this worker's partitions."""
        return (entry for shard in self._shards.values() for entry in shard.ledger.entries())

    def states(self) -> dict[str, BrandState]:
        """What is remembered of each of their brands."""
        return {name: state for shard in self._shards.values() for name, state in shard.ledger.states().items()}

    @property
    def now(self) -> float:
        """The event time that was reached, -inf for none."""
        return max((shard.buffer.now for shard in self._shards.values()), default=-inf)

    @property
    def held(self) -> int:
        """How many assessments and complaints wait for their turn."""
        return sum(len(shard.buffer) for shard in self._shards.values())

    async def _shard(self, chunk: Chunk) -> Shard | None:
        """The shard that a chunk is for; None if a rebalance came in between, after which the chunk comes again."""
        if not await self._parts.until_settled():
            return None
        self._build()
        return self._shards.get(chunk.tp.partition)

    def _build(self) -> None:
        """Begin with the partitions that are ours since the last rebalance, from what Faust recovered of them."""
        epoch = self._parts.progress.epoch
        if self._built == epoch:
            return
        self._built = epoch
        incidents = self._recovered("incidents", read_incident)
        brands = self._recovered("brands", read_brand)
        for partition in self._parts.partitions_of("assessments"):
            ledger = PartitionLedger(self._parts.desk, incidents.get(partition, ()), brands.get(partition, ()))
            buffer: OrderBuffer[Assessment | Complaint] = OrderBuffer(
                self._parts.settings.partitions, LIVE if self._parts.live else REPLAYED, monotonic()
            )
            self._shards[partition] = Shard(partition, ledger, buffer, epoch)

    def _recovered(self, name: str, read: Callable[[bytes], T]) -> dict[int, list[tuple[str, T]]]:
        """The readable rows of a table by partition."""
        lost = self._parts.metrics.unreadable.labels(name).inc
        rows: dict[int, list[tuple[str, T]]] = {}
        for key, row in readable(self._tables[name].recovered(), read, lost):
            rows.setdefault(partition_of(brand_of(key), self._parts.settings.partitions), []).append((key, row))
        return rows

    def _read(self, record: RawRecord) -> Envelope:
        try:
            return _envelope.decode(record.value or b"")
        except msgspec.DecodeError as error:
            _log.error("assessments cannot be read", error=str(error))
            self._parts.metrics.unreadable.labels("assessments").inc()
            return NOTHING

    async def _release(self, shard: Shard) -> None:
        released = shard.buffer.release(monotonic())
        last = shard.ledger.last
        late = 0 if last is None else bisect_right(released, last, key=itemgetter(0))
        cuts = [0, *range(late, len(released), STEP), len(released)]
        for start, end in pairwise(dict.fromkeys(cuts)):
            part = released[start:end]
            await self._tell(shard, shard.ledger.apply(part, shard.buffer.read))
            for _, item in part:
                self._parts.metrics.latency.observe(max(self._parts.clock() - item.at, 0.0))
            await asyncio.sleep(0)
        tp = TP(self._parts.name_of("assessments"), shard.partition)
        self._parts.progress.resume_from(tp, shard.buffer.next_offset, shard.epoch)

    async def _pass_time(self, shard: Shard) -> None:
        now = self._parts.clock() if self._parts.live else shard.buffer.now
        if now >= shard.passed + (PASS_S if self._parts.live else 0.0):
            shard.passed = now
            await self._tell(shard, shard.ledger.advance(now))

    async def _tell(self, shard: Shard, done: Done) -> None:
        """Write down what was decided, and what is to be sent with it; then send that."""
        count_decisions(self._parts.metrics, done.outcomes)
        if done.told:
            await self._write(shard, shard.ledger.unwritten())
            await self._send(shard, done.told)

    async def _write(self, shard: Shard, writes: list[Write]) -> None:
        for table, key, value in writes:
            await self._tables[table].write(shard.partition, key, value)

    async def _send(self, shard: Shard, told: list[Told]) -> None:
        for each in told:
            if isinstance(each.news, Notification):
                topic, key = self._notifications, each.news.alert.incident_id
            else:
                topic, key = self._verdicts, each.news.thread_id
            sent = await self._parts.outgoing.send(topic, key.encode(), _encode(each.news))
            sent.add_done_callback(partial(_arrived, shard.ledger, each))


def _arrived(ledger: PartitionLedger, told: Told, sent: asyncio.Future[Any]) -> None:
    if not sent.cancelled() and sent.exception() is None:
        ledger.sent(told)


def add_deciding(parts: Parts, deciding: Deciding) -> None:
    """Add the agents that read assessments and clicks, and the clock."""
    parts.read("assessments", "decide", deciding.decide)
    parts.read("clicks", "click", deciding.click)
    parts.every(TICK_S, deciding.tick)
    parts.progress.before.append(deciding.write_all)
    parts.on_revoked(deciding.give_up)
