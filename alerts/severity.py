"""How bad a thread is for the brand: risk bands with hysteresis, raised by the desk's own conduct."""

from enum import Enum
from functools import total_ordering
from typing import Literal

import msgspec

from alerts.policy import Policy
from scoring.assessment import Assessment

AGGRAVATING: frozenset[str] = frozenset(
    ("harsh_reply", "own_goal", "banter", "tone_mismatch", "blame_shift", "promise_overdue")
)
"""Signals of the desk's own conduct that make a complaint worse by one band."""

Ground = Literal["calm", "risk", "conduct", "unanswered", "praise", "storm"]
"""What a severity rests on."""


@total_ordering
class Severity(Enum):
    """What an incident asks of people, mildest first.

    A notice is good to know, a watch good to keep an eye on; a page asks for an answer now, whoever sleeps;
    a critical one for everybody.
    """

    NOTICE = "notice"
    WATCH = "watch"
    PAGE = "page"
    CRITICAL = "critical"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Severity):
            return NotImplemented
        return _RANK[self] < _RANK[other]

    @property
    def interrupts(self) -> bool:
        """Whether it is worth waking somebody."""
        return self is Severity.PAGE or self is Severity.CRITICAL


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


class Judgement(msgspec.Struct, frozen=True):
    """What one assessment amounts to.

    `severity` is None for a thread that needs nobody. `band` is the part of it that the risk alone accounts
    for: hysteresis works on that, else a severity raised by conduct would count as a risk once seen.
    `conduct` names the signals that raised the severity, strongest first. `spared` says that it would be a page if
    the page budget had not moved the threshold.
    """

    severity: Severity | None
    band: Severity | None
    ground: Ground
    conduct: tuple[str, ...] = ()
    spared: bool = False


CALM = Judgement(None, None, "calm")


def band_of(risk: float, current: Severity | None, policy: Policy) -> Severity | None:
    """Place a risk in its band, given the band it was in before.

    A band opens at its `open` threshold and is kept down to its `close` threshold.
    """
    for severity, band in (
        (Severity.CRITICAL, policy.critical),
        (Severity.PAGE, policy.page),
        (Severity.WATCH, policy.watch),
    ):
        kept = current is not None and severity <= current
        if risk >= (band.close if kept else band.open):
            return severity
    return None


def judge(assessment: Assessment, band: Severity | None, policy: Policy) -> Judgement:
    """Say how bad a thread is now, whatever was said before except for the risk band it was in.

    A thread that is over needs nobody any more, however large it became. Praise never gets above a notice. A
    complaint that waits for its first answer beyond the desk's time is worth a watch without a single share.
    Conduct of the desk itself raises a complaint that people have seen
    by one band, but one slip wakes nobody over a thread that will go nowhere.
    """
    if assessment.over:
        return CALM
    if assessment.p_negative < policy.praise:
        if assessment.p_viral >= policy.watch.open:
            return Judgement(Severity.NOTICE, None, "praise")
        return CALM
    placed = band_of(assessment.risk, band, policy)
    if placed is not None and assessment.shares < policy.page_spread:
        placed = min(placed, Severity.WATCH)
    severity = placed
    ground: Ground = "risk"
    if severity is None and "unanswered" in assessment.conduct:
        severity, ground = Severity.WATCH, "unanswered"
    if assessment.p_negative >= policy.complaint and assessment.shares >= policy.conduct_spread:
        conduct = tuple(signal for signal in assessment.conduct if signal in AGGRAVATING)
        raised = _raised(severity, len(conduct), assessment, policy) if conduct else severity
        if raised is not None and raised is not severity:
            return Judgement(raised, placed, "conduct", conduct)
    if severity is None:
        return CALM
    return Judgement(severity, placed, ground)


def _raised(severity: Severity | None, signals: int, assessment: Assessment, policy: Policy) -> Severity:
    """Raise a severity by a band for a slip of the desk, and by two where several come together and spread.

    One slip alone wakes nobody. Several are a fire of the desk's own making, which a forecast from shares sees
    late: a harsh answer that is passed on is worth a page before it is large.
    """
    several = signals >= 2 and assessment.shares >= policy.own_fire_spread
    if assessment.risk < policy.conduct_floor:
        return max(severity or Severity.WATCH, Severity.PAGE if several else Severity.WATCH)
    if severity is None:
        return Severity.PAGE if several else Severity.WATCH
    if severity is Severity.WATCH:
        return Severity.PAGE
    return Severity.CRITICAL
