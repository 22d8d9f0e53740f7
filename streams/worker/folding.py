"""First arrow: chunks of mentions into assessments; what is no mention into the dead letters."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from time import monotonic
from typing import Any

import structlog
from faust.types import TP
from msgspec.structs import replace

from scoring.engine import Models
from scoring.mention import Mention
from streams import erasures
from streams.bulk import Chunk, RawRecord
from streams.changelog import Recovered
from streams.decode import decode
from streams.erasures import Erasure, ThreadsErased
from streams.metrics import Metrics
from streams.pseudonyms import KEY, Pseudonyms, pseudonyms_of
from streams.rejection import Rejection
from streams.worker.dead_letters import Letter
from streams.worker.ends import first_since
from streams.worker.keeping import Keeper
from streams.worker.mention_shard import ROWS, Shard, ShardMaker
from streams.worker.parts import Parts
from streams.worker.seals import VERSION, FoldedSeal, write_seal

TICK_S = 0.5
"""How often sources say how far they are; live, one without mentions for so long follows the wall clock."""

REBUILT_S = 6 * 3600.0
"""So far back mentions are read again where threads were lost."""

_log = structlog.get_logger("brandmelder.folding")


class Folding(Keeper):
    """The partitions of the mentions that are this worker's, and their threads."""

    topic = "mentions"
    rows = ROWS

    def __init__(self, parts: Parts, models: Models, pseudonyms: Pseudonyms | None) -> None:
        super().__init__(parts)
        self._pseudonyms = pseudonyms
        self._maker = ShardMaker(parts, models, pseudonyms)
        self._rejected = parts.raw_topic("mentions.rejected")
        self._erasures = parts.raw_topic("erasures")
        self._shards: dict[int, Shard] = {}

    async def begin(self, recovered: Mapping[int, Recovered], ends: Mapping[TP, int], epoch: int) -> None:
        """Begin with what was written down of each partition."""
        settings = self._parts.settings
        for partition, state in recovered.items():
            tp = self._parts.tp(self.topic, partition)
            shard = await asyncio.to_thread(self._maker.restore, partition, state, ends[tp], epoch)
            wishes = self._parts.tp("erasures", partition)
            if state.seal is not None and shard.erasures <= ends[wishes]:
                self._parts.progress.begin_at(wishes, shard.erasures, epoch)
            shard.heard_at = self._parts.clock()
            # Partitions take turns: all at once would hold up everything else.
            shard.saved_at = monotonic() - settings.checkpoint_s * partition / settings.partitions
            for key in state.stray:
                shard.engine.touch(key)
            shard.strayed = bool(state.stray)
            if shard.offset is None:
                await self._rewind(tp, epoch)
            else:
                self._parts.progress.begin_at(tp, shard.offset, epoch)
            self._shards[partition] = shard

    async def fold(self, chunk: Chunk) -> None:
        """Fold a chunk of mentions, and send what is news."""
        parts, metrics = self._parts, self._parts.metrics
        epoch = parts.progress.epoch
        shard = self._shards.get(chunk.tp.partition)
        if shard is None:
            return
        async with shard.turn:
            if shard.epoch != parts.progress.epoch:
                return
            shard.heard_at = parts.clock()
            records = parts.progress.new(chunk)
            if not records:
                return  # read before, or to be read again: it does not say how far the threads are
            if shard.offset is None:
                await self._begin_life(shard, records[0].offset)
            with metrics.folding.time():
                mentions, bad = _decode_all(records, shard.heard_at, self._pseudonyms)
                known = shard.engine.repeats
                scorings = shard.engine.fold(mentions)
            metrics.scorings.inc(len(scorings))
            _count(metrics, mentions, shard.engine.repeats - known)
            await self._send_letters(shard.letters.write(bad, shard.heard_at))
            parts.progress.read(chunk, epoch)
            shard.offset = chunk.next_offset
            caught_up = not parts.progress.behind(chunk.tp)
            await shard.reporter.send(shard.reporter.compose(scorings, shard.engine, caught_up=caught_up))
        metrics.threads.labels(str(chunk.tp.partition)).set(len(shard.engine))

    async def erase(self, chunk: Chunk) -> None:
        """Forget people, and pass it on behind all that was said of them."""
        parts = self._parts
        shard = self._shards.get(chunk.tp.partition)
        if shard is None:
            return
        async with shard.turn:
            if shard.epoch != parts.progress.epoch:
                return
            await self._send_unsent(shard)
            caught_up = not parts.progress.behind(parts.tp(self.topic, shard.partition))
            answers = []
            for record in parts.progress.new(chunk):
                wish = erasures.read(record.value or b"")
                if isinstance(wish, Erasure):
                    people = wish.people
                    threads = shard.engine.erase(people)
                    known = replace(wish, names=tuple(sorted(people.names)))
                    shard.unsent += tuple(shard.reporter.pass_on(known, caught_up=caught_up))
                    answers.append(ThreadsErased(wish.id, shard.partition, len(threads)))
            parts.progress.read(chunk, shard.epoch)
            shard.erasures = chunk.next_offset
            if answers:
                await self._seal(shard)
                await self._send_unsent(shard)
                for answer in answers:
                    await parts.outgoing.send(self._erasures, None, erasures.write(answer), shard.partition)

    async def tick(self) -> None:
        """Say how far each partition is; live, let time pass where nothing is to be read."""
        parts = self._parts
        if not parts.settled:
            return  # who knows whose partitions they are
        for shard in list(self._shards.values()):
            async with shard.turn:
                if shard.epoch != parts.progress.epoch:
                    return
                now = parts.clock()
                caught_up = not parts.progress.behind(parts.tp(self.topic, shard.partition))
                await self._send_unsent(shard)
                if parts.live and caught_up and now - shard.heard_at >= TICK_S:
                    await self._pass_time(shard, now)
                await shard.reporter.tell_time(caught_up=caught_up)

    async def save(self, *, everything: bool) -> None:
        """Write down the partitions whose turn it is."""
        for shard in list(self._shards.values()):
            if everything or monotonic() - shard.saved_at >= self._parts.settings.checkpoint_s:
                async with shard.turn:
                    if shard.epoch == self._parts.progress.epoch and (shard.offset != shard.saved or shard.strayed):
                        await self._seal(shard)

    async def give_up(self) -> None:
        """Let go of every partition; Faust assigns all of them anew."""
        if self._shards:
            _log.info("partitions given up", mentions=sorted(self._shards))
        for shard in self._shards.values():
            shard.letters.close()
        self._shards.clear()

    def rewrite(self, partition: int, key: str) -> None:
        """Write a row anew: somebody who is not in charge any more has written it."""
        if (shard := self._shards.get(partition)) is not None:
            shard.engine.touch(key)
            shard.strayed = True

    async def _pass_time(self, shard: Shard, now: float) -> None:
        """Let time pass; nothing of it comes again, so what it brings about is written down before it is said."""
        buried = shard.engine.buried
        scorings = shard.engine.advance(now)
        if scorings or shard.engine.buried != buried:
            self._parts.metrics.scorings.inc(len(scorings))
            shard.unsent = tuple(shard.reporter.compose(scorings, shard.engine, caught_up=True))
            await self._seal(shard)
            await self._send_unsent(shard)

    async def _send_letters(self, letters: list[Letter]) -> None:
        for letter in letters:
            await self._parts.outgoing.send(self._rejected, letter.key, letter.value)

    async def _send_unsent(self, shard: Shard) -> None:
        if shard.unsent:
            await shard.reporter.send(shard.unsent)
            shard.unsent = ()

    async def _seal(self, shard: Shard) -> None:
        """Write down all that changed, as of one offset, once all that was said of it has arrived."""
        parts = self._parts
        offset, changes = shard.offset, shard.engine.take_changes()
        # What was withheld is not read again.
        await self._send_letters(shard.letters.rest(parts.clock()))
        await parts.outgoing.settle()
        if offset is None:
            offset = parts.progress.position(parts.tp(self.topic, shard.partition)) or 0
        seal = FoldedSeal(VERSION, offset, changes.state, shard.reporter.said, shard.unsent, shard.erasures)
        with parts.metrics.checkpoint.time():
            await self.changelog.write(shard.partition, changes.rows, write_seal(seal))
        shard.saved_at, shard.saved, shard.strayed = monotonic(), shard.offset, False
        parts.progress.resume_from(parts.tp(self.topic, shard.partition), offset, shard.epoch)
        parts.progress.resume_from(parts.tp("erasures", shard.partition), shard.erasures, shard.epoch)

    async def _begin_life(self, shard: Shard, offset: int) -> None:
        """Write down where a life begins before anything is said in it.

        Who takes over before the first checkpoint then says the same with the same numbers; in a life of its own, all
        that was said already would be taken for news.
        """
        shard.offset, saved_at = offset, shard.saved_at
        await self._seal(shard)
        shard.saved_at = saved_at

    async def _rewind(self, tp: TP, epoch: int) -> None:
        """Read a partition again of which nothing is known, as far back as its threads may go that still spread."""
        parts = self._parts
        since = parts.clock() - REBUILT_S if parts.live else 0.0
        offset = await first_since(parts.settings.kafka, tp, since)
        if offset is not None and await parts.progress.rewind(tp, offset, epoch):
            _log.warning("threads are made anew of their mentions", partition=tp.partition, offset=offset)


def add_folding(parts: Parts, models: Models) -> None:
    """Add the agent that folds mentions, and its clock."""
    key = parts.settings.pseudonym_key
    if key is None:
        _log.warning("authors are kept under their own names: no key for pseudonyms is set", key=KEY)
    pseudonyms = pseudonyms_of(None if key is None else str(key), parts.desk.brands)
    folding = Folding(parts, models, pseudonyms)
    parts.ownership.keep(folding)
    parts.read("mentions", "fold", folding.fold)
    parts.read("erasures", "erase", folding.erase)
    parts.every(TICK_S, folding.tick)


def _decode_all(
    records: Any, now: float, pseudonyms: Pseudonyms | None
) -> tuple[list[Mention], list[tuple[RawRecord, Rejection]]]:
    mentions, bad = [], []
    for record in records:
        mention = decode(record.value, now)
        if isinstance(mention, Rejection):
            bad.append((record, mention))
        else:
            mentions.append(mention if pseudonyms is None else pseudonyms.of(mention))
    return mentions, bad


def _count(metrics: Metrics, mentions: list[Mention], repeats: int) -> None:
    for kind, n in Counter(m.kind for m in mentions).items():
        metrics.events.labels(kind, "folded").inc(n)
    if repeats:
        metrics.events.labels("any", "repeated").inc(repeats)
