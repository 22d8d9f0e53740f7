"""One message of the outbox: what it is to show, whom it still has to interrupt, and who waits for that."""

from dataclasses import dataclass
from typing import NamedTuple

from alerts.slack.delivery.parcel import Parcel
from alerts.slack.delivery.store import MOST_PINGS, Delivered


@dataclass(eq=False)
class Ticket:
    """Somebody waits for a revision to be shown, and to have interrupted people if it does that.

    `shows` says that it has to be shown; something newer will do instead. `since` is when it was handed in.
    """

    revision: int
    interrupts: bool
    since: float
    shows: bool = True


class Done(NamedTuple):
    """A ticket that nobody needs to wait for any more, and how it ended."""

    ticket: Ticket
    result: str


class Owed(NamedTuple):
    """An interruption that has not happened yet, and since when it waits."""

    parcel: Parcel
    since: float


class Setback(NamedTuple):
    """Something that failed `tries` times in a row, and is to wait until `not_before`."""

    not_before: float
    tries: int


class Waiting:
    """A message with something left to do. Only the newest state is kept, but every interruption.

    Attributes
    ----------
    place
        Where the message is; None before it is posted, and after somebody removed it.
    newest
        The newest state that was handed in since.
    owed
        Interruptions by revision.
    unsure
        The message may have been posted though nobody here knows; `unsure_ping` says that of an interruption.
    seek_from
        Since when either may have happened, epoch seconds; one at or before `after` is not meant.
    busy
        A request on it is under way.
    draws, drawing
        A picture is worth drawing, and is being drawn.
    setbacks
        By kind of job, when to try again after failures, and how many there were in a row.
    plain
        How much was left out since Slack refused what it was sent: 1 the picture, 2 all but the text.
    """

    def __init__(self, key: str, place: Delivered | None) -> None:
        self.key = key
        self.place = place
        self.pings = place.pings if place is not None else ()
        self.called = place.called if place is not None else ()
        self.newest: Parcel | None = None
        self.since = 0.0
        self.feedback = False
        self.owed: dict[int, Owed] = {}
        self.tickets: list[Ticket] = []
        self.unsure = False
        self.unsure_ping = False
        self.seek_from = float("inf")
        self.after = 0.0
        self.removed = False
        self.busy = False
        self.setbacks: dict[str, Setback] = {}
        self.plain = 0
        self.given_up = 0
        self.chart = place.chart if place is not None else None
        self.draws = False
        self.drawing = False

    @property
    def shown(self) -> int:
        """The revision that the message shows, 0 for none."""
        return self.place.revision if self.place is not None else 0

    @property
    def stale(self) -> bool:
        """Whether something newer than shown waits to be shown."""
        return self.newest is not None and self.newest.revision > max(self.shown, self.given_up)

    @property
    def bare(self) -> bool:
        """Whether a picture waits that the message does not show yet."""
        return self.place is not None and self.newest is not None and self.chart not in (None, self.place.chart)

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to do."""
        return not (self.tickets or self.busy or self.draws or self.drawing or self.bare)

    def accept(self, parcel: Parcel, now: float) -> tuple[Ticket, list[Done]]:
        """Take something in; what nobody needs to see any more is done at once."""
        ticket = Ticket(parcel.revision, parcel.interrupts, now)
        done: list[Done] = []
        if parcel.revision > max(self.shown, self.given_up, self.newest.revision if self.newest is not None else 0):
            self.since = self.since if self.stale else now
            self.newest = parcel
            self.feedback = self.feedback or parcel.feedback
            done += self._superseded()
        if parcel.amends:
            self.owed = {each: owed._replace(parcel=owed.parcel.amended(parcel)) for each, owed in self.owed.items()}
        moot = self._moot(parcel)
        if parcel.interrupts and not moot and not self.interrupted(parcel.revision):
            self.owed.setdefault(parcel.revision, Owed(parcel, now))
        self.tickets.append(ticket)
        if self._finished(ticket):
            self.tickets.remove(ticket)
            done.append(Done(ticket, "moot" if moot and not self.interrupted(parcel.revision) else "stale"))
        return ticket, done

    def interrupted(self, revision: int) -> bool:
        """Whether a revision has interrupted people already."""
        return revision in self.pings or (len(self.pings) == MOST_PINGS and revision < self.pings[0])

    def interrupt(self, revisions: tuple[int, ...], who: tuple[str, ...]) -> None:
        """Note that people were interrupted."""
        self.pings = tuple(sorted({*self.pings, *revisions}))[-MOST_PINGS:]
        self.called = who or self.called
        for revision in revisions:
            self.owed.pop(revision, None)
        if not self.owed:
            self.unsure_ping = False

    def show(self, channel: str, ts: str, parcel: Parcel, chart: str | None) -> Delivered:
        """Note what the message shows, and where it is."""
        self.place = Delivered(channel, ts, parcel.revision, self.pings, self.called, parcel.settled_at, chart)
        self.feedback = self.feedback and self.stale
        return self.place

    def release(self, result: str) -> list[Done]:
        """Let those go who have nothing left to wait for."""
        done = [Done(ticket, result) for ticket in self.tickets if self._finished(ticket)]
        self.tickets = [ticket for ticket in self.tickets if not self._finished(ticket)]
        return done

    def _superseded(self) -> list[Done]:
        moot = {revision for revision, owed in self.owed.items() if self._moot(owed.parcel)}
        for revision in moot:
            del self.owed[revision]
        for ticket in self.tickets:
            ticket.shows = False
        gone = [ticket for ticket in self.tickets if self._finished(ticket)]
        self.tickets = [ticket for ticket in self.tickets if ticket not in gone]
        return [Done(ticket, "moot" if ticket.revision in moot else "coalesced") for ticket in gone]

    def _finished(self, ticket: Ticket) -> bool:
        if ticket.interrupts and ticket.revision in self.owed:
            return False
        return not (ticket.shows and self.stale and self.newest is not None and ticket.revision == self.newest.revision)

    def _moot(self, parcel: Parcel) -> bool:
        """Whether somebody took the incident on, put it off or ended it after this was to interrupt people."""
        if self.newest is not None and self.newest.revision > parcel.revision:
            return parcel.at < self.newest.settled_at
        return self.place is not None and self.shown > parcel.revision and parcel.at < self.place.settled_at
