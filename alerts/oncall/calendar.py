"""The calendar of a desk: who is called at a moment, in which shift it is, and what holds pages back then."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from alerts.oncall.settings import Call, Campaign, OnCall, Person, ShiftPlan, minute_of
from alerts.oncall.wallclock import DAY_MIN, Daily, Window
from alerts.rules import EVERYBODY, HERE, Hold, Step
from alerts.severity import Severity

_WITHIN = 15
"""Days to look around for the shift before and after a gap: a weekly one may lose a night to a change of the clocks."""

_MOST_SPANS = 512


class Shift(msgspec.Struct, frozen=True):
    """A shift that was or will be, from `start` until `end` in epoch seconds."""

    name: str
    start: float
    end: float


class _Span(NamedTuple):
    """A time over which nothing on the calendar changes; `holds` are remembered by brand as they are asked for."""

    start: float
    end: float
    shift: Shift
    page: tuple[Step, ...]
    critical: tuple[Step, ...]
    people: tuple[str, ...]
    morning: float
    next_change: float
    holds: dict[str, Hold | None]


class Calendar:
    """Answers by epoch seconds, for any moment in any order.

    Parameters
    ----------
    oncall
        Shifts, quiet hours and the time zone.
    people
        The people of the desk by their keys.
    campaigns
        Planned campaigns.
    """

    def __init__(
        self,
        oncall: OnCall | None = None,
        people: Mapping[str, Person] | None = None,
        campaigns: Iterable[Campaign] = (),
    ) -> None:
        oncall = oncall or OnCall()
        morning = minute_of(oncall.morning)
        self._clock = oncall.clock
        self._mornings = Daily(tuple(range(7)), morning, morning + DAY_MIN)
        self._shifts = [(plan.hours, _Watch.of(plan)) for plan in oncall.shifts] or [(self._mornings, _Watch("day"))]
        self._quiet = oncall.quiet_hours.hours if oncall.quiet_hours is not None else None
        self._campaigns = [(campaign.window(self._clock), campaign) for campaign in campaigns]
        self._singled_out = {brand for _, campaign in self._campaigns for brand in campaign.brands}
        self._people = dict(people or {})
        self._by_slack = {person.slack: key for key, person in self._people.items()}
        self._spans: list[_Span] = []
        self._starts: list[float] = []

    @property
    def names(self) -> dict[str, str]:
        """What to call each person, by key."""
        return {key: person.name or key for key, person in self._people.items()}

    @property
    def slack_ids(self) -> dict[str, str]:
        """Slack's user id of each person, by key."""
        return {key: person.slack for key, person in self._people.items()}

    def who_is(self, slack_id: str) -> str | None:
        """The key of whom Slack knows by this id; None for somebody whom the desk does not name."""
        return self._by_slack.get(slack_id)

    def chain(self, at: float, severity: Severity) -> tuple[Step, ...]:
        """Who is called for an incident of this severity; nobody by name outside the shifts."""
        span = self._span(at)
        return span.critical if severity is Severity.CRITICAL else span.page

    def on_call(self, at: float) -> tuple[str, ...]:
        """The people that a page calls, first called first."""
        return self._span(at).people

    def shift(self, at: float) -> Shift:
        """The shift at `at`.

        The time between shifts is one too, called "nobody". Where there are no shifts at all, a "day" runs from
        morning to morning.
        """
        return self._span(at).shift

    def hold(self, at: float, brand: str) -> Hold | None:
        """What keeps pages about `brand` back: quiet hours or a campaign, of several the one that ends last.

        Its `until` is when pages first pass: what follows on without a break, or overlaps, is counted in.
        """
        holds = self._span(at).holds
        key = brand if brand in self._singled_out else ""
        if key not in holds:
            holds[key] = self._hold(at, key)
        return holds[key]

    def morning(self, at: float) -> float:
        """When the next morning begins, after `at`."""
        return self._span(at).morning

    def next_change(self, at: float) -> float:
        """When the next shift, quiet hours or campaign begins or ends, after `at`."""
        return self._span(at).next_change

    def _span(self, at: float) -> _Span:
        place = bisect_right(self._starts, at)
        if place and at < self._spans[place - 1].end:
            return self._spans[place - 1]
        if len(self._spans) >= _MOST_SPANS:
            self._spans.clear()
            self._starts.clear()
            place = 0
        span = self._look_up(at)
        self._spans.insert(place, span)
        self._starts.insert(place, span.start)
        return span

    def _look_up(self, at: float) -> _Span:
        today = self._clock.date_of(at)
        shifts = [
            (window, watch) for hours, watch in self._shifts for window in self._clock.windows(hours, today, _WITHIN)
        ]
        quiet = list(self._clock.windows(self._quiet, today, _WITHIN)) if self._quiet is not None else []
        mornings = [bound for window in self._clock.windows(self._mornings, today, 1) for bound in window]
        windows = [window for window, _ in shifts] + quiet + [window for window, _ in self._campaigns]
        bounds = [bound for window in windows for bound in window]
        window, watch = next(
            ((window, watch) for window, watch in shifts if window.start <= at < window.end),
            (_gap([window for window, _ in shifts], at), _Watch("nobody")),
        )
        return _Span(
            start=max(bound for bound in bounds + mornings if bound <= at),
            end=min(bound for bound in bounds + mornings if bound > at),
            shift=Shift(watch.name, window.start, window.end),
            page=watch.page,
            critical=watch.critical,
            people=watch.people,
            morning=min(morning for morning in mornings if morning > at),
            next_change=min(bound for bound in bounds if bound > at),
            holds={},
        )

    def _hold(self, at: float, brand: str) -> Hold | None:
        last = max(self._holding(at, brand), key=_until, default=None)
        while last is not None and last.until is not None:
            after = max(self._holding(last.until, brand), key=_until, default=None)
            if after is None:
                return last
            last = msgspec.structs.replace(last, until=after.until)
        return last

    def _holding(self, at: float, brand: str) -> Iterator[Hold]:
        if self._quiet is not None:
            for window in self._clock.windows(self._quiet, self._clock.date_of(at), 1):
                if window.start <= at < window.end:
                    yield Hold("quiet_hours", window.end)
        for window, campaign in self._campaigns:
            if window.start <= at < window.end and (not campaign.brands or brand in campaign.brands):
                yield Hold("campaign", window.end, f"{campaign.name}: {campaign.reason}", campaign.owner)


class _Watch(NamedTuple):
    """Who is on call in a shift."""

    name: str
    page: tuple[Step, ...] = ()
    critical: tuple[Step, ...] = ()
    people: tuple[str, ...] = ()

    @classmethod
    def of(cls, plan: ShiftPlan) -> "_Watch":
        page = _steps(plan.page)
        called = dict.fromkeys(who for step in page for who in step.who if who not in (HERE, EVERYBODY))
        return cls(plan.name, page, page if plan.critical is None else _steps(plan.critical), tuple(called))


def _steps(calls: tuple[Call, ...]) -> tuple[Step, ...]:
    return tuple(Step(60.0 * call.after_min, call.who) for call in calls)


def _gap(shifts: list[Window], at: float) -> Window:
    """The time between the shifts before and after `at`."""
    return Window(
        max((window.end for window in shifts if window.end <= at), default=at),
        min((window.start for window in shifts if window.start > at), default=at),
    )


def _until(hold: Hold) -> float:
    return hold.until or 0.0
