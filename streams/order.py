"""One order for a brand's news, which comes from many partitions: by event time, however the sources interleave.

Threads are spread over the partitions of `mentions`, and each of these, a *source*, is at an event time of its own.
What is decided about a brand depends on the order of its threads' assessments, so whoever decides holds them until
every source is past their time, and no longer than patience has it: a source that is stuck silences nobody.
"""

from collections import deque
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from math import inf, nextafter
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec
from msgspec import structs

from scoring.assessment import Assessment
from scoring.complaint import Complaint
from streams.erasures import Erasure
from streams.numbers import Met

MOST_HELD = 50_000
"""Items held at most; beyond, the earliest goes."""


class Timed(Protocol):
    """What has a time and belongs to a thread."""

    @property
    def at(self) -> float:
        """Event time, epoch seconds."""

    @property
    def thread_id(self) -> str:
        """The thread that it is about."""


T = TypeVar("T", bound=Timed)


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record of the topic `assessments`: one brand's news of a source, and how far the source is.

    Attributes
    ----------
    source
        Partition of `mentions`.
    now
        The source's event time: all that it has to say of before was sent, with this record at the latest. None
        promises nothing, because more comes or because the source has not heard of a time.
    caught_up
        The source had nothing unread.
    life
        Goes up when the source began anew from nothing; its numbers then begin anew as well.
    numbers
        The numbers of what it carries, from 1, in the order of `items`; the source counts for each partition of this
        topic by itself. What comes again has the number that it had.
    erasures
        Who is to be forgotten now: the source has nothing of theirs to say any more.
    """

    source: int
    now: float | None = None
    caught_up: bool = False
    assessments: tuple[Assessment, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    life: int = 0
    numbers: tuple[int, ...] = ()
    erasures: tuple[Erasure, ...] = ()

    @property
    def items(self) -> tuple[Assessment | Complaint, ...]:
        """What it carries; a complaint comes before what is said of its thread at the same time."""
        return (*self.complaints, *self.assessments)


class Patience(NamedTuple):
    """How long sources are waited for, in seconds of wall time.

    A source that stands still is waited for `quiet_s` if it had nothing unread, else `stuck_s`. Nothing is held longer
    than `hold_s`.
    """

    quiet_s: float
    stuck_s: float
    hold_s: float


LIVE = Patience(quiet_s=1.5, stuck_s=3.0, hold_s=3.0)
"""For live streams: idle sources follow the wall clock, and nobody waits long for one that lags."""

REPLAYED = Patience(quiet_s=2.0, stuck_s=300.0, hold_s=inf)
"""For replayed streams, where a source that is behind is awaited as long as it gets on, and over a worker's death."""


class Key(NamedTuple):
    """Where an item stands in the order; offset and place are where it lies in the partition, so no two are alike."""

    at: float
    thread_id: str
    offset: int
    place: int


class SourceState(msgspec.Struct, frozen=True, array_like=True):
    """What was heard of a source: its time, whether it had caught up, its life, and which numbers were met."""

    now: float | None = None
    caught_up: bool = False
    life: int = 0
    upto: int = 0
    ahead: tuple[int, ...] = ()


class BufferState(msgspec.Struct, frozen=True):
    """A buffer as it was when all records before `offset` were dealt with.

    The records from there on are to be read again. `reached` is the event time that was reached, None for none.
    """

    offset: int = 0
    reached: float | None = None
    sources: tuple[SourceState, ...] = ()


NOTHING = BufferState()


class _Source:
    """How far a source is, since when it stands still, and what came of it."""

    __slots__ = ("caught_up", "life", "met", "moved_at", "now")

    def __init__(self, moved_at: float, known: SourceState) -> None:
        self.now = -inf if known.now is None else known.now
        self.caught_up = known.caught_up
        self.moved_at = moved_at
        self.life = known.life
        self.met = Met(known.upto, known.ahead)

    @property
    def state(self) -> SourceState:
        now = None if self.now == -inf else self.now
        return SourceState(now, self.caught_up, self.life, self.met.upto, tuple(sorted(self.met.ahead)))

    def hear(self, envelope: Envelope, wall: float) -> None:
        """Take note of how far it is."""
        if envelope.life > self.life:
            self.life, self.met = envelope.life, Met()
        self.caught_up = envelope.caught_up
        if envelope.now is not None and envelope.now > self.now:
            self.now, self.moved_at = envelope.now, wall

    def is_new(self, envelope: Envelope, place: int) -> bool:
        """Whether what stands at that place was not met before."""
        if place >= len(envelope.numbers):
            return True
        return envelope.life == self.life and self.met.add(envelope.numbers[place])

    def awaited(self, wall: float, patience: Patience) -> bool:
        return wall - self.moved_at < (patience.quiet_s if self.caught_up else patience.stuck_s)


class OrderBuffer(Generic[T]):
    """Holds the items of one partition until all sources are past their time.

    Parameters
    ----------
    sources
        Number of sources, numbered from 0.
    patience
        How long they are waited for.
    wall
        Wall time of the beginning: seconds that only have to go forwards.
    most
        Items held at most.
    known
        What it was before a restart.

    Attributes
    ----------
    read
        Offset after the newest record taken, 0 for none.
    """

    def __init__(
        self,
        sources: int,
        patience: Patience,
        wall: float,
        most: int = MOST_HELD,
        known: BufferState = NOTHING,
    ) -> None:
        before = (*known.sources[:sources], *[SourceState()] * (sources - len(known.sources)))
        self._sources = [_Source(wall, source) for source in before]
        # As of the offset to resume from, and what was heard since, in which no item is left out or twice.
        self._past = [_Source(wall, source) for source in before]
        self._since: deque[tuple[int, Envelope]] = deque()
        self._patience = patience
        self._most = most
        self._held: list[tuple[Key, T]] = []
        # When items came, and of what time they are, for as long as one of them may be held.
        self._taken: deque[tuple[float, float]] = deque()
        # By offset, in order: how many of its items are held.
        self._open: dict[int, int] = {}
        self._reached = -inf if known.reached is None else known.reached
        self.read = known.offset

    def __len__(self) -> int:
        return len(self._held)

    @property
    def next_offset(self) -> int:
        """The offset to resume from: of the oldest record with an item that is still held."""
        return next(iter(self._open), self.read)

    @property
    def state(self) -> BufferState:
        """What has to be known to go on from the oldest record with an item that is still held."""
        offset = self.next_offset
        while self._since and self._since[0][0] < offset:
            _, envelope = self._since.popleft()
            source = self._past[envelope.source]
            source.hear(envelope, 0.0)
            for place in range(len(envelope.numbers)):
                source.is_new(envelope, place)
        reached = None if self._reached == -inf else self._reached
        return BufferState(offset, reached, tuple(source.state for source in self._past))

    @property
    def now(self) -> float:
        """The event time that is reached, -inf for none: an earlier item that is still to come is late."""
        return self._reached

    def take(self, offset: int, envelope: Envelope, items: Iterable[T], wall: float) -> None:
        """Take in a record of the partition; `items` are what it carries, of which only what is new is held."""
        self.read = offset + 1
        source = self._sources[envelope.source] if 0 <= envelope.source < len(self._sources) else None
        if source is not None:
            source.hear(envelope, wall)
            bare = structs.replace(envelope, assessments=(), complaints=())
            self._since.append((offset, bare))
        for place, item in enumerate(items):
            if source is not None and not source.is_new(envelope, place):
                continue
            heappush(self._held, (Key(item.at, item.thread_id, offset, place), item))
            self._open[offset] = self._open.get(offset, 0) + 1
            if self._patience.hold_s < inf:
                self._taken.append((wall, item.at))

    def change(self, instead: Callable[[T], T]) -> int:
        """Put something of the same time and thread in place of what is held; returns how many things changed."""
        before = self._held
        self._held = [(key, instead(item)) for key, item in before]
        return sum(new is not old for (_, new), (_, old) in zip(self._held, before, strict=True))

    def release(self, wall: float) -> list[tuple[Key, T]]:
        """Let go of what every source is past, of what is late, and of what was held long enough; in order."""
        free = self._free(wall)
        released = []
        while self._held and (self._held[0][0].at < free or len(self._held) > self._most):
            key, item = heappop(self._held)
            released.append((key, item))
            self._reached = max(self._reached, key.at)
            self._open[key.offset] -= 1
            if not self._open[key.offset]:
                del self._open[key.offset]
        return released

    def _free(self, wall: float) -> float:
        """The time before which nothing is held."""
        awaited = [source.now for source in self._sources if source.awaited(wall, self._patience)]
        reached = min(awaited) if awaited else max(source.now for source in self._sources)
        while self._taken and wall - self._taken[0][0] >= self._patience.hold_s:
            reached = max(reached, nextafter(self._taken.popleft()[1], inf))
        self._reached = max(self._reached, reached)
        return self._reached if awaited else inf
