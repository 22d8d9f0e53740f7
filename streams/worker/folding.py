"""First arrow: chunks of mentions into assessments; what is no mention into the dead letters."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import faust
import structlog
from faust.types import TP

from scoring.engine import Engine, Models, Scoring
from scoring.mention import Mention
from streams.bulk import Chunk, RawRecord, bulk_topic
from streams.decode import Rejection, decode
from streams.desk import Desk
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.dead_letters import dead_letter
from streams.worker.outgoing import Outgoing
from streams.worker.progress import Progress
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


def add_folding(
    app: faust.App,
    settings: WorkerSettings,
    desk: Desk,
    models: Models,
    metrics: Metrics,
    clock: Callable[[], float],
    assessments: Any,
    rejected: Any,
    outgoing: Outgoing,
    progress: Progress,
) -> None:
    """Add the agent that folds mentions, and its clock."""
    shards: dict[TP, Shard] = {}
    topic = settings.topic_prefix + "mentions"

    def shard_of(tp: TP) -> Shard:
        shard = shards.get(tp)
        if shard is None:
            engine = Engine(models, desk.profile_of)
            reporter = Reporter(tp.partition, settings.partitions, outgoing, assessments)
            shard = shards[tp] = Shard(engine, reporter, clock())
        return shard

    @app.agent(bulk_topic(app, topic, settings.partitions), concurrency=1, name=f"{settings.group}.fold")
    async def fold(chunks: Any) -> None:
        async for chunk in chunks:
            try:
                await fold_chunk(chunk)
            except Exception as error:
                # Faust would restart the agent behind the chunk; ending resumes from the committed offset.
                await app.crash(error)
                raise

    async def fold_chunk(chunk: Chunk) -> None:
        epoch = progress.epoch
        shard = shard_of(chunk.tp)
        async with shard.turn:
            shard.heard_at = clock()
            with metrics.folding.time():
                mentions, bad = _decode_all(progress.new(chunk), shard.heard_at)
                known = shard.engine.repeats
                scorings = shard.engine.fold(mentions)
            _count(metrics, mentions, shard.engine.repeats - known)
            for record, rejection in bad:
                metrics.rejected.labels(rejection.reason).inc()
                await outgoing.send(rejected, record.key, dead_letter(chunk.tp, record, rejection))
            progress.read(chunk, epoch)
            await publish(shard, scorings, caught_up=not progress.behind(app, chunk.tp))
        metrics.threads.labels(str(chunk.tp.partition)).set(len(shard.engine))
        progress.done(chunk, epoch)

    async def publish(shard: Shard, scorings: list[Scoring], *, caught_up: bool) -> None:
        metrics.scorings.inc(len(scorings))
        await shard.reporter.publish(scorings, shard.engine, caught_up=caught_up)

    async def tick() -> None:
        if app.rebalancing:
            return  # who knows whose partitions they are
        for tp in [tp for tp in app.consumer.assignment() if tp.topic == topic]:
            shard = shard_of(tp)
            async with shard.turn:
                now, caught_up = clock(), not progress.behind(app, tp)
                if settings.clock == "wall" and caught_up and now - shard.heard_at >= TICK_S:
                    await publish(shard, shard.engine.advance(now), caught_up=True)
                await shard.reporter.tell_time(caught_up=caught_up)

    async def announce(_app: Any, assigned: set[TP], **_: Any) -> None:
        _log.info("partitions assigned", mentions=sorted(tp.partition for tp in assigned if tp.topic == topic))
        if settings.ready_file is not None:
            settings.ready_file.touch()

    async def forget(_app: Any, revoked: set[TP], **_: Any) -> None:
        for tp in [TP(tp.topic, tp.partition) for tp in revoked]:
            if shards.pop(tp, None) is not None:
                _log.info("partition given up", partition=tp.partition)

    app.timer(interval=TICK_S)(tick)
    # Faust types its signals' receivers by arguments that it never passes.
    cast(Any, app.on_partitions_assigned).connect(announce)
    cast(Any, app.on_partitions_revoked).connect(forget)


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
