"""First arrow: chunks of mentions into assessments; what is no mention into the dead letters."""

import asyncio
from collections import Counter
from typing import Any, cast

import structlog
from faust.types import TP

from scoring.engine import Engine, Models, Scoring
from scoring.mention import Mention
from streams.bulk import Chunk, RawRecord
from streams.decode import Rejection, decode
from streams.metrics import Metrics
from streams.worker.dead_letters import dead_letter
from streams.worker.parts import Parts
from streams.worker.reporting import Reporter

TICK_S = 0.5
"""How often sources say how far they are; live, one without mentions for so long follows the wall clock."""

_log = structlog.get_logger("brandmelder.folding")


class Shard:
    """One partition: its threads, what it says of them, and when it last had something to do."""

    def __init__(self, engine: Engine, reporter: Reporter, heard_at: float) -> None:
        self.engine = engine
        self.reporter = reporter
        self.heard_at = heard_at
        self.turn = asyncio.Lock()  # a time must not be promised while somebody else has news of before to send


class Folding:
    """The partitions of the mentions that are this worker's."""

    def __init__(self, parts: Parts, models: Models) -> None:
        self._parts = parts
        self._models = models
        self._assessments = parts.raw_topic("assessments")
        self._rejected = parts.raw_topic("mentions.rejected")
        self._shards: dict[int, Shard] = {}

    async def fold(self, chunk: Chunk) -> None:
        """Fold a chunk of mentions, and send what is news."""
        parts, metrics = self._parts, self._parts.metrics
        epoch = parts.progress.epoch
        shard = self._shard(chunk.tp.partition)
        async with shard.turn:
            shard.heard_at = parts.clock()
            with metrics.folding.time():
                mentions, bad = _decode_all(parts.progress.new(chunk), shard.heard_at)
                known = shard.engine.repeats
                scorings = shard.engine.fold(mentions)
            _count(metrics, mentions, shard.engine.repeats - known)
            for record, rejection in bad:
                metrics.rejected.labels(rejection.reason).inc()
                await parts.outgoing.send(self._rejected, record.key, dead_letter(chunk.tp, record, rejection))
            parts.progress.read(chunk, epoch)
            await self._publish(shard, scorings, caught_up=not parts.progress.behind(chunk.tp))
        metrics.threads.labels(str(chunk.tp.partition)).set(len(shard.engine))
        parts.progress.done(chunk, epoch)

    async def tick(self) -> None:
        """Say how far each partition is; live, let time pass where nothing is to be read."""
        parts = self._parts
        if parts.app.rebalancing:
            return  # who knows whose partitions they are
        for partition in parts.partitions_of("mentions"):
            shard = self._shard(partition)
            async with shard.turn:
                now = parts.clock()
                caught_up = not parts.progress.behind(TP(parts.name_of("mentions"), partition))
                if parts.live and caught_up and now - shard.heard_at >= TICK_S:
                    await self._publish(shard, shard.engine.advance(now), caught_up=True)
                await shard.reporter.tell_time(caught_up=caught_up)

    async def give_up(self) -> None:
        """Let go of every partition; Faust assigns all of them anew."""
        if self._shards:
            _log.info("partitions given up", mentions=sorted(self._shards))
        self._shards.clear()

    async def announce(self, _app: Any, assigned: set[TP], **_: Any) -> None:
        """Say which partitions are this worker's."""
        parts = {
            topic: sorted(tp.partition for tp in assigned if tp.topic == self._parts.name_of(topic))
            for topic in ("mentions", "assessments", "clicks", "notifications")
        }
        _log.info("partitions assigned", **parts)
        if self._parts.settings.ready_file is not None:
            self._parts.settings.ready_file.touch()

    def _shard(self, partition: int) -> Shard:
        shard = self._shards.get(partition)
        if shard is None:
            parts = self._parts
            engine = Engine(self._models, parts.desk.profile_of)
            reporter = Reporter(partition, parts.settings.partitions, parts.outgoing, self._assessments)
            shard = self._shards[partition] = Shard(engine, reporter, parts.clock())
        return shard

    async def _publish(self, shard: Shard, scorings: list[Scoring], *, caught_up: bool) -> None:
        self._parts.metrics.scorings.inc(len(scorings))
        await shard.reporter.publish(scorings, shard.engine, caught_up=caught_up)


def add_folding(parts: Parts, models: Models) -> None:
    """Add the agent that folds mentions, and its clock."""
    folding = Folding(parts, models)
    parts.read("mentions", "fold", folding.fold)
    parts.every(TICK_S, folding.tick)
    parts.on_revoked(folding.give_up)
    # Faust types its signals' receivers by arguments that it never passes.
    cast(Any, parts.app.on_partitions_assigned).connect(folding.announce)


def _decode_all(records: Any, now: float) -> tuple[list[Mention], list[tuple[RawRecord, Rejection]]]:
    mentions, bad = [], []
    for record in records:
        mention = decode(record.value, now)
        if isinstance(mention, Rejection):
            bad.append((record, mention))
        else:
            mentions.append(mention)
    return mentions, bad


def _count(metrics: Metrics, mentions: list[Mention], repeats: int) -> None:
    for kind, n in Counter(m.kind for m in mentions).items():
        metrics.events.labels(kind, "folded").inc(n)
    if repeats:
        metrics.events.labels("any", "repeated").inc(repeats)
