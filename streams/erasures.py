"""Wishes to be forgotten on their way through the topic `erasures`, and what came of them.

A wish goes to every partition. Whoever has that partition of the mentions forgets what its threads know, and passes
the wish on to whoever decides about brands behind all that was said until then, so that nothing comes in after it.
Names are at rest as short hashes only.
"""

from collections.abc import Iterable

import msgspec

from scoring.names import short
from scoring.people import People


class Erasure(msgspec.Struct, frozen=True, tag="erasure"):
    """A wish, expressed `at` (epoch seconds), that whoever has these short names be forgotten."""

    id: str
    at: float
    names: tuple[bytes, ...]

    @property
    def people(self) -> People:
        """Who is to be forgotten."""
        return People(self.names)


class ThreadsErased(msgspec.Struct, frozen=True, tag="threads"):
    """A partition of the mentions has forgotten: so many live `threads` knew them."""

    id: str
    partition: int
    threads: int


class IncidentsErased(msgspec.Struct, frozen=True, tag="incidents"):
    """A partition of the assessments has forgotten, after the source behind which the wish came.

    `incidents` spoke of them, of which `open` are not over, and so did `texts` that are remembered besides, and so many
    things `waiting` to be decided on.
    """

    id: str
    source: int
    partition: int
    incidents: int
    open: int
    texts: int
    waiting: int


Record = Erasure | ThreadsErased | IncidentsErased

_encode = msgspec.json.Encoder().encode
_record: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def write(record: Record) -> bytes:
    """Return the bytes of a record of the topic."""
    return _encode(record)


def read(raw: bytes) -> Record | None:
    """Read a record of the topic; None for what is none."""
    try:
        return _record.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def erasure_of(id_: str, at: float, names: Iterable[str]) -> Erasure:
    """Make a wish of names, which it does not contain."""
    return Erasure(id_, at, tuple(sorted({short(name) for name in names})))


class Tally:
    """What came of a wish: who has answered, and what they found.

    Attributes
    ----------
    threads, incidents, open, texts, waiting
        What was found and is forgotten.
    """

    def __init__(self, id_: str, partitions: int) -> None:
        self._id = id_
        self._threads = set(range(partitions))
        self._incidents = {(source, partition) for source in range(partitions) for partition in range(partitions)}
        self._expected = len(self._threads) + len(self._incidents)
        self.threads = self.incidents = self.open = self.texts = self.waiting = 0

    @property
    def left(self) -> int:
        """How many answers are missing."""
        return len(self._threads) + len(self._incidents)

    @property
    def answered(self) -> int:
        """How many answers have come."""
        return self._expected - self.left

    @property
    def expected(self) -> int:
        """How many answers there will be."""
        return self._expected

    def add(self, record: Record | None) -> None:
        """Take an answer; one that comes again, after a crash, tells nothing new."""
        if isinstance(record, ThreadsErased) and record.id == self._id and record.partition in self._threads:
            self._threads.remove(record.partition)
            self.threads += record.threads
        elif isinstance(record, IncidentsErased) and record.id == self._id:
            answer = (record.source, record.partition)
            if answer in self._incidents:
                self._incidents.remove(answer)
                self.incidents += record.incidents
                self.open += record.open
                self.texts += record.texts
                self.waiting += record.waiting
