"""How far the worker is with the topics that it reads in bulk, and the commits of that."""

from collections.abc import Awaitable, Callable
from typing import Any

import faust
from faust.types import TP

from streams.bulk import Chunk, RawRecord, commit_offsets
from streams.worker.outgoing import Outgoing


class Progress:
    """What was read of each partition, and from where it is to be read again after a crash.

    A rebalance makes Faust read every partition anew from what is committed; whoever began before it has nothing to
    report any more.

    Attributes
    ----------
    before
        What to write down before a commit.
    epoch
        Goes up with every rebalance.
    """

    checkpoint_s = 1.0

    def __init__(self, app: faust.App, outgoing: Outgoing) -> None:
        self._app = app
        self._outgoing = outgoing
        self._read: dict[TP, int] = {}
        self._resume: dict[TP, int] = {}
        self.before: list[Callable[[], Awaitable[None]]] = []
        self.epoch = 0

    async def checkpoint(self) -> None:
        """Commit, after what `before` lists was done and all that was sent has arrived."""
        resume = dict(self._resume)
        for write in self.before:
            await write()
        await self._outgoing.settle()
        await commit_offsets(self._app, resume)

    def forget(self) -> None:
        """Begin anew: partitions were taken away."""
        self.epoch += 1
        self._read.clear()
        self._resume.clear()

    def new(self, chunk: Chunk) -> list[RawRecord]:
        """Return the records of a chunk that were not read before; after a rebalance some come again."""
        return list(chunk.since(self._read.get(chunk.tp, 0)))

    def read(self, chunk: Chunk, epoch: int) -> None:
        """Note that a chunk was read, by somebody who began with it at `epoch`."""
        if epoch == self.epoch:
            self._read[chunk.tp] = chunk.next_offset

    def resume_from(self, tp: TP, offset: int, epoch: int) -> None:
        """Note that all before `offset` is dealt with."""
        if epoch == self.epoch:
            self._resume[tp] = offset

    def done(self, chunk: Chunk, epoch: int) -> None:
        """Note that a chunk was read and is dealt with."""
        self.read(chunk, epoch)
        self.resume_from(chunk.tp, chunk.next_offset, epoch)

    def position(self, tp: TP) -> int | None:
        """The offset after what was read of a partition, None if nothing was."""
        return self._read.get(tp)

    def behind(self, tp: TP) -> bool:
        """Whether records of a partition are still to be read."""
        consumer: Any = self._app.consumer
        end = consumer.highwater(tp)
        # Faust's own book of what is committed: nothing was read yet if all of it had been read before a restart.
        read = max(self._read.get(tp, 0), consumer._committed_offset.get(tp) or 0)
        return end is None or read < end
