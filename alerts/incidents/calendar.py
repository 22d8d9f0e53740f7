"""What a brand's incidents ask of the desk's calendar."""

from typing import NamedTuple, Protocol

from alerts.rules import Hold, Step
from alerts.severity import Severity

DAY_S = 24 * 3600.0


class Period(Protocol):
    """A shift, from `start` until `end` in epoch seconds."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def start(self) -> float:
        """When it begins."""

    @property
    def end(self) -> float:
        """When it ends."""


class Calendar(Protocol):
    """Who is on call at a moment (epoch seconds), and what keeps pages back then."""

    def shift(self, at: float, /) -> Period:
        """The shift at that moment."""

    def chain(self, at: float, severity: Severity, /) -> tuple[Step, ...]:
        """Who is called for an incident of this severity."""

    def hold(self, at: float, brand: str, /) -> Hold | None:
        """What keeps pages about a brand back: quiet hours or a campaign."""

    def morning(self, at: float, /) -> float:
        """When the next morning begins."""

    def next_change(self, at: float, /) -> float:
        """When any of this is next otherwise, after that moment."""


class Day(NamedTuple):
    """A day as a shift."""

    name: str
    start: float
    end: float


class Unplanned:
    """The calendar of a desk that has none: a day from midnight to midnight UTC, nobody to call by name, no quiet."""

    def shift(self, at: float) -> Day:
        """The day."""
        start = at // DAY_S * DAY_S
        return Day("day", start, start + DAY_S)

    def chain(self, _at: float, _severity: Severity) -> tuple[Step, ...]:
        """Nobody by name."""
        return ()

    def hold(self, _at: float, _brand: str) -> Hold | None:
        """Nothing."""
        return None

    def morning(self, at: float) -> float:
        """Eight o'clock."""
        eight = self.shift(at).start + 8 * 3600.0
        return eight if eight > at else eight + DAY_S

    def next_change(self, at: float) -> float:
        """Midnight."""
        return self.shift(at).end
