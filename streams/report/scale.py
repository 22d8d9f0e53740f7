"""From values to places on the page, with ticks where a person would put them."""
# mypy: disable-error-code="no-untyped-call"
# matplotlib.dates ships without types.

from datetime import UTC, datetime
from typing import NamedTuple

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num, num2date
from matplotlib.ticker import MaxNLocator

# A date where the day begins, hours elsewhere; coarser and finer labels as the axis needs them.
_AT_STEP = ["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%H:%M:%S"]
_AT_START = ["", "%Y", "%d %b %Y", "%d %b", "%H:%M", "%H:%M"]


class Scale(NamedTuple):
    """A linear scale from `low`…`high` to `start`…`end`; what lies outside is put at the edge."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Give the place of a value, to a tenth of a unit, so that pages stay small."""
        part = (value - self.low) / (self.high - self.low)
        return round(self.start + min(max(part, 0.0), 1.0) * (self.end - self.start), 1)


class Tick(NamedTuple):
    """A tick and what is written at it."""

    at: float
    label: str


def time_ticks(start: float, end: float, most: int) -> list[Tick]:
    """Choose at most about `most` round moments between two (epoch seconds), in UTC."""
    locator = AutoDateLocator(tz=UTC, minticks=2, maxticks=most)
    opened, closed = (datetime.fromtimestamp(at, UTC) for at in (start, end))
    days = [d for d in locator.tick_values(opened, closed) if date2num(opened) <= d <= date2num(closed)]
    formatter = ConciseDateFormatter(
        locator, tz=UTC, formats=_AT_STEP, zero_formats=_AT_START, show_offset=False, usetex=False
    )
    labels = formatter.format_ticks(days)
    return [Tick(num2date(d, tz=UTC).timestamp(), label) for d, label in zip(days, labels, strict=True)]


def count_ticks(high: float, most: int) -> list[int]:
    """Choose at most about `most` round counts from 0 to `high`."""
    values = MaxNLocator(nbins=most, integer=True, steps=[1, 2, 5, 10]).tick_values(0.0, high)
    return [round(value) for value in values if 0 <= value <= high]
