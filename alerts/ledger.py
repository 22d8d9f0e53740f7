"""The incident ledger: what is remembered of an incident between two assessments."""

import json
from hashlib import blake2b
from typing import Literal

import msgspec

from alerts.severity import Severity

VERSION = 1


class LedgerError(ValueError):
    """An entry that this version cannot read; what it says names what it found."""


class Told(msgspec.Struct, frozen=True):
    """What the incident's message says since its last edit, which happened at `at`."""

    at: float
    risk: float
    shares: int
    conduct: tuple[str, ...]


class Peak(msgspec.Struct, frozen=True):
    """The worst an incident has been, each figure on its own."""

    severity: Severity
    risk: float
    shares: int


class Entry(msgspec.Struct, frozen=True):
    """One incident: a thread that people were told about. Times are epoch seconds of event time.

    Attributes
    ----------
    ordinal
        Which incident of its thread this is, from 1; a thread that flares up again gets the next one.
    revision
        Number of things told so far, from 1; orders the edits of the message.
    severity
        As people were told.
    band
        The band of the risk alone, for hysteresis.
    below_since, below_peak
        Since when the thread is judged milder than `severity`, and the worst judgement since.
    calm_since
        Since when nothing is wrong with the thread.
    loud, loud_at
        The severity that people were last notified of, and when.
    owed
        The severity came back silently after `loud_at`, so people are owed a notification if it stays.
    """

    brand: str
    thread_id: str
    ordinal: int
    state: Literal["open", "resolved"]
    revision: int
    severity: Severity
    band: Severity | None
    opened_at: float
    told: Told
    peak: Peak
    loud: Severity
    loud_at: float
    owed: bool = False
    below_since: float | None = None
    below_peak: Severity | None = None
    calm_since: float | None = None
    version: int = VERSION

    @property
    def incident_id(self) -> str:
        """The same for the same brand, thread and ordinal, wherever and whenever it is computed."""
        return incident_id(self.brand, self.thread_id, self.ordinal)

    @property
    def alert_id(self) -> str:
        """The incident and the revision of what was told last."""
        return f"{self.incident_id}-{self.revision}"


def incident_id(brand: str, thread_id: str, ordinal: int) -> str:
    """Derive the id of a thread's `ordinal`-th incident.

    It is a hash because a thread id is foreign text of any length, and this one goes into messages and URLs.
    """
    return blake2b(json.dumps((brand, thread_id, ordinal)).encode(), digest_size=8).hexdigest()


class _Versioned(msgspec.Struct):
    version: int


_encoder = msgspec.json.Encoder()
_version = msgspec.json.Decoder(_Versioned)
_entry = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """Serialise an entry, for a table or a topic."""
    return _encoder.encode(entry)


def decode(raw: bytes) -> Entry:
    """Read back what `encode` wrote.

    Raises
    ------
    LedgerError
        When it is of another version, or no entry at all; an old entry is never misread.
    """
    try:
        version = _version.decode(raw).version
        if version != VERSION:
            raise LedgerError(f"ledger entry of version {version}; this service reads version {VERSION}")
        return _entry.decode(raw)
    except msgspec.MsgspecError as error:
        raise LedgerError(f"not a ledger entry: {error}") from error
