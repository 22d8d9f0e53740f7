"""What waits for Slack, and what goes first. Pure: time comes in, jobs come out, and what became of them comes in."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from msgspec.structs import replace

from alerts.slack.parcel import Parcel
from alerts.slack.store import Delivered
from alerts.slack.waiting import Done, Setback, Ticket, Waiting

Lane = Literal["post", "edit", "look", "draw"]
"""What is done one after another: new messages and interruptions; edits; looking messages up; pictures."""

Kind = Literal["post", "ping", "edit", "look", "look_replies", "draw"]

_LANES: dict[Kind, Lane] = {
    "post": "post",
    "ping": "post",
    "edit": "edit",
    "look": "look",
    "look_replies": "look",
    "draw": "draw",
}
_MOST_DRAWN = 1000


class Job(NamedTuple):
    """One thing to do at Slack.

    `parcel` is what to show, of a ping the worst of what it interrupts for; `owed` are the revisions that it
    interrupts people for, and `who` all of those. A look is for several `keys` at once, and goes back to `seek_from`,
    epoch seconds; what is at or before `after` is not meant.
    """

    kind: Kind
    keys: tuple[str, ...]
    parcel: Parcel | None = None
    owed: tuple[int, ...] = ()
    who: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    place: Delivered | None = None
    chart: str | None = None
    plain: int = 0
    seek_from: float = 0.0

    @property
    def key(self) -> str:
        """The message that it is about."""
        return self.keys[0]

    @property
    def shown(self) -> Parcel:
        """What it shows."""
        assert self.parcel is not None, "a look shows nothing"
        return self.parcel


class Found(NamedTuple):
    """A message that was looked up: where it is, what it shows, and for what it interrupted people."""

    channel: str
    ts: str
    revision: int
    pings: tuple[int, ...] = ()


class Backlog:
    """Messages with something left to do, by key; there are as many as incidents, however much is handed in.

    Interruptions go first, the worst before the oldest; then what somebody's click changed, new messages, edits, and
    pictures; of equals the oldest. A picture is drawn at most every `chart_every_s` seconds for a message.
    """

    def __init__(self, chart_every_s: float | None = 600.0) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._chart_every_s = chart_every_s
        self._drawn: dict[str, float] = {}
        self._no_charts_before = float("-inf")

    def __len__(self) -> int:
        return sum(1 for one in self._waiting.values() if one.tickets)

    def oldest(self) -> float | None:
        """Since when somebody waits longest, None when nobody does."""
        return min((ticket.since for one in self._waiting.values() for ticket in one.tickets), default=None)

    def add(
        self, parcel: Parcel, place: Delivered | None, now: float, seek_from: float, *, again: bool = False
    ) -> tuple[Ticket, list[Done]]:
        """Take something to deliver.

        Parameters
        ----------
        parcel
            What to deliver, in any order of revisions.
        place
            The message as the store knows it.
        now
            Seconds of a clock that never goes back.
        seek_from
            When the message may have been posted at the earliest, epoch seconds.
        again
            It was handed in before, to an outbox that is gone: look before posting.
        """
        one = self._waiting.get(parcel.key)
        new = one is None
        if one is None:
            one = self._waiting[parcel.key] = Waiting(parcel.key, place)
        ticket, done = one.accept(parcel, now)
        if one.place is None and (again or (new and parcel.revision > 1)):
            one.unsure = True
        if again and one.owed:
            one.unsure_ping = True
        if one.unsure or one.unsure_ping:
            one.seek_from = min(one.seek_from, seek_from)
        self._tidy(one)
        return ticket, done

    def take(self, lane: Lane, now: float) -> Job | None:
        """What to do next, None when there is nothing that could be done now."""
        ready = [one for one in self._candidates(lane) if _not_before(one, lane) <= now]
        if not ready:
            return None
        if lane == "look":
            return _look(ready)
        one = min(ready, key=_ORDER[lane])
        if lane == "draw":
            return self._draw(one, now)
        one.busy = True
        return _edit(one) if lane == "edit" else _aloud(one)

    def wake_at(self, lane: Lane) -> float | None:
        """When the next job can be done at the earliest, None when there is none."""
        return min((_not_before(one, lane) for one in self._candidates(lane)), default=None)

    def posted(self, job: Job, channel: str, ts: str, now: float) -> tuple[Delivered, list[Done]]:
        """Note that a message was posted."""
        one = self._back(job)
        one.interrupt(job.owed, job.who)
        result = "reposted" if one.removed else "posted"
        one.removed = False
        return self._shown(one, job, channel, ts, now, result)

    def edited(self, job: Job, now: float) -> tuple[Delivered, list[Done]]:
        """Note that a message was edited."""
        one = self._back(job)
        assert job.place is not None, "only a message can be edited"
        return self._shown(one, job, job.place.channel, job.place.ts, now, "updated")

    def pinged(self, job: Job) -> tuple[Delivered, list[Done]]:
        """Note that people were interrupted by a reply."""
        one = self._back(job)
        assert one.place is not None, "only a message can be replied to"
        one.interrupt(job.owed, job.who)
        one.place = replace(one.place, pings=one.pings, called=one.called)
        return one.place, self._done(one, job, "pinged")

    def looked(self, job: Job, found: Mapping[str, Found]) -> list[tuple[str, Delivered, list[Done]]]:
        """Note which messages there were after all; the others can be posted without a doubt."""
        healed = []
        for key in job.keys:
            one = self._waiting[key]
            one.busy = one.unsure = False
            one.setbacks.pop(_LANES["look"], None)
            known = found.get(key)
            if known is not None and float(known.ts) > one.after:
                one.interrupt(known.pings, ())
                one.place = Delivered(known.channel, known.ts, known.revision, one.pings, one.called)
                one.unsure_ping = bool(one.owed)
                healed.append((key, one.place, self._done(one, job, "healed")))
            else:
                one.unsure_ping = False
        return healed

    def looked_replies(self, job: Job, pings: Iterable[int]) -> tuple[Delivered, list[Done]]:
        """Note which interruptions happened after all."""
        one = self._back(job)
        assert one.place is not None, "only a message has replies"
        one.interrupt(tuple(pings), ())
        one.unsure_ping = False
        one.place = replace(one.place, pings=one.pings)
        return one.place, self._done(one, job, "healed")

    def drawn(self, job: Job, chart: str | None) -> None:
        """Note the picture that a message is to show from now on; None for none that could be had."""
        one = self._waiting[job.key]
        one.drawing = False
        one.chart = chart if chart is not None and one.place is not None else one.chart
        self._tidy(one)

    def no_charts_before(self, then: float) -> None:
        """Draw nothing until then."""
        self._no_charts_before = then
        for one in list(self._waiting.values()):
            one.draws = False
            self._tidy(one)

    def retry(self, job: Job, not_before: float, *, unsure: bool = False, seek_from: float = 0.0) -> None:
        """Put a job back that failed for now. If it is `unsure` whether Slack did it, look before doing it again."""
        for key in job.keys:
            one = self._waiting[key]
            one.busy = False
            one.setbacks[_LANES[job.kind]] = Setback(not_before, self.tries(job) + 1)
            if unsure:
                one.unsure = one.unsure or job.kind == "post"
                one.unsure_ping = one.unsure_ping or bool(job.owed)
                one.seek_from = min(one.seek_from, seek_from)

    def tries(self, job: Job) -> int:
        """How often it failed in a row."""
        setback = self._waiting[job.key].setbacks.get(_LANES[job.kind])
        return setback.tries if setback is not None else 0

    def untouched(self, job: Job) -> None:
        """Put a job back that Slack did not look at."""
        for key in job.keys:
            self._waiting[key].busy = False

    def removed(self, job: Job) -> None:
        """Post a message anew that somebody has removed, unless that was done and nobody here knows."""
        one = self._back(job)
        assert one.place is not None, "only a message can be removed"
        one.after = one.seek_from = float(one.place.ts)
        one.unsure = one.removed = True
        one.place, one.chart, one.given_up = None, None, 0
        if one.newest is None:  # all there is to show is what people are to be interrupted for
            one.newest = max((owed.parcel for owed in one.owed.values()), key=lambda parcel: parcel.revision)

    def simpler(self, job: Job, result: str) -> list[Done]:
        """Leave out more of what Slack refused, and give up when there is nothing left to leave out."""
        one = self._back(job)
        if job.plain < 2:
            one.plain = 1 if job.chart is not None and job.plain == 0 else 2
            one.chart = None
            self._tidy(one)
            return []
        one.plain = 0
        for revision in job.owed:
            one.owed.pop(revision, None)
        if job.kind != "ping":
            one.given_up = job.shown.revision
        return self._done(one, job, result)

    def _draw(self, one: Waiting, now: float) -> Job:
        one.draws, one.drawing = False, True
        self._drawn.pop(one.key, None)
        self._drawn[one.key] = now
        while len(self._drawn) > _MOST_DRAWN:
            del self._drawn[next(iter(self._drawn))]
        return Job("draw", (one.key,), one.newest)

    def _shown(
        self, one: Waiting, job: Job, channel: str, ts: str, now: float, result: str
    ) -> tuple[Delivered, list[Done]]:
        place = one.show(channel, ts, job.shown, job.chart)
        one.draws = self._worth_drawing(job.shown, now)
        return place, self._done(one, job, result)

    def _worth_drawing(self, parcel: Parcel, now: float) -> bool:
        if self._chart_every_s is None or not parcel.charted or now < self._no_charts_before:
            return False
        return now >= self._drawn.get(parcel.key, float("-inf")) + self._chart_every_s

    def _back(self, job: Job) -> Waiting:
        one = self._waiting[job.key]
        one.busy = False
        return one

    def _done(self, one: Waiting, job: Job, result: str) -> list[Done]:
        one.setbacks.pop(_LANES[job.kind], None)
        one.plain = 0
        done = one.release(result)
        self._tidy(one)
        return done

    def _tidy(self, one: Waiting) -> None:
        if one.idle:
            self._waiting.pop(one.key, None)

    def _candidates(self, lane: Lane) -> list[Waiting]:
        free = [one for one in self._waiting.values() if not one.busy]
        if lane == "post":
            return [
                one
                for one in free
                if (
                    not one.unsure and (one.stale or one.owed)
                    if one.place is None
                    else one.owed and not one.unsure_ping
                )
            ]
        if lane == "edit":
            # Whoever is to be interrupted is, before anything else is done about that incident.
            return [one for one in free if one.place is not None and not one.owed and (one.stale or one.bare)]
        if lane == "look":
            return [one for one in free if (one.unsure if one.place is None else one.owed and one.unsure_ping)]
        if any(one.owed for one in self._waiting.values()):
            return []  # drawing takes the machine's time, and people are being called
        return [one for one in free if one.draws]


def _not_before(one: Waiting, lane: Lane) -> float:
    setback = one.setbacks.get(lane)
    return setback.not_before if setback is not None else float("-inf")


def _post_order(one: Waiting) -> tuple[float, ...]:
    if one.owed:
        return 0, -max(owed.parcel.rank for owed in one.owed.values()), min(owed.since for owed in one.owed.values())
    return 1, 0, one.since


def _edit_order(one: Waiting) -> tuple[float, ...]:
    return 0 if one.stale and one.feedback else 1 if one.stale else 2, one.since


_ORDER = {"post": _post_order, "edit": _edit_order, "draw": _edit_order}


def _aloud(one: Waiting) -> Job:
    """Post a message, or reply to it; either names all that wait to be interrupted for it."""
    owed = sorted(one.owed.values(), key=lambda owed: owed.parcel.revision)
    who = tuple(dict.fromkeys(name for each in owed for name in each.parcel.who))
    revisions = tuple(each.parcel.revision for each in owed)
    if one.place is None:
        return Job("post", (one.key,), one.newest, revisions, who, who or one.called, plain=one.plain)
    worst = max(owed, key=lambda owed: (owed.parcel.rank, owed.parcel.revision)).parcel
    return Job("ping", (one.key,), worst, revisions, who, who, one.place, plain=one.plain)


def _edit(one: Waiting) -> Job:
    return Job("edit", (one.key,), one.newest, called=one.called, place=one.place, chart=one.chart, plain=one.plain)


def _look(ready: list[Waiting]) -> Job:
    """Look for all messages that may be there in one go; for replies, message by message, the worst first."""
    messages = [one for one in ready if one.place is None]
    if messages:
        for one in messages:
            one.busy = True
        return Job("look", tuple(one.key for one in messages), seek_from=min(one.seek_from for one in messages))
    one = min(ready, key=_post_order)
    one.busy = True
    return Job("look_replies", (one.key,), place=one.place, seek_from=one.seek_from)
