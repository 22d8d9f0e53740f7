"""All incidents of all brands as they are now: what the status and the digest are read from."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from alerts.click import Silence
from alerts.ledger import Entry
from alerts.rules import Hold, Step
from alerts.severity import Severity
from alerts.watchdog import Health, OpsAlert

_MOST_OVER = 5000
_MOST_TROUBLES = 50
_ANSWERS = frozenset(("acknowledge", "resolve", "mute", "snooze_30m", "snooze_2h", "snooze_morning", "false_alarm"))


class Shift(Protocol):
    """A stretch of the desk's day; `start` and `end` are epoch seconds."""

    @property
    def name(self) -> str:
        """What the desk calls it."""

    @property
    def start(self) -> float:
        """When it begins."""

    @property
    def end(self) -> float:
        """When it is over, which is when the next begins."""


class Calendar(Protocol):
    """Who works when; people are keys of the desk file."""

    def shift(self, at: float, /) -> Shift:
        """The shift that `at` falls in."""

    def on_call(self, at: float, /) -> tuple[str, ...]:
        """The people that a page calls at `at`, first called first."""

    def hold(self, at: float, brand: str, /) -> Hold | None:
        """What the desk file keeps pages back for, if anything: quiet hours or a campaign."""


class OnCall(Calendar, Protocol):
    """A calendar that knows the on-call chain as well."""

    def chain(self, at: float, severity: Severity, /) -> tuple[Step, ...]:
        """Who is called at `at` for an incident of this severity."""


class BrandState(msgspec.Struct, frozen=True):
    """How a brand's pages are kept in bounds now.

    `threshold` is the risk from which a page opens, and `usual` the one that the desk file sets; they differ when the
    budget has moved it. `budget` is how many pages a shift may cost, None for any number. `silences` are the
    latest wishes for quiet, those that are over included or not.
    """

    threshold: float
    usual: float
    budget: int | None = None
    silences: tuple[Silence, ...] = ()


class Board:
    """What is known of every incident, kept up to date by whoever reads the ledger.

    Those that are over are kept until `forget`, and 5,000 at most: the ones that ended first go first.
    """

    def __init__(self) -> None:
        self._active: dict[str, Entry] = {}
        self._over: dict[str, Entry] = {}
        self._spared: dict[str, float] = {}
        self._states: dict[str, BrandState] = {}
        self._troubles: dict[str, OpsAlert] = {}
        self.health: Health | None = None
        """How the feed was when the watchdog looked last."""

    def put(self, key: str, entry: Entry | None) -> None:
        """Take in the ledger's entry under `key`, None when the ledger has forgotten it."""
        self._active.pop(key, None)
        self._over.pop(key, None)
        if entry is None:
            self._spared.pop(key, None)
            return
        if entry.judgement.spared:
            self._spared[key] = entry.assessment.at
        if entry.active:
            self._active[key] = entry
            return
        self._over[key] = entry
        if len(self._over) > _MOST_OVER:
            self._drop(min(self._over, key=lambda k: _ended(self._over[k])))

    def keep(self, brand: str, state: BrandState) -> None:
        """Take in how a brand's pages are kept in bounds now."""
        self._states[brand] = state

    def note(self, alert: OpsAlert) -> None:
        """Take in what the watchdog told; the latest of a trouble counts."""
        self._troubles.pop(alert.key, None)
        self._troubles[alert.key] = alert
        if len(self._troubles) > _MOST_TROUBLES:
            del self._troubles[next(iter(self._troubles))]

    def forget(self, before: float) -> None:
        """Let go of what was over before `before`, epoch seconds; call it with the start of the previous shift."""
        for key in [key for key, entry in self._over.items() if _ended(entry) < before]:
            self._drop(key)
        for key in [k for k, alert in self._troubles.items() if alert.event == "resolved" and alert.at < before]:
            del self._troubles[key]

    @property
    def brands(self) -> tuple[str, ...]:
        """Every brand that there is something to say of, in order of their names."""
        entries = (*self._active.values(), *self._over.values())
        return tuple(sorted(self._states.keys() | {entry.brand for entry in entries}))

    def state(self, brand: str) -> BrandState | None:
        """How a brand's pages are kept in bounds, None when that was never said."""
        return self._states.get(brand)

    def active(self, brand: str | None = None) -> tuple[Entry, ...]:
        """The incidents that are not over, of one brand or of all, worst first."""
        return worst_first(entry for entry in self._active.values() if brand in (None, entry.brand))

    def between(self, start: float, end: float) -> tuple[Entry, ...]:
        """The incidents that were open at some time from `start` up to `end`."""
        known = (*self._active.values(), *self._over.values())
        return tuple(entry for entry in known if entry.opened_at < end and (entry.active or _ended(entry) >= start))

    def spared(self, start: float, end: float) -> tuple[Entry, ...]:
        """The incidents that would have paged in that time if the budget had not moved the threshold, and did not."""
        keys = [key for key, at in self._spared.items() if start <= at < end]
        known = [entry for key in keys if (entry := self._active.get(key) or self._over.get(key)) is not None]
        return worst_first(entry for entry in known if not paged(entry, start, end))

    def troubles(self, start: float, end: float) -> tuple[OpsAlert, ...]:
        """What was wrong with the feed at some time from `start` up to `end`, in order of beginning."""
        found = [a for a in self._troubles.values() if a.since < end and (a.event != "resolved" or a.at >= start)]
        return tuple(sorted(found, key=lambda alert: alert.since))

    def _drop(self, key: str) -> None:
        del self._over[key]
        self._spared.pop(key, None)


def worst_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Put incidents in the order that a person should look at them: worst, waiting for somebody, likeliest, newest."""
    return tuple(
        sorted(entries, key=lambda e: (e.severity, e.unattended, e.assessment.risk, e.opened_at), reverse=True)
    )


def paged(entry: Entry, start: float, end: float) -> int:
    """How often an incident paged from `start` up to `end`."""
    return sum(start <= at < end for at in entry.pages)


def unanswered(entry: Entry, start: float, end: float) -> bool:
    """Whether the last page of that time was answered by nobody: not acknowledged, put off nor resolved since."""
    pages = [at for at in entry.pages if start <= at < end]
    if not pages or (entry.handled is not None and entry.handled.at >= pages[-1]):
        return False
    return not any(deed.at >= pages[-1] and deed.action in _ANSWERS for deed in entry.deeds)


def _ended(entry: Entry) -> float:
    return entry.assessment.at if entry.resolved_at is None else entry.resolved_at
