"""What leaves the policy: the alert event, one line of a replay, and the notification that Slack shows."""

import msgspec

from alerts.decide.decision import Cause, Decision, EventName, Tell
from alerts.ledger import Entry, Peak
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


class Next(msgspec.Struct, frozen=True):
    """Who is called next, at `at` (epoch seconds of event time), unless somebody acknowledges before."""

    who: tuple[str, ...]
    at: float


class Notification(msgspec.Struct, frozen=True):
    """An alert event, and the incident as it stands after it: all that a message shows.

    `notifies` asks for a message that interrupts `who`; otherwise an edit in place is enough. `page` says that it
    does so because things are worse than people know. `was` is the severity that was told before, None at the
    opening. `upcoming` is the next step of the on-call chain while somebody is being called.
    """

    alert: AlertEvent
    cause: Cause
    notifies: bool
    page: bool
    who: tuple[str, ...]
    was: Severity | None
    upcoming: Next | None
    incident: Entry

    @property
    def revision(self) -> int:
        """Which of the things told about the incident this is, from 1."""
        return self.incident.revision

    @property
    def opened_at(self) -> float:
        """When the incident began, epoch seconds of event time."""
        return self.incident.opened_at

    @property
    def easing_since(self) -> float | None:
        """Since when the thread is milder than its severity; None when it is not."""
        entry = self.incident
        return entry.below_since if entry.below_peak is not entry.severity else None

    @property
    def peak(self) -> Peak:
        """The worst that the incident has been."""
        return self.incident.peak

    @property
    def shares(self) -> int:
        """The spread of the thread that the incident is about now."""
        return self.incident.assessment.shares

    @property
    def p_negative(self) -> float:
        """The probability that the thread is negative for the brand."""
        return self.incident.assessment.p_negative

    @property
    def conduct(self) -> tuple[str, ...]:
        """Signals of the brand's own behaviour, strongest first."""
        return self.incident.assessment.conduct

    @property
    def card(self) -> Card:
        """What a person needs to recognise the thread."""
        return self.incident.assessment.card


def notifications(decision: Decision, at: float, upcoming: Next | None = None) -> tuple[Notification, ...]:
    """Put what was decided at `at` into words' raw material, one notification per action."""
    return tuple(_notification(decision, tell, at, upcoming) for tell in decision.actions)


def _notification(decision: Decision, tell: Tell, at: float, upcoming: Next | None) -> Notification:
    entry = decision.entry
    assert entry is not None, "only an incident has something to tell"
    alert = AlertEvent(
        alert_id=entry.alert_id,
        incident_id=entry.incident_id,
        thread_id=entry.assessment.thread_id,
        brand=entry.brand,
        event=tell.event,
        severity=entry.severity,
        at=at,
        risk=entry.assessment.risk,
        reasons=_reasons(entry.judgement, entry.assessment),
        forecast=entry.assessment.forecast,
    )
    return Notification(alert, tell.cause, tell.notifies, tell.page, tell.who, tell.was, upcoming, entry)


def _reasons(judgement: Judgement, assessment: Assessment) -> tuple[Reason, ...]:
    """Pick the reasons to show: those that set the severity first, then the strongest of the rest."""
    decisive = ("unanswered",) if judgement.ground == "unanswered" else judgement.conduct
    given = {reason.signal: reason for reason in reversed(assessment.reasons)}
    first = [given.get(signal) or Reason(signal, 1.0, _CONDUCT[signal]) for signal in decisive]
    rest = [reason for reason in assessment.reasons if reason.signal not in decisive]
    return tuple((first + rest)[:MOST_REASONS])
