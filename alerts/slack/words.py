"""Numbers, times and curves as people read them in a message."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

_BARS = "▁▂▃▄▅▆▇█"
_MOST_BARS = 24
_END_OF_CALENDAR = datetime.max.replace(tzinfo=UTC).timestamp()
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
_SURELY_NEAR = 10 * HOUR
_IN_HOURS = 2 * DAY  # "24 h" and "36 h" are how a desk speaks of a horizon


def percent(chance: float) -> str:
    """Write a probability as a percentage that never claims certainty, escaped: "<1 %", "87 %", ">99 %"."""
    if chance < 0.01:
        return "&lt;1 %"
    if chance > 0.99:
        return "&gt;99 %"
    return f"{round(100 * chance)} %"


def count(number: float) -> str:
    """Write a count as 1,240, and from a million as 1.2 M."""
    if not math.isfinite(number):
        return "?"
    if abs(number) >= 1e15:
        return f"{number:.0e}"
    if abs(number) >= 999_950:
        return f"{number / 1e6:,.1f} M"
    return f"{number:,.0f}"


def rounded(number: float) -> str:
    """Write an estimate with the two digits, three from a thousand, that it can vouch for."""
    if not math.isfinite(number) or abs(number) < 100:
        return count(number)
    digits = 2 if abs(number) < 1000 else 3
    return count(round(number, digits - 1 - math.floor(math.log10(abs(number)))))


def duration(seconds: float) -> str:
    """Write a duration in its two largest units: "45 s", "58 min", "2 h 10 min", "24 h", "3 d 4 h"."""
    seconds = max(seconds, 0.0)
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min"
    unit, name, less, lesser = (HOUR, "h", MINUTE, "min") if seconds < _IN_HOURS else (DAY, "d", HOUR, "h")
    rest = seconds % unit // less
    return f"{seconds // unit:.0f} {name}" + (f" {rest:.0f} {lesser}" if rest else "")


def clock(at: float) -> str:
    """Write a moment so that Slack shows it in the reader's own time zone, with UTC where it cannot.

    The form is `<!date^epoch^format|fallback>` of Slack's message formatting.
    """
    if not 0 <= at < _END_OF_CALENDAR:
        return "at an unknown time"
    moment = datetime.fromtimestamp(at, UTC)
    return f"<!date^{at:.0f}^{{date_short_pretty}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"


def near_clock(at: float, now: float) -> str:
    """Write a moment by its time alone where a reader at `now` cannot take it for that of another day."""
    if not 0 <= at < _END_OF_CALENDAR or abs(at - now) >= _SURELY_NEAR:
        return clock(at)
    moment = datetime.fromtimestamp(at, UTC)
    return f"<!date^{at:.0f}^{{time}}|{moment:%H:%M} UTC>"


def times(number: int, one: str, many: str) -> str:
    """Write a number with its noun: "1 share", "1,240 shares"."""
    return f"{count(number)} {one if number == 1 else many}"


def sparkline(curve: Sequence[int]) -> str:
    """Draw a curve that starts at nothing as at most 24 bars; none when there is nothing to see."""
    if len(curve) < 2 or max(curve) <= 0:
        return ""
    bars = min(len(curve), _MOST_BARS)
    picked = [curve[round(place * (len(curve) - 1) / (bars - 1))] for place in range(bars)]
    top = max(picked)
    if top <= 0:
        return ""
    return "".join(_BARS[max(0, math.ceil(value / top * len(_BARS)) - 1)] for value in picked)
