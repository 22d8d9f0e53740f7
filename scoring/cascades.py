"""Cascades as training data: the form of `train`, `evaluate`, `forecast` and `import-cascades`, read into threads.

One cascade per line: `{"id", "root_time", "root_followers", "events": [[t, followers, parent_index, kind], …]}`,
with `t` in seconds since the root, events in time order, and `parent_index` -1 for the root, null where it is
unknown, otherwise the index of an earlier event.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args

import msgspec

from scoring.errors import UserError
from scoring.mention import Author, Mention
from scoring.profile import BrandProfile
from scoring.records import read_records
from scoring.thread import Thread

Seconds = Annotated[float, msgspec.Meta(ge=0)]
People = Annotated[int, msgspec.Meta(ge=0)]
Spreading = Literal["share", "reply", "quote"]

Event = tuple[Seconds, People | None, Annotated[int, msgspec.Meta(ge=-1)] | None, Spreading]
"""Seconds since the root, the sharer's followers, index of the parent (-1: the root), kind; None is unknown."""


class Cascade(msgspec.Struct, gc=False):
    """A root (epoch seconds, followers of its author) and all that spread it, in time order; None is unknown."""

    id: Annotated[str, msgspec.Meta(min_length=1)]
    events: list[Event]
    root_time: Seconds | None = None
    root_followers: People | None = None


C = TypeVar("C", bound=Cascade)


class CascadeError(UserError, ValueError):
    """A line that is no cascade."""


def read_cascades(path: Path, progress: Callable[[int], None] | None = None) -> Iterator[Cascade]:
    """Cascades of a `.jsonl` or `.jsonl.gz` file, one per line.

    Parameters
    ----------
    path
        File in the training form; blank lines are skipped.
    progress
        Called at every cascade with the bytes of the file read so far.

    Raises
    ------
    CascadeError
        With the file, the line, what is wrong with it and what is allowed.
    OSError
        If the file cannot be opened.
    """
    return read_as(path, Cascade, progress)


def read_as(path: Path, kind: type[C], progress: Callable[[int], None] | None = None) -> Iterator[C]:
    """Lines of a file as `kind`, a cascade that may carry more; raises what `read_cascades` does."""
    decode = msgspec.json.Decoder(kind).decode

    def strict(line: bytes) -> C:
        try:
            cascade = decode(line)
        except msgspec.ValidationError as error:
            raise CascadeError(_explain(str(error))) from error
        _check_order(cascade)
        return cascade

    return read_records(path, strict, CascadeError, progress)


def _explain(message: str) -> str:
    return f"{message}; allowed are {', '.join(get_args(Spreading))}" if "enum value" in message else message


def _check_order(cascade: Cascade) -> None:
    """Check what types cannot say; plain loops, since every event of every set passes here."""
    times = [event[0] for event in cascade.events]
    if times != sorted(times):
        index = next(i for i in range(1, len(times)) if times[i] < times[i - 1])
        raise CascadeError(
            f"cascade {cascade.id}: event {index} is at t = {times[index]}, before the event that precedes it "
            f"({times[index - 1]}); events must be in time order"
        )
    index = 0
    for event in cascade.events:
        parent = event[2]
        if parent is not None and parent >= index:
            raise CascadeError(
                f"cascade {cascade.id}: event {index} has parent_index {parent}; allowed are -1 (the root), "
                f"null (unknown) and the index of an earlier event"
            )
        index += 1  # noqa: SIM113 - faster than enumerate here


_ROOT = "root"
"""Names the root in place of the cascade's own id, which may look like an event's number."""


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
        root = Author(_ROOT, followers=cascade.root_followers if followers else None)
        first = Mention(_ROOT, _ROOT, "post", 0.0, "", "", root)
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
        above = None
        if self._parents and parent is not None:
            above = _ROOT if parent < 0 else str(parent)
        author = Author(str(index), followers=followers if self._followers else None)
        self.thread.fold(Mention(str(index), _ROOT, kind, at, "", "", author, above), None)
        self._next = index + 1
