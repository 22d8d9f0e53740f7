"""One partition of a sealed changelog in the hands of its owner."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from streams.changelog.reading import Fence, Recovered
from streams.changelog.records import SEAL, decode_key, read_mark
from streams.changelog.sending import Sender
from streams.changelog.writing import Owner


class Superseded(RuntimeError):  # noqa: N818 - reads as what happened
    """The partition is not, or no longer, ours."""


class Look(NamedTuple):
    """What a record in a partition of ours asks for: a row to be written anew, the seal to be written anew."""

    stray: str | None = None
    seal_again: bool = False


class Holding:
    """A partition from our claim on.

    Attributes
    ----------
    lock
        To be held while writing.
    news
        Set whenever something was read of the partition, or it was lost.
    lost
        Whether it is no longer ours, or it is not known what of ours is valid.
    """

    def __init__(self, topic: str, partition: int, claim: int, fence: Fence, found: Recovered) -> None:
        self.partition = partition
        self.lock = asyncio.Lock()
        self.news = asyncio.Event()
        self.lost = False
        self._name = f"partition {partition} of {topic!r}"
        self._owner = Owner(claim, fence.sealed, found)
        self._fence = fence
        self._end = claim + 1  # the next record is at this offset, if nobody else writes

    @property
    def seal(self) -> bytes | None:
        """What came with the last seal."""
        return self._owner.seal

    def lose(self) -> None:
        """Stop being the owner."""
        self.lost = True
        self.news.set()

    def look(self, key: bytes, mark: bytes | None) -> Look:
        """Look at the next record in the log, which is not a claim."""
        read = read_mark(mark)
        if key == SEAL:
            return Look(seal_again=read is None or not self._fence.seal(read.checkpoint))
        if read is None or not self._fence.row(read.checkpoint):
            return Look(stray=decode_key(key))
        return Look()

    async def write(
        self, sender: Sender, rows: Sequence[tuple[str, bytes | None]], seal: bytes, within_s: float
    ) -> None:
        """Write a checkpoint; return once it is certain that it counts.

        That is certain at once if our records got the offsets right after those of our last checkpoint, or our claim.
        Else somebody has written in between, and we wait up to `within_s` seconds for reading our own seal.
        """
        if self.lost:
            raise Superseded(f"{self._name} is held by somebody else, or must be taken over again")
        checkpoint, records = self._owner.checkpoint(rows, seal)
        try:
            alone = True
            for offsets in await sender.send(self.partition, records):
                alone = alone and offsets.start == self._end
                self._end = offsets.stop
            if not alone:
                async with asyncio.timeout(within_s):
                    while self._fence.sealed < checkpoint and not self.lost:
                        self.news.clear()
                        await self.news.wait()
        except BaseException:
            self.lost = True
            raise
        if not alone and self._fence.sealed < checkpoint:
            raise Superseded(f"{self._name} was claimed by somebody else before a checkpoint was complete")
