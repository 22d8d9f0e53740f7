"""Cascades as training data: the form of `brandmelder train` and `forecast`, read into threads."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from scoring.errors import UserError
from scoring.mention import Author, Mention
from scoring.profile import BrandProfile
from scoring.thread import Thread

Event = tuple[float, int | None, int | None, Literal["share", "reply", "quote"]]
"""Seconds since the root, the sharer's followers, index of the parent (-1: the root), kind."""


class Cascade(msgspec.Struct, gc=False):
    """A root and all that spread it, in time order; None is unknown."""

    id: str
    events: list[Event]
    root_time: float | None = None
    root_followers: int | None = None


class CascadeError(UserError, ValueError):
    """A line that is no cascade."""


def read_cascades(path: Path) -> Iterator[Cascade]:
    """Cascades of a `.jsonl` or `.jsonl.gz` file, one per line.

    Raises
    ------
    CascadeError
        With the file, the line and what is wrong with it.
    """
    decoder = msgspec.json.Decoder(Cascade)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise CascadeError(f"{path.name}, line {number}: {error}") from error


class CascadeFold:
    """Plays a cascade into a thread, up to any moment, as the stream would have done.

    Times are seconds since the root. `followers` and `parents` tell whether those fields are kept: a forecast
    must not depend on what a platform happens to hide.
    """

    def __init__(self, cascade: Cascade, *, followers: bool = True, parents: bool = True) -> None:
        self._cascade = cascade
        self._followers = followers
        self._parents = parents
        self._next = 0
        root = Author("root", followers=cascade.root_followers if followers else None)
        first = Mention(cascade.id, cascade.id, "post", 0.0, "", "", root)
        self.thread = Thread(first, BrandProfile())
        self.thread.fold(first, None)

    def until(self, at: float) -> Thread:
        """The thread with all events up to and including `at` seconds."""
        events = self._cascade.events
        while self._next < len(events) and events[self._next][0] <= at:
            self._fold(self._next)
        return self.thread

    def grown_to(self, size: int) -> Thread:
        """The thread with its first `size` events."""
        while self._next < size:
            self._fold(self._next)
        return self.thread

    def _fold(self, index: int) -> None:
        at, followers, parent, kind = self._cascade.events[index]
        thread = self._cascade.id
        if not self._parents or parent is None:
            above = None
        else:
            above = thread if parent < 0 else str(parent)
        author = Author(str(index), followers=followers if self._followers else None)
        self.thread.fold(Mention(str(index), thread, kind, at, "", "", author, above), None)
        self._next = index + 1
