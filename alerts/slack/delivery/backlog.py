"""What waits for Slack, and what goes first. Pure: time comes in, jobs come out, and what became of them comes in."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from alerts.slack.delivery.drawings import Drawings
from alerts.slack.delivery.jobs import LANE_OF, ORDER, Found, Job, Lane, aloud, doable, edit, look, not_before
from alerts.slack.delivery.parcel import Parcel
from alerts.slack.delivery.store import Delivered
from alerts.slack.delivery.waiting import Done, Setback, Ticket, Waiting


class Backlog:
    """Messages with something left to do, by key; there are as many as incidents, however much is handed in.

    Interruptions go first, the worst before the oldest; then what somebody's click changed, new messages, edits, and
    pictures; of equals the oldest. A picture is drawn at most every `chart_every_s` seconds for a message, never if
    that is None.
    """

    def __init__(self, chart_every_s: float | None = 600.0) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._drawings = Drawings(chart_every_s)

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
        ready = [one for one in self._candidates(lane) if not_before(one, lane) <= now]
        if not ready:
            return None
        if lane == "look":
            return look(ready)
        one = min(ready, key=ORDER[lane])
        if lane == "draw":
            one.draws, one.drawing = False, True
            self._drawings.began(one.key, now)
            return Job("draw", (one.key,), one.newest)
        one.busy = True
        return edit(one) if lane == "edit" else aloud(one)

    def wake_at(self, lane: Lane) -> float | None:
        """When the next job can be done at the earliest, None when there is none."""
        return min((not_before(one, lane) for one in self._candidates(lane)), default=None)

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
            one.setbacks.pop(LANE_OF["look"], None)
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
        self._drawings.none_before(then)
        for one in list(self._waiting.values()):
            one.draws = False
            self._tidy(one)

    def retry(self, job: Job, not_before: float, *, unsure: bool = False, seek_from: float = 0.0) -> None:
        """Put a job back that failed for now. If it is `unsure` whether Slack did it, look before doing it again."""
        setback = Setback(not_before, self.tries(job) + 1)
        for key in job.keys:
            one = self._waiting[key]
            one.busy = False
            one.setbacks[LANE_OF[job.kind]] = setback
            if unsure:
                one.setbacks["look"] = setback  # what was asked for may still be on its way
                one.unsure = one.unsure or job.kind == "post"
                one.unsure_ping = one.unsure_ping or bool(job.owed)
                one.seek_from = min(one.seek_from, seek_from)

    def tries(self, job: Job) -> int:
        """How often it failed in a row."""
        setback = self._waiting[job.key].setbacks.get(LANE_OF[job.kind])
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

    def _shown(
        self, one: Waiting, job: Job, channel: str, ts: str, now: float, result: str
    ) -> tuple[Delivered, list[Done]]:
        place = one.show(channel, ts, job.shown, job.chart)
        one.draws = self._drawings.worth(job.shown, now)
        return place, self._done(one, job, result)

    def _back(self, job: Job) -> Waiting:
        one = self._waiting[job.key]
        one.busy = False
        return one

    def _done(self, one: Waiting, job: Job, result: str) -> list[Done]:
        one.setbacks.pop(LANE_OF[job.kind], None)
        one.plain = 0
        done = one.release(result)
        self._tidy(one)
        return done

    def _tidy(self, one: Waiting) -> None:
        if one.idle:
            self._waiting.pop(one.key, None)

    def _candidates(self, lane: Lane) -> list[Waiting]:
        if lane == "draw" and any(one.owed for one in self._waiting.values()):
            return []  # drawing takes the machine's time, and people are being called
        return [one for one in self._waiting.values() if doable(one, lane)]
