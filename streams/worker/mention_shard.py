"""One partition of the mentions as a worker holds it, and how it is made of what was written down."""

import asyncio

import structlog

from scoring.engine import Engine, Models
from scoring.snapshot import SnapshotError
from streams.changelog import Recovered
from streams.pseudonyms import Pseudonyms
from streams.worker.dead_letters import DeadLetters
from streams.worker.parts import Parts
from streams.worker.reporting import Record, Reporter, Said
from streams.worker.seals import SealError, read_seal

ROWS = "threads"
"""Where threads are written down."""

_log = structlog.get_logger("brandmelder.folding")


class Shard:
    """One partition: its threads, what it says of them, its dead letters, and how far it is.

    Attributes
    ----------
    offset
        Of the next mention to fold, None before the first.
    heard_at
        When it last had something to do, epoch seconds.
    saved_at, saved
        When it was last written down, by the monotonic clock, and how far it was then.
    unsent
        What is to be sent before anything else.
    erasures
        Offset of the next wish to be forgotten.
    """

    def __init__(self, partition: int, engine: Engine, reporter: Reporter, letters: DeadLetters, epoch: int) -> None:
        self.partition = partition
        self.engine = engine
        self.reporter = reporter
        self.letters = letters
        self.epoch = epoch
        self.offset: int | None = None
        self.heard_at = 0.0
        self.saved_at = 0.0
        self.saved: int | None = None
        self.strayed = False
        self.unsent: tuple[Record, ...] = ()
        self.erasures = 0
        self.turn = asyncio.Lock()  # a time must not be promised while somebody else has news of before to send


class ShardMaker:
    """Makes shards.

    Parameters
    ----------
    parts
        The worker's.
    models
        What engines ask.
    pseudonyms
        The names that people are kept under, None for their own.
    """

    def __init__(self, parts: Parts, models: Models, pseudonyms: Pseudonyms | None) -> None:
        self._parts = parts
        self._models = models
        self._kept = pseudonyms.kept if pseudonyms is not None else None
        self._assessments = parts.raw_topic("assessments")

    def restore(self, partition: int, state: Recovered, end: int, epoch: int) -> Shard:
        """Make a partition's engine of what was written down; of nothing where that is of no use."""
        parts = self._parts
        try:
            if state.seal is None:
                return self._anew(partition, epoch)
            seal = read_seal(state.seal, end)
            engine = Engine.restore(
                self._models,
                parts.desk.profile_of,
                seal.engine,
                state.rows.items(),
                max_threads=parts.settings.max_threads,
                kept=self._kept,
            )
        except (SealError, SnapshotError) as error:
            _log.error("what was written down of threads is of no use", partition=partition, error=str(error))
            parts.metrics.unreadable.labels(ROWS).inc()
            return self._anew(partition, epoch)
        shard = self._shard(partition, engine, seal.said, epoch)
        shard.offset = shard.saved = seal.offset
        shard.unsent, shard.erasures = seal.unsent, seal.erasures
        return shard

    def _anew(self, partition: int, epoch: int) -> Shard:
        """A partition of which nothing is known; what it says is not taken for what was said before."""
        parts = self._parts
        said = Said(round(parts.clock() * 1000.0), (0,) * parts.settings.partitions)
        engine = Engine(self._models, parts.desk.profile_of, max_threads=parts.settings.max_threads, kept=self._kept)
        return self._shard(partition, engine, said, epoch)

    def _shard(self, partition: int, engine: Engine, said: Said, epoch: int) -> Shard:
        now = engine.now if engine.now > float("-inf") else None
        parts = self._parts
        reporter = Reporter(partition, said, now, parts.outgoing, self._assessments)
        desk, tp = parts.desk, parts.tp("mentions", partition)
        raw = desk.privacy.dead_letters == "raw"
        letters = DeadLetters(tp, desk.feed.dead_letters_per_min, parts.metrics, raw=raw)
        return Shard(partition, engine, reporter, letters, epoch)
