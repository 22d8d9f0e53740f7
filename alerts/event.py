"""What leaves the policy: the alert event, one line of a replay, and the notification that Slack shows."""

import msgspec

from alerts.decide import Cause, Decision, EventName, Tell
from alerts.ledger import Peak
from alerts.severity import Judgement, Severity
from scoring.assessment import Assessment, Card, Forecast, Reason

MOST_REASONS = 5

_CONDUCT = {
    "harsh_reply": "the brand's own answer denies, mocks or scolds",
    "own_goal": "what spreads is the brand's own answer",
    "banter": "the brand jokes while the customer waits",
    "tone_mismatch": "the brand's answer does not fit what was said",
    "blame_shift": "the brand points at somebody else",
    "promise_overdue": "the brand promised to come back and has not",
    "unanswered": "the customer still waits for a first answer",
}


class AlertEvent(msgspec.Struct, frozen=True):
    """One thing that people were told: the line that `replay --alerts` writes, keys in this order.

    `alert_id` and `incident_id` depend on the brand, the thread, the incident's ordinal in its thread and the
    revision alone. `at` is epoch seconds of event time, `risk` 0..1.
    """

    alert_id: str
    incident_id: str
    thread_id: str
    brand: str
    event: EventName
    severity: Severity
    at: float
    risk: float
    reasons: tuple[Reason, ...]
    forecast: Forecast


class Notification(msgspec.Struct, frozen=True):
    """An alert event and what its message shows besides.

    `notifies` asks for a message that interrupts; otherwise an edit in place is enough. `was` is the severity
    that was told before, None at the opening. `opened_at` and `easing_since` are epoch seconds of event time;
    the latter says since when the thread is milder than its severity, None when it is not.
    """

    alert: AlertEvent
    revision: int
    cause: Cause
    notifies: bool
    was: Severity | None
    opened_at: float
    easing_since: float | None
    peak: Peak
    shares: int
    p_negative: float
    conduct: tuple[str, ...]
    card: Card


def notifications(decision: Decision, assessment: Assessment) -> tuple[Notification, ...]:
    """Put what was decided on an assessment into words' raw material, one notification per action."""
    return tuple(_notification(decision, tell, assessment) for tell in decision.actions)


def _notification(decision: Decision, tell: Tell, assessment: Assessment) -> Notification:
    entry = decision.entry
    assert entry is not None, "only an incident has something to tell"
    alert = AlertEvent(
        alert_id=entry.alert_id,
        incident_id=entry.incident_id,
        thread_id=entry.thread_id,
        brand=entry.brand,
        event=tell.event,
        severity=entry.severity,
        at=assessment.at,
        risk=assessment.risk,
        reasons=_reasons(decision.judgement, assessment),
        forecast=assessment.forecast,
    )
    return Notification(
        alert=alert,
        revision=entry.revision,
        cause=tell.cause,
        notifies=tell.notifies,
        was=tell.was,
        opened_at=entry.opened_at,
        easing_since=entry.below_since if entry.below_peak is not entry.severity else None,
        peak=entry.peak,
        shares=assessment.shares,
        p_negative=assessment.p_negative,
        conduct=assessment.conduct,
        card=assessment.card,
    )


def _reasons(judgement: Judgement, assessment: Assessment) -> tuple[Reason, ...]:
    """Pick the reasons to show: those that set the severity first, then the strongest of the rest."""
    decisive = ("unanswered",) if judgement.ground == "unanswered" else judgement.conduct
    given = {reason.signal: reason for reason in reversed(assessment.reasons)}
    first = [given.get(signal) or Reason(signal, 1.0, _CONDUCT[signal]) for signal in decisive]
    rest = [reason for reason in assessment.reasons if reason.signal not in decisive]
    return tuple((first + rest)[:MOST_REASONS])
