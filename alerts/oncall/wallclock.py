"""From the time on the wall to epoch seconds, also on the nights when clocks are changed."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_MIN = 24 * 60


class Daily(NamedTuple):
    """Hours that return: from minute `start` of these days (0 is Monday) to minute `end`, beyond 1440 the next day."""

    days: tuple[int, ...]
    start: int
    end: int


class Window(NamedTuple):
    """A period in epoch seconds: `start` belongs to it, `end` does not."""

    start: float
    end: float


class WallClock:
    """The clock on the wall of a time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def date_of(self, at: float) -> date:
        """The date at `at` (epoch seconds)."""
        return datetime.fromtimestamp(at, self._zone).date()

    def moment(self, wanted: datetime) -> float:
        """When the clock first reads that date and time or a later one, epoch seconds.

        So no later time ever comes before an earlier one: an hour that is skipped counts as the moment
        of the skip, one that comes twice as its first time.
        """
        at = wanted.replace(tzinfo=self._zone).timestamp()
        if self._reads(at) == wanted:
            return at
        # Skipped: by the offset after the change it would be before the change, by the one before it after it.
        before, after = int(wanted.replace(tzinfo=self._zone, fold=1).timestamp()), int(at)
        while after - before > 1:
            middle = (before + after) // 2
            before, after = (before, middle) if self._reads(middle) >= wanted else (middle, after)
        return float(after)

    def windows(self, hours: Daily, around: date, within: int) -> Iterator[Window]:
        """When these hours are, those that begin up to `within` days before or after `around`, in order.

        Hours that a change of the clocks skips altogether are left out.
        """
        for offset in range(-within, within + 1):
            midnight = datetime.combine(around + timedelta(days=offset), time())
            if midnight.weekday() in hours.days:
                start, end = (self.moment(midnight + timedelta(minutes=minute)) for minute in (hours.start, hours.end))
                window = Window(start, end)
                if window.start < window.end:
                    yield window

    def _reads(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, self._zone).replace(tzinfo=None)
