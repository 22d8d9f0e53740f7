"""What the brand did in a thread so far, and who still waits for it."""

import re

from scoring.conduct.answers import marks_of
from scoring.conduct.harsh import is_harsh

COMPLAINT = 0.5
"""P(negative) from which a message that is said to the brand waits for an answer."""

_ADDRESSED = re.compile(r"[@#]\w|\b(?:jullie|uw|you|your|yours)\b", re.IGNORECASE)
"""Said to the brand, not merely about it."""


class ConductRecord:
    """The brand's answers in a thread: their marks, their slips, and since when a customer waits.

    Times are epoch seconds; `waiting_since` is None while nobody waits.
    """

    __slots__ = ("answers", "first_answer_at", "harsh_text", "marks", "waiting_since")

    def __init__(self) -> None:
        self.answers = 0
        self.first_answer_at: float | None = None
        self.harsh_text: str | None = None
        self.marks: frozenset[str] = frozenset()
        self.waiting_since: float | None = None

    def customer_says(self, at: float, text: str, negative: float) -> None:
        """Note a message of the customer whose thread it is."""
        asks = "@" in text and "?" in text
        complains = negative >= COMPLAINT and _ADDRESSED.search(text) is not None
        if self.waiting_since is None and (asks or complains):
            self.waiting_since = at

    def brand_says(self, at: float, text: str) -> None:
        """Note an answer of the brand; whoever waited has been answered."""
        self.answers += 1
        if self.first_answer_at is None:
            self.first_answer_at = at
        self.waiting_since = None
        marks = marks_of(text)
        self.marks |= marks
        if is_harsh(text, marks):
            self.harsh_text = text
