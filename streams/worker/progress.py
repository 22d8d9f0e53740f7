"""How far the worker is with the topics that it reads in bulk, and the commits of that."""

from typing import Any

import faust
from faust.types import TP

from streams.bulk import Chunk, RawRecord, commit_offsets, seek
from streams.worker.outgoing import Outgoing


class Progress:
    """What was read of each partition, and from where it is to be read again after a crash.

    A rebalance makes Faust read every partition anew from what is committed; whoever began before it has nothing to
    report any more.

    Attributes
    ----------
    epoch
        Goes up with every rebalance.
    """

    def __init__(self, app: faust.App, outgoing: Outgoing) -> None:
        self._app = app
        self._outgoing = outgoing
        self._read: dict[TP, int] = {}
        self._resume: dict[TP, int] = {}
        self._rewound: dict[TP, int] = {}
        self.epoch = 0

    async def commit(self) -> bool:
        """Commit what is dealt with, after all that was sent has arrived; returns whether something was committed."""
        resume = dict(self._resume)
        await self._outgoing.settle()
        return await commit_offsets(self._app, resume)

    def forget(self) -> None:
        """Begin anew: partitions were taken away."""
        self.epoch += 1
        self._read.clear()
        self._resume.clear()
        self._rewound.clear()

    def begin_at(self, tp: TP, offset: int, epoch: int) -> None:
        """Note that what comes before `offset` is dealt with, whatever was committed."""
        if epoch == self.epoch:
            self._read[tp] = self._resume[tp] = offset

    async def rewind(self, tp: TP, offset: int, epoch: int) -> bool:
        """Read a partition again from an earlier offset; returns whether it is earlier."""
        if epoch == self.epoch and (before := await seek(self._app, tp, offset)) is not None:
            self._rewound[tp] = before
            return True
        return False

    def new(self, chunk: Chunk) -> list[RawRecord]:
        """Return the records of a chunk that were not read before; after a rebalance some come again."""
        before = self._rewound.get(chunk.tp)
        if before is not None:
            if chunk.records[0].offset >= before:
                return []  # fetched before it was rewound; it comes again in its turn
            del self._rewound[chunk.tp]
        return list(chunk.since(self._read.get(chunk.tp, 0)))

    def read(self, chunk: Chunk, epoch: int) -> None:
        """Note that a chunk was read, by somebody who began with it at `epoch`."""
        if epoch == self.epoch and chunk.tp not in self._rewound:
            self._read[chunk.tp] = max(chunk.next_offset, self._read.get(chunk.tp, 0))

    def resume_from(self, tp: TP, offset: int, epoch: int) -> None:
        """Note that all before `offset` is dealt with."""
        if epoch == self.epoch:
            self._resume[tp] = offset

    def position(self, tp: TP) -> int | None:
        """The offset after what was read of a partition, None if nothing was."""
        return self._read.get(tp)

    def resume(self, tp: TP) -> int | None:
        """The offset to read a partition from after a crash, None for what is committed."""
        return self._resume.get(tp)

    def behind(self, tp: TP) -> bool:
        """Whether records of a partition are still to be read."""
        consumer: Any = self._app.consumer
        end = consumer.highwater(tp)
        # Faust's own book of what is committed: nothing was read yet if all of it had been read before a restart.
        read = max(self._read.get(tp, 0), consumer._committed_offset.get(tp) or 0)
        return tp in self._rewound or end is None or read < end
