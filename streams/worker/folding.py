"""First arrow: chunks of mentions into assessments; what is no mention into the dead letters."""

import base64
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

import faust
import msgspec
import structlog
from faust.types import TP

from scoring.assessment import Assessment
from scoring.engine import Engine, Models, Scoring
from scoring.mention import Mention
from streams.bulk import Chunk, RawRecord, bulk_topic
from streams.decode import Rejection, decode
from streams.desk import Desk
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.progress import Progress

IDLE_S = 5.0
"""A partition without mentions for so long follows the wall clock."""

_log = structlog.get_logger("brandmelder.folding")
_encode = msgspec.json.Encoder().encode


class Shard:
    """One partition: its threads, and when it last had something to do."""

    def __init__(self, engine: Engine, heard_at: float) -> None:
        self.engine = engine
        self.heard_at = heard_at


def add_folding(
    app: faust.App,
    settings: WorkerSettings,
    desk: Desk,
    models: Models,
    metrics: Metrics,
    clock: Callable[[], float],
    assessments: Any,
    rejected: Any,
    progress: Progress,
) -> None:
    """Add the agent that folds mentions, and its clock."""
    shards: dict[TP, Shard] = {}
    topic = settings.topic_prefix + "mentions"

    def shard_of(tp: TP) -> Shard:
        shard = shards.get(tp)
        if shard is None:
            shard = shards[tp] = Shard(Engine(models, desk.profile_of), clock())
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
        shard = shard_of(chunk.tp)
        shard.heard_at = clock()
        records = progress.new(chunk)
        with metrics.folding.time():
            mentions, bad = _decode_all(records, shard.heard_at)
            known = shard.engine.repeats
            scorings = shard.engine.fold(mentions)
        _count(metrics, mentions, shard.engine.repeats - known)
        for record, rejection in bad:
            metrics.rejected.labels(rejection.reason).inc()
            await rejected.send(key=record.key, value=_dead_letter(chunk.tp, record, rejection))
        await publish(scorings)
        metrics.threads.labels(str(chunk.tp.partition)).set(len(shard.engine))
        progress.done(chunk)

    async def publish(scorings: list[Scoring]) -> None:
        """Send what is news: a record per brand, which costs Faust the same for one assessment as for many."""
        metrics.scorings.inc(len(scorings))
        news: dict[str, list[Assessment]] = {}
        for scoring in scorings:
            if scoring.assessment is not None:
                news.setdefault(scoring.brand, []).append(scoring.assessment)
        for brand, several in news.items():
            await assessments.send(key=brand.encode(), value=_encode(several))

    async def tick() -> None:
        now = clock()
        for tp in [tp for tp in app.consumer.assignment() if tp.topic == topic]:
            shard = shard_of(tp)
            if now - shard.heard_at >= IDLE_S and not progress.behind(app, tp):
                await publish(shard.engine.advance(now))

    async def announce(_app: Any, assigned: set[TP], **_: Any) -> None:
        _log.info("partitions assigned", mentions=sorted(tp.partition for tp in assigned if tp.topic == topic))
        if settings.ready_file is not None:
            settings.ready_file.touch()

    async def forget(_app: Any, revoked: set[TP], **_: Any) -> None:
        for tp in [TP(tp.topic, tp.partition) for tp in revoked]:
            if shards.pop(tp, None) is not None:
                _log.info("partition given up", partition=tp.partition)

    if settings.clock == "wall":
        app.timer(interval=IDLE_S)(tick)
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


def _dead_letter(tp: TP, record: RawRecord, rejection: Rejection) -> bytes:
    """The record as it came, with why and where; bytes that are no text go as base64."""
    raw = record.value or b""
    try:
        content: dict[str, str] = {"raw": raw.decode()}
    except UnicodeDecodeError:
        content = {"raw_base64": base64.b64encode(raw).decode()}
    return _encode(
        {
            "reason": rejection.reason,
            "detail": rejection.detail,
            "topic": tp.topic,
            "partition": tp.partition,
            "offset": record.offset,
            **content,
        }
    )
