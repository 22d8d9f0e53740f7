"""What is written down of brands and incidents, and read back after a restart."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec
import structlog

from alerts.event import Notification
from alerts.ledger import Entry, LedgerError
from alerts.ledger import decode as decode_entry
from scoring.unreadable import UNREADABLE
from scoring.verdicts import Verdict
from streams.incident_ledger import BETWEEN
from streams.order import BufferState, Key

T = TypeVar("T")

VERSION = 1
"""Of `DecidedSeal`."""

_log = structlog.get_logger("brandmelder.deciding")


class Mark(msgspec.Struct, frozen=True):
    """Which assessments the rows of a partition contain: of those before offset `read`, all that come up to `last`."""

    read: int
    last: Key

    def contains(self, key: Key) -> bool:
        """Whether an assessment is one of them."""
        return key.offset < self.read and key <= self.last


class DecidedSeal(msgspec.Struct, frozen=True):
    """What seals the rows of a partition: how far it is with what they are made of.

    Attributes
    ----------
    buffer
        How the order is kept among the assessments, from which offset on they are to be read again.
    mark
        Which of those the rows contain.
    clicks
        The offset of the next click.
    """

    buffer: BufferState = BufferState()
    mark: Mark | None = None
    clicks: int = 0
    version: int = VERSION


class IncidentRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row of the topic `incidents` about a thread, keyed by brand and thread.

    A row that is about a brand has the brand as its key, and is its state.

    What was decided along with the entry and may not have arrived yet, `unsent` and `verdicts`, is in the same record:
    a crash loses both or none.
    """

    entry: Entry
    unsent: tuple[Notification, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


class _IncidentRow(msgspec.Struct):
    entry: msgspec.Raw
    unsent: msgspec.Raw = msgspec.Raw(b"[]")
    verdicts: tuple[Verdict, ...] = ()


_incident = msgspec.json.Decoder(_IncidentRow)
_unsent = msgspec.json.Decoder(tuple[Notification, ...])
_seal = msgspec.json.Decoder(DecidedSeal)


def read_incident(raw: bytes) -> IncidentRow:
    """Read a row of the topic `incidents`.

    Raises
    ------
    LedgerError
        If it is of another version, or no such row.
    """
    try:
        row = _incident.decode(raw)
        entry = decode_entry(bytes(row.entry))
        return IncidentRow(entry, _unsent.decode(row.unsent), row.verdicts)
    except UNREADABLE as error:
        raise LedgerError(f"no row of an incident: {error}") from error


def read_seal(raw: bytes | None) -> DecidedSeal:
    """Read what seals a partition's rows.

    Of a partition that has none, or whose is of another version, nothing is known: all is decided anew, by what the
    entries themselves know.
    """
    if raw is None:
        return DecidedSeal()
    try:
        seal = _seal.decode(raw)
    except UNREADABLE as error:
        _log.error("how far decisions are cannot be read", error=type(error).__name__)
        return DecidedSeal()
    return seal if seal.version == VERSION else DecidedSeal()


def is_brand(key: str) -> bool:
    """Whether a row is about a brand, not about one of its threads."""
    return BETWEEN not in key


def brand_of(key: str) -> str:
    """The brand that a row is about, or whose thread."""
    return key.partition(BETWEEN)[0]


def readable(
    rows: Iterable[tuple[str, bytes]], read: Callable[[bytes], T], lost: Callable[[], None]
) -> Iterator[tuple[str, T]]:
    """Read rows; one that cannot be read is as good as absent, and said once: it must not stop what can be read."""
    for key, raw in rows:
        try:
            row = read(raw)
        except LedgerError as error:
            _log.error("a row cannot be read and is left out", brand=brand_of(key), error=str(error))
            lost()
            continue
        yield key, row
