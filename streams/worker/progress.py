"""How far the worker is with the topics that it reads in bulk, and the commits of that."""

from typing import Any, cast

import faust
from faust.types import TP

from streams.bulk import Chunk, RawRecord, commit_offsets

CHECKPOINT_S = 1.0


class Progress:
    """The next offset of each partition read in bulk; committed every second, forgotten with the partition."""

    def __init__(self, app: faust.App) -> None:
        self._next: dict[TP, int] = {}

        async def checkpoint() -> None:
            await commit_offsets(app, self._next)

        async def forget(_app: Any, revoked: set[TP], **_: Any) -> None:
            for tp in revoked:
                self._next.pop(TP(tp.topic, tp.partition), None)

        app.timer(interval=CHECKPOINT_S)(checkpoint)
        # Faust types its signals' receivers by arguments that it never passes.
        cast(Any, app.on_partitions_revoked).connect(forget)

    def new(self, chunk: Chunk) -> list[RawRecord]:
        """Return the records of a chunk that were not dealt with before; after a rebalance some come again."""
        return list(chunk.since(self._next.get(chunk.tp, 0)))

    def done(self, chunk: Chunk) -> None:
        """Note that a chunk is dealt with."""
        self._next[chunk.tp] = chunk.next_offset

    def behind(self, app: faust.App, tp: TP) -> bool:
        """Whether records of a partition are still to be read."""
        end = app.consumer.highwater(tp)
        return end is None or (end > 0 and self._next.get(tp, 0) < end)
