"""What is written down of brands and incidents, and read back after a restart."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec
import structlog

from alerts.event import Notification
from alerts.incidents import BrandState, decode_state
from alerts.ledger import Entry, LedgerError
from alerts.ledger import decode as decode_entry
from scoring.verdicts import Verdict
from streams.order import Key

T = TypeVar("T")

_log = structlog.get_logger("brandmelder.deciding")


class Mark(msgspec.Struct, frozen=True):
    """Which assessments a brand's state contains: of those before offset `read`, all that come up to `last`."""

    read: int
    last: Key

    def contains(self, key: Key) -> bool:
        """Whether an assessment is one of them."""
        return key.offset < self.read and key <= self.last


class BrandRow(msgspec.Struct, frozen=True):
    """A row of the topic `brands`, keyed by brand."""

    state: BrandState
    mark: Mark | None = None


class IncidentRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row of the topic `incidents`, keyed by brand and thread.

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


class _BrandRow(msgspec.Struct):
    state: msgspec.Raw
    mark: Mark | None = None


_incident = msgspec.json.Decoder(_IncidentRow)
_unsent = msgspec.json.Decoder(tuple[Notification, ...])
_brand = msgspec.json.Decoder(_BrandRow)


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
    except msgspec.MsgspecError as error:
        raise LedgerError(f"no row of an incident: {error}") from error


def read_brand(raw: bytes) -> BrandRow:
    """Read a row of the topic `brands`.

    Raises
    ------
    LedgerError
        If it is of another version, or no such row.
    """
    try:
        row = _brand.decode(raw)
    except msgspec.MsgspecError as error:
        raise LedgerError(f"no row of a brand: {error}") from error
    return BrandRow(decode_state(bytes(row.state)), row.mark)


def brand_of(key: str) -> str:
    """The brand that a row of either topic is about."""
    return key.partition("\x1f")[0]


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
