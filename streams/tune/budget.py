"""How many pages a desk is willing to get, as it is written: 2/shift, 10/week."""

import re
from typing import Literal, NamedTuple

from scoring.errors import UserError

Span = Literal["shift", "day", "week"]
_SPANS: dict[str, Span] = {"shift": "shift", "day": "day", "week": "week"}
_WRITTEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*/\s*(\w+)\s*")
DAY_S = 24 * 3600.0


class Allowance(NamedTuple):
    """At most `pages` per `span` on average; a shift is one of the desk's calendar."""

    pages: float
    span: Span

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.pages:g}/{self.span}"

    def spans(self, seconds: float, shifts: int) -> float:
        """How many of these spans there are in so many seconds, of which the calendar makes `shifts` shifts."""
        if self.span == "shift":
            return float(shifts)
        return seconds / (DAY_S if self.span == "day" else 7 * DAY_S)


def read_allowance(text: str) -> Allowance:
    """Read what somebody wrote.

    Raises
    ------
    UserError
        If it is no number per shift, day or week.
    """
    written = _WRITTEN.fullmatch(text)
    span = _SPANS.get(written[2]) if written is not None else None
    if written is None or span is None or not float(written[1]) > 0:
        raise UserError(f"--budget is {text!r}; allowed is a number above 0 per shift, day or week, such as 2/shift")
    return Allowance(float(written[1]), span)
