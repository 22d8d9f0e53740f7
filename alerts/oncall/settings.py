"""What a desk says about its people, its shifts, its quiet hours and its campaigns."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from alerts.oncall.wallclock import DAY_MIN, Daily, WallClock, Window
from scoring.errors import require

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_WEEK_MIN = 7 * DAY_MIN
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody of the desk: the id by which Slack mentions them, and a name to show instead of the key.

    Raises
    ------
    ValueError
        When `slack` is no user id.
    """

    slack: str
    name: str = ""

    def __post_init__(self) -> None:
        wanted = "a Slack user id such as U012ABCDEF (in Slack: profile, ⋮, Copy member ID)"
        require(_SLACK_ID.fullmatch(self.slack) is not None, "slack", self.slack, wanted)


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call when nobody has acknowledged `after_min` minutes after the page.

    `who` are keys of people, "here" for those who are in the channel, or "channel" for everybody in it.

    Raises
    ------
    ValueError
        When there is nobody to call, or no such time.
    """

    who: tuple[str, ...]
    after_min: float = 0.0

    def __post_init__(self) -> None:
        require(bool(self.who), "who", list(self.who), "one or more people, here or channel")
        require(0 <= self.after_min < DAY_MIN, "after_min", self.after_min, f"0 to less than {DAY_MIN}")


class ShiftPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shift, from `start` to `end` by the clock of the desk, on the days that it begins on.

    One that ends when it begins lasts until the next day, as does one that ends at an earlier hour. `page` is
    whom a page calls, in order of time; `critical` whom a critical one calls, None for the same.

    Raises
    ------
    ValueError
        When a time is none, or the calls are out of order.
    """

    name: str
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="until")
    days: tuple[Day, ...] = DAYS
    page: tuple[Call, ...] = ()
    critical: tuple[Call, ...] | None = None

    def __post_init__(self) -> None:
        require(bool(self.name.strip()), "name", self.name, "a name")
        _require_hours(self.start, self.end, self.days)
        for chain, calls in self.chains():
            for at, call in enumerate(calls):
                key, before = f"{chain}[{at}].after_min", calls[at - 1].after_min
                if at == 0:
                    require(call.after_min == 0, key, call.after_min, "0, the first is called at once")
                else:
                    require(
                        call.after_min > before, key, call.after_min, f"more than that of the call before ({before})"
                    )

    def chains(self) -> Iterator[tuple[str, tuple[Call, ...]]]:
        """Go through the chains, each with its key."""
        yield "page", self.page
        yield "critical", self.critical or ()

    @property
    def hours(self) -> Daily:
        """When it is."""
        return _daily(self.start, self.end, self.days)


class QuietHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours in which a page waits unless it is critical, on the days that they begin on.

    Raises
    ------
    ValueError
        When a time is none, or they would never end.
    """

    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="until")
    days: tuple[Day, ...] = DAYS

    def __post_init__(self) -> None:
        _require_hours(self.start, self.end, self.days)
        require(self.start != self.end, "until", self.end, "another time than from")

    @property
    def hours(self) -> Daily:
        """When they are."""
        return _daily(self.start, self.end, self.days)


class OnCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When who is on call.

    Attributes
    ----------
    timezone
        Name of the time zone that all times of the day are in.
    morning
        When "snooze until morning" ends; without shifts, when the day's own begins.
    shifts
        They must not overlap. Where none is, a page calls those who are there, once.

    Raises
    ------
    ValueError
        When there is no such time or zone, or two shifts overlap.
    """

    timezone: str = "Europe/Amsterdam"
    quiet_hours: QuietHours | None = None
    morning: str = "08:00"
    shifts: tuple[ShiftPlan, ...] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):  # what zoneinfo raises for no name, no path, and a folder
            require(False, "timezone", self.timezone, "a name of the IANA list, such as Europe/Amsterdam")
        _require_time("morning", self.morning)
        for (at, one), (later, other) in combinations(enumerate(self.shifts), 2):
            if _overlap(one.hours, other.hours):
                raise ValueError(
                    f"shifts[{later}] is {_said(other)}; allowed is no overlap with shifts[{at}], {_said(one)}"
                )

    @property
    def clock(self) -> WallClock:
        """The clock that all of this goes by."""
        return WallClock(ZoneInfo(self.timezone))


class Campaign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A planned campaign: talk is expected, so pages about these brands (none: all) wait unless critical.

    `start` and `end` without an offset are in the desk's time zone.
    """

    name: str
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="until")
    owner: str
    reason: str
    brands: tuple[str, ...] = ()

    def window(self, clock: WallClock) -> Window:
        """When it is, by the desk's clock."""
        start, end = (at.timestamp() if at.tzinfo is not None else clock.moment(at) for at in (self.start, self.end))
        return Window(start, end)


def minute_of(time: str) -> int:
    """Minute of the day of a time such as "22:00"."""
    hours, minutes = time.split(":")
    return 60 * int(hours) + int(minutes)


def _require_time(key: str, time: str) -> None:
    require(_TIME.fullmatch(time) is not None, key, time, 'a time from "00:00" to "23:59"')


def _require_hours(start: str, end: str, days: tuple[Day, ...]) -> None:
    _require_time("from", start)
    _require_time("until", end)
    require(bool(days), "days", list(days), f"one or more of {', '.join(DAYS)}")


def _daily(start: str, end: str, days: tuple[Day, ...]) -> Daily:
    begin, finish = minute_of(start), minute_of(end)
    return Daily(tuple(DAYS.index(day) for day in days), begin, finish if finish > begin else finish + DAY_MIN)


def _overlap(one: Daily, other: Daily) -> bool:
    """Whether two kinds of hours ever coincide, in a week that begins anew after Sunday."""
    return any(
        (other_day * DAY_MIN + other.start - start) % _WEEK_MIN < one.end - one.start
        or (start - other_day * DAY_MIN - other.start) % _WEEK_MIN < other.end - other.start
        for start in (day * DAY_MIN + one.start for day in one.days)
        for other_day in other.days
    )


def _said(shift: ShiftPlan) -> str:
    return f"{shift.name!r}, {shift.start} to {shift.end} on {', '.join(shift.days)}"
