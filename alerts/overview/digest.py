"""What a shift was like: for those who hand it over, and those who take it."""

import msgspec

from alerts.ledger import Entry
from alerts.overview.board import Board, Calendar, Shift, unanswered
from alerts.overview.spending import Spending, spending
from alerts.severity import Severity
from alerts.watchdog import OpsAlert


class Digest(msgspec.Struct, frozen=True):
    """A shift as of `at`, epoch seconds; before `end` it still runs.

    Attributes
    ----------
    on_call, next_on_call
        Keys of whom a page called as it began and calls in the next one, first called first.
    incidents
        All that were open at some time of the shift, worst peak first, without those that are part of another one.
    opened, resolved
        How many of them began in the shift, and how many ended.
    spending
        Its pages, by brand.
    missed
        Those that paged and that nobody answered.
    spared, held, snoozed
        Those that the budget kept from paging; whose page is kept back still; that are put off past the end.
    troubles
        What was wrong with the feed.
    """

    shift: str
    start: float
    end: float
    at: float
    on_call: tuple[str, ...]
    next_shift: str
    next_on_call: tuple[str, ...]
    incidents: tuple[Entry, ...]
    opened: int
    resolved: int
    spending: tuple[Spending, ...]
    missed: tuple[Entry, ...]
    spared: tuple[Entry, ...]
    held: tuple[Entry, ...]
    snoozed: tuple[Entry, ...]
    troubles: tuple[OpsAlert, ...]

    @property
    def running(self) -> bool:
        """Whether the shift is not over."""
        return self.at < self.end

    @property
    def key(self) -> str:
        """Names the message that tells of the shift."""
        return f"digest-{self.start:.0f}"

    @property
    def still_open(self) -> int:
        """How many incidents the next shift inherits."""
        return sum(entry.active for entry in self.incidents)

    @property
    def pages(self) -> int:
        """Pages of all brands."""
        return sum(one.pages for one in self.spending)


def digest(board: Board, calendar: Calendar, shift: Shift, now: float) -> Digest:
    """Say what a shift was like, or what it has been like until `now`."""
    end = min(shift.end, now)
    known = board.between(shift.start, end)
    ids = {entry.incident_id for entry in known}
    alone = [entry for entry in known if entry.parent not in ids]
    incidents = sorted(alone, key=lambda e: (e.peak.severity, e.active, e.peak.risk, e.opened_at), reverse=True)
    return Digest(
        shift=shift.name,
        start=shift.start,
        end=shift.end,
        at=now,
        on_call=calendar.on_call(shift.start),
        next_shift=calendar.shift(shift.end).name,
        next_on_call=calendar.on_call(shift.end),
        incidents=tuple(incidents),
        opened=sum(shift.start <= entry.opened_at < end for entry in incidents),
        resolved=sum(not entry.active for entry in incidents),
        spending=spending(board, shift.start, end),
        missed=tuple(entry for entry in incidents if unanswered(entry, shift.start, end)),
        spared=board.spared(shift.start, end),
        held=tuple(e for e in incidents if e.active and e.owed and e.held is not None and e.severity >= Severity.PAGE),
        snoozed=tuple(e for e in incidents if e.snooze is not None and e.active and e.snooze.until > shift.end),
        troubles=board.troubles(shift.start, end),
    )


def seconds_to_answer(entry: Entry) -> float | None:
    """How long the incident waited for somebody after it first paged, or began; None if nobody came."""
    if entry.first_handled_at is None:
        return None
    return max(0.0, entry.first_handled_at - (entry.pages[0] if entry.pages else entry.opened_at))
