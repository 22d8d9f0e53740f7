"""What is remembered of a brand's complaints, and of the storm that is on."""

import msgspec

from alerts.incidents.commonness import Commonness
from alerts.incidents.usual import Usual
from scoring.complaint import Complaint

MOST_POINTS = 48
"""Points of a storm's course; with more of them, each is made twice as long."""


class Storm(msgspec.Struct):
    """A storm that is on. Times are epoch seconds.

    Attributes
    ----------
    first
        Its first complaint.
    began
        When that was heard.
    threads
        Complaints so far.
    usual
        How many are usual within the window; None when that was not known.
    need
        As many complaints within the window made it a storm.
    high_at
        When there were at least half as many last.
    course, step_s
        Complaints in each `step_s` since `began`.
    """

    first: Complaint
    began: float
    threads: int
    usual: float | None
    need: float
    high_at: float
    course: list[int] = []
    step_s: float = 60.0

    def count(self, at: float, number: int = 1) -> None:
        """Count complaints at `at`."""
        place = int(max(at - self.began, 0.0) // self.step_s)
        while place >= MOST_POINTS:
            pairs = [*self.course, 0]
            self.course = [sum(pairs[i : i + 2]) for i in range(0, len(self.course), 2)]
            self.step_s *= 2.0
            place = int(max(at - self.began, 0.0) // self.step_s)
        self.course += [0] * (place + 1 - len(self.course))
        self.course[place] += number


class Memory(msgspec.Struct):
    """What is remembered of a brand's complaints.

    Attributes
    ----------
    usual
        None until the brand was heard of.
    common, texts
        What they speak of, and whole texts that they have.
    steps
        The steps of the window that have complaints, each with how many.
    recent
        The latest complaints of the window.
    words_turn_at
        When the words that were not said for long are forgotten next, None while there are none.
    unusual_until
        Complaints until then are not learnt from: they were part of a storm.
    storm
        The storm that is on.
    """

    usual: Usual | None = None
    common: Commonness = msgspec.field(default_factory=Commonness)
    texts: Commonness = msgspec.field(default_factory=Commonness)
    steps: list[tuple[int, int]] = []
    recent: list[tuple[float, Complaint]] = []
    words_turn_at: float | None = None
    unusual_until: float = 0.0
    storm: Storm | None = None
