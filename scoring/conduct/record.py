"""What the brand did in a thread so far, and who still waits for it."""

import re
from math import inf

from scoring.conduct.answers import LONGEST, marks_of
from scoring.conduct.harsh import is_harsh

COMPLAINT = 0.5
"""P(negative) from which a message that is said to the brand waits for an answer."""

_ADDRESSED = re.compile(r"[@#]\w|\b(?:jullie|uw|you|your|yours)\b", re.IGNORECASE)
"""Said to the brand, not merely about it."""


class ConductRecord:
    """The brand's answers in a thread: their marks, their slips, and since when a customer waits.

    Times are epoch seconds; `answered_at` is the latest answer's, `waiting_since` is None while nobody waits.
    An answer is one to what was said before it, in whichever order the messages arrive.
    """

    __slots__ = ("_asked_at", "answered_at", "answers", "harsh_text", "marks", "waiting_since")

    def __init__(self) -> None:
        self.answers = 0
        self.answered_at = -inf
        self.harsh_text: str | None = None
        self.marks: frozenset[str] = frozenset()
        self.waiting_since: float | None = None
        self._asked_at = -inf

    def customer_says(self, at: float, text: str, negative: float) -> None:
        """Note a message of the customer whose thread it is."""
        asks = "@" in text and "?" in text
        complains = negative >= COMPLAINT and _ADDRESSED.search(text) is not None
        if at <= self.answered_at or not (asks or complains):
            return
        self.waiting_since = at if self.waiting_since is None else min(at, self.waiting_since)
        self._asked_at = max(at, self._asked_at)

    def brand_says(self, at: float, text: str) -> None:
        """Note an answer of the brand; whoever waited by then has been answered."""
        self.answers += 1
        self.answered_at = max(at, self.answered_at)
        if self.waiting_since is not None and at >= self.waiting_since:
            self.waiting_since = self._asked_at if self._asked_at > at else None
        text = text[:LONGEST]
        marks = marks_of(text)
        self.marks |= marks
        if is_harsh(text, marks):
            self.harsh_text = text
