"""The incident ledger: what is remembered of an incident between two decisions."""

import json
from hashlib import blake2b
from typing import Literal, TypeVar

import msgspec

from alerts.rules import Hold
from alerts.severity import Judgement, Severity
from scoring.assessment import Assessment
from scoring.unreadable import UNREADABLE
from scoring.verdicts import Judgement as VerdictWord

VERSION = 2

State = Literal["open", "reopened", "acknowledged", "snoozed", "resolved"]
"""Reopened is open again after it had resolved; both wait for somebody. All but resolved are active."""

Kind = Literal["thread", "group", "storm"]
"""One thread; several that say the same; or many complaints about a brand at once."""

MOST_DEEDS, MOST_MEMBERS, MOST_PAGES = 12, 50, 50


class LedgerError(ValueError):
    """An entry that this version cannot read; what it says names what it found."""


class Told(msgspec.Struct, frozen=True):
    """What the incident's message says since its last edit, which happened at `at`."""

    at: float
    risk: float
    shares: int
    conduct: tuple[str, ...]
    threads: int = 1


class Peak(msgspec.Struct, frozen=True):
    """The worst an incident has been, each figure on its own."""

    severity: Severity
    risk: float
    shares: int


class Deed(msgspec.Struct, frozen=True):
    """Who did what to the incident, and when; `id` is that of the click, so that a repeat is known."""

    at: float
    by: str
    action: str
    id: str


class Handled(msgspec.Struct, frozen=True):
    """Who took the incident on, and how bad it was then: only worse than that interrupts again."""

    by: str
    at: float
    severity: Severity
    reminded_at: float | None = None


class Snooze(msgspec.Struct, frozen=True):
    """Quiet until `until`, by whom, and how bad it was then.

    Worse than `severity` interrupts all the same; of a `mute`, only what becomes critical does.
    """

    by: str
    at: float
    until: float
    severity: Severity
    shares: int
    mute: bool = False


class Member(msgspec.Struct, frozen=True):
    """A thread of an incident as it was assessed last, `at`; it `began` with its first post, by `author`.

    A complaint of a storm that was never scored has no risk.
    """

    thread_id: str
    began: float
    at: float
    severity: Severity | None
    risk: float
    shares: int
    excerpt: str
    url: str | None
    author: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One incident. Times are epoch seconds of event time.

    Attributes
    ----------
    thread_id, ordinal
        The thread that it began with, and which incident of that thread it is, from 1. They name the incident.
    revision
        Number of things told so far, from 1; orders the edits of the message.
    severity
        As people were told.
    judgement, assessment
        The latest, on the thread that the incident is about now; the worst one where there are several.
    band
        The band of the risk alone, for hysteresis.
    rising_since
        Since when it is judged worth a page that waits for being more than a blip.
    below_since, below_peak
        Since when it is judged milder than `severity`, and the worst judgement since.
    calm_since
        Since when nothing is wrong.
    loud, loud_at
        The severity that people were last interrupted for, and when.
    owed
        People are owed a page: it came back silently, or was held back.
    held
        What holds the owed page back, None for nothing but time.
    chain_at, chain_step
        When the climb up the on-call chain began, None when nobody is being called, and how many steps are done.
    handled, snooze
        Who acknowledged it, and who put it off until when.
    resolved_at, resolved_by
        When it ended; by whom, None for by itself.
    calm_after
        It was calm once after somebody resolved it, so whatever comes is new.
    pages
        When people were paged, oldest first.
    members
        The threads, worst first, at most 50; `threads` counts all of them.
    parent
        Id of the storm that it is part of.
    """

    brand: str
    thread_id: str
    ordinal: int
    state: State
    revision: int
    severity: Severity
    band: Severity | None
    judgement: Judgement
    assessment: Assessment
    opened_at: float
    told: Told
    peak: Peak
    kind: Kind = "thread"
    loud: Severity | None = None
    loud_at: float = 0.0
    owed: bool = False
    held: Hold | None = None
    rising_since: float | None = None
    below_since: float | None = None
    below_peak: Severity | None = None
    calm_since: float | None = None
    chain_at: float | None = None
    chain_step: int = 0
    handled: Handled | None = None
    first_handled_at: float | None = None
    snooze: Snooze | None = None
    resolved_at: float | None = None
    resolved_by: str | None = None
    calm_after: bool = False
    verdict: VerdictWord | None = None
    pages: tuple[float, ...] = ()
    deeds: tuple[Deed, ...] = ()
    members: tuple[Member, ...] = ()
    threads: int = 1
    parent: str | None = None
    version: int = VERSION

    @property
    def incident_id(self) -> str:
        """The same for the same brand, thread and ordinal, wherever and whenever it is computed."""
        return incident_id(self.brand, self.thread_id, self.ordinal)

    @property
    def alert_id(self) -> str:
        """The incident and the revision of what was told last."""
        return f"{self.incident_id}-{self.revision}"

    @property
    def active(self) -> bool:
        """Whether it is not over yet."""
        return self.state != "resolved"

    @property
    def unattended(self) -> bool:
        """Whether it waits for somebody to take it on."""
        return self.state in ("open", "reopened")


def incident_id(brand: str, thread_id: str, ordinal: int) -> str:
    """Derive the id of a thread's `ordinal`-th incident.

    It is a hash because a thread id is foreign text of any length, and this one goes into messages and URLs.
    """
    return blake2b(json.dumps((brand, thread_id, ordinal)).encode(), digest_size=8).hexdigest()


class _Versioned(msgspec.Struct):
    version: int


T = TypeVar("T")

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
    return read_versioned(raw, _entry, VERSION, "ledger entry")


def read_versioned(raw: bytes, decoder: msgspec.json.Decoder[T], version: int, name: str) -> T:
    """Read what says which version it is of, and nothing of another one.

    Raises
    ------
    LedgerError
        When it is of another version, or no `name` at all.
    """
    try:
        found = _version.decode(raw).version
        if found != version:
            raise LedgerError(f"{name} of version {found}; this service reads version {version}")
        return decoder.decode(raw)
    except UNREADABLE as error:
        raise LedgerError(f"not a {name}: {error}") from error
