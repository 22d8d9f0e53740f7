"""Second arrow: assessments and clicks into notifications and verdicts, by the incidents that people were told of."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from math import inf
from operator import itemgetter
from time import monotonic
from typing import Any

import msgspec
import structlog
from faust.types import TP

from alerts.click import Command
from alerts.event import Notification
from alerts.incidents import BrandState
from alerts.ledger import Entry
from alerts.redaction import said_without
from scoring.unreadable import UNREADABLE
from streams import erasures
from streams.bulk import Chunk, RawRecord
from streams.changelog import Recovered
from streams.erasures import Erasure, IncidentsErased
from streams.order import Envelope
from streams.worker.brand_shard import ROWS, Shard, restore
from streams.worker.counting import count_command, count_decisions
from streams.worker.keeping import Keeper
from streams.worker.ledger import Done, PartitionLedger, Told
from streams.worker.parts import Parts
from streams.worker.rows import DecidedSeal

TICK_S = 0.25
PASS_S = 1.0
"""How often, live, brands are told what time it is."""

SEAL_S = 5.0
"""How often it is written down how far decisions are, when nothing else is to be written."""

STEP = 100
"""Items decided on before others get their turn."""

_log = structlog.get_logger("brandmelder.deciding")
_envelope = msgspec.json.Decoder(Envelope)
_command = msgspec.json.Decoder(Command)
_encode = msgspec.json.Encoder().encode

NOTHING = Envelope(source=-1)


class Deciding(Keeper):
    """The partitions of the assessments that are this worker's."""

    topic = "assessments"
    rows = ROWS

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._notifications = parts.raw_topic("notifications")
        self._verdicts = parts.raw_topic("verdicts")
        self._erasures = parts.raw_topic("erasures")
        self._shards: dict[int, Shard] = {}

    async def begin(self, recovered: Mapping[int, Recovered], ends: Mapping[TP, int], epoch: int) -> None:
        """Begin with what was written down of each partition."""
        progress = self._parts.progress
        for partition, state in recovered.items():
            shard = restore(self._parts, partition, state, ends, epoch)
            for key in state.stray:
                shard.ledger.rewrite(key)
            if state.seal is not None:
                progress.begin_at(self._parts.tp("assessments", partition), shard.buffer.read, epoch)
                progress.begin_at(self._parts.tp("clicks", partition), shard.clicks, epoch)
            self._shards[partition] = shard

    async def decide(self, chunk: Chunk) -> None:
        """Take in a chunk of assessments, and decide on what need not wait."""
        shard = self._shards.get(chunk.tp.partition)
        if shard is None:
            return
        async with shard.turn:
            if shard.given_up:
                return
            wall = monotonic()
            for record in self._parts.progress.new(chunk):
                envelope = self._read(record)
                shard.buffer.take(record.offset, envelope, envelope.items, wall)
                for wish in envelope.erasures:
                    await self._erase(shard, envelope.source, wish)
            self._parts.progress.read(chunk, shard.epoch)
            await self._release(shard)

    async def click(self, chunk: Chunk) -> None:
        """Do what people wish."""
        shard = self._shards.get(chunk.tp.partition)
        if shard is None:
            return
        async with shard.turn:
            for record in self._parts.progress.new(chunk):
                if shard.given_up:
                    return
                try:
                    command = _command.decode(record.value or b"")
                except UNREADABLE as error:
                    _log.error("a click cannot be read", error=type(error).__name__)
                    self._parts.metrics.unreadable.labels("clicks").inc()
                    continue
                shard.clicks = record.offset + 1
                done = shard.ledger.do(command, at_once=not self._parts.live)
                count_command(self._parts.metrics, command, done.outcomes)
                await self._tell(shard, done)
            self._parts.progress.read(chunk, shard.epoch)
            shard.clicks = chunk.next_offset

    async def tick(self) -> None:
        """Let time pass, for what waits and for what is due."""
        if not self._parts.settled:
            return
        for shard in list(self._shards.values()):
            async with shard.turn:
                if shard.given_up:
                    continue
                await self._send_unsent(shard)
                await self._release(shard)
                await self._pass_time(shard)

    async def save(self, *, everything: bool) -> None:
        """Write down all that is not written down, and now and then how far it is."""
        for shard in list(self._shards.values()):
            async with shard.turn:
                if shard.given_up:
                    continue
                due = everything or monotonic() - shard.sealed_at >= SEAL_S
                if shard.ledger.changed or (due and self._seal_of(shard) != shard.sealed):
                    await self._seal(shard)

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

    def rewrite(self, partition: int, key: str) -> None:
        """Write a row anew."""
        if (shard := self._shards.get(partition)) is not None:
            shard.ledger.rewrite(key)

    def _read(self, record: RawRecord) -> Envelope:
        try:
            return _envelope.decode(record.value or b"")
        except UNREADABLE as error:
            _log.error("assessments cannot be read", error=type(error).__name__)
            self._parts.metrics.unreadable.labels("assessments").inc()
            return NOTHING

    async def _erase(self, shard: Shard, source: int, wish: Erasure) -> None:
        """Forget people in what waits and in what is written down, and answer once it is written down anew."""
        people = wish.people
        waiting = shard.buffer.change(lambda item: said_without(item, people))
        # What is kept until it has arrived would keep its words.
        await self._send_unsent(shard)
        await self._parts.outgoing.settle()
        await asyncio.sleep(0)
        done, texts = shard.ledger.erase(people)
        await self._tell(shard, done)
        if shard.ledger.changed:
            await self._seal(shard)
        entries = [outcome.decision.entry for outcome in done.outcomes if outcome.decision.cause == "erased"]
        open_ = sum(entry is not None and entry.active for entry in entries)
        answer = IncidentsErased(wish.id, source, shard.partition, len(entries), open_, texts, waiting)
        await self._parts.outgoing.send(self._erasures, None, erasures.write(answer), shard.partition)

    async def _send_unsent(self, shard: Shard) -> None:
        """Send, once, what may not have been sent before a restart."""
        if not shard.resent:
            shard.resent = True
            await self._send(shard, shard.ledger.unsent())

    async def _release(self, shard: Shard) -> None:
        shard.order = shard.buffer.state
        released = shard.buffer.release(monotonic())
        last = shard.ledger.last
        late = 0 if last is None else bisect_right(released, last, key=itemgetter(0))
        stale_s = self._parts.desk.feed.stale_s
        since = self._parts.clock() - stale_s if self._parts.live and stale_s else -inf
        cuts = [0, *range(late, len(released), STEP), len(released)]
        for start, end in pairwise(dict.fromkeys(cuts)):
            part = released[start:end]
            await self._tell(shard, shard.ledger.apply(part, shard.buffer.read, since))
            for _, item in part:
                self._parts.metrics.latency.observe(max(self._parts.clock() - item.at, 0.0))
            await asyncio.sleep(0)
        shard.order = shard.buffer.state

    async def _pass_time(self, shard: Shard) -> None:
        now = self._parts.clock() if self._parts.live else shard.buffer.now
        if now >= shard.passed + (PASS_S if self._parts.live else 0.0):
            shard.passed = now
            await self._tell(shard, shard.ledger.advance(now))

    async def _tell(self, shard: Shard, done: Done) -> None:
        """Write down what was decided, and what is to be sent with it; then send that."""
        count_decisions(self._parts.metrics, done.outcomes)
        self._parts.metrics.stale.inc(done.stale)
        if done.told:
            await self._seal(shard)
            await self._send(shard, done.told)

    def _seal_of(self, shard: Shard) -> DecidedSeal:
        return DecidedSeal(shard.order, shard.ledger.mark, shard.clicks)

    async def _seal(self, shard: Shard) -> None:
        """Write down what changed, and how far it is."""
        parts, rows, seal = self._parts, shard.ledger.unwritten(), self._seal_of(shard)
        await self.changelog.write(shard.partition, rows, _encode(seal))
        shard.sealed, shard.sealed_at = seal, monotonic()
        parts.progress.resume_from(parts.tp("assessments", shard.partition), seal.buffer.offset, shard.epoch)
        parts.progress.resume_from(parts.tp("clicks", shard.partition), seal.clicks, shard.epoch)

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
    parts.ownership.keep(deciding)
    parts.read("assessments", "decide", deciding.decide)
    parts.read("clicks", "click", deciding.click)
    parts.every(TICK_S, deciding.tick)
