"""What the brand did in a thread so far, and who still waits for it."""

import re
from math import inf

import msgspec

from scoring.conduct.answers import LONGEST, marks_of
from scoring.conduct.harsh import is_harsh

COMPLAINT = 0.5
"""P(negative) from which a message that is said to the brand waits for an answer."""

KEPT = 600
"""Characters of a harsh answer that are kept to be quoted, runs of white space being one."""

_ADDRESSED = re.compile(r"[@#]\w|\b(?:jullie|uw|you|your|yours)\b", re.IGNORECASE)
"""Said to the brand, not merely about it."""


class ConductRecord(msgspec.Struct, array_like=True, gc=False):
    """The brand's answers in a thread: their marks, their slips, and since when a customer waits.

    Times are epoch seconds; `answered_at` is the latest answer's, `waiting_since` is None while nobody waits.
    An answer is one to what was said before it, in whichever order the messages arrive.
    The fields are what a snapshot holds.
    """

    answers: int = 0
    answered_at: float = -inf
    harsh_text: str | None = None
    waiting_since: float | None = None
    _asked_at: float = -inf
    _marks: tuple[str, ...] = ()

    @property
    def marks(self) -> frozenset[str]:
        """The marks that any answer had."""
        return frozenset(self._marks)

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
        self._marks = tuple(sorted(marks.union(self._marks)))
        if is_harsh(text, marks):
            self.harsh_text = " ".join(text.split())[:KEPT]
