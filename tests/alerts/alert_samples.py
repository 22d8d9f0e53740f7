"""A realistic assessment, incidents and notifications of it, and how to vary them."""

from typing import Any

from msgspec.structs import replace

from alerts.decide.decision import Cause, EventName
from alerts.event import AlertEvent, Next, Notification
from alerts.ledger import Entry, Member, Peak, Told
from alerts.severity import Judgement, Severity
from scoring.assessment import Assessment, Card, Forecast, Reason

NOON = 1_700_000_000.0
MINUTE = 60.0
HOUR = 3600.0

CARD = Card(
    excerpt="Drie kwartier gezocht naar de glutenvrije hoek, niemand weet waar. En dan dit antwoord.",
    author="keukenmeisje",
    followers=8214,
    platform="x",
    url="https://x.com/keukenmeisje/status/1290",
    root_at=NOON - 58 * MINUTE,
    audience=61_300,
    spread_curve=(0, 1, 2, 4, 6, 9, 15, 24, 41, 74),
    checklist=(("answered", True), ("sorry", False), ("what happens next, and when", False)),
)

COMPLAINT = Assessment(
    thread_id="1290",
    brand="Albert Heijn",
    at=NOON,
    risk=0.2,
    p_viral=0.25,
    p_negative=0.8,
    shares=74,
    reasons=(Reason("share_velocity", 74.0, "74 shares in 58 min, 11 × normal for this age"),),
    forecast=Forecast(expected=1240.0, low=640.0, high=2300.0, horizon_s=24 * HOUR),
    conduct=(),
    card=CARD,
)

_RISKS = {Severity.NOTICE: 0.02, Severity.WATCH: 0.2, Severity.PAGE: 0.54, Severity.CRITICAL: 0.87}
_EVENTS: dict[str, EventName] = {
    "opened": "opened",
    "reopened": "opened",
    "recovered": "resolved",
    "lapsed": "resolved",
    "resolved_by_hand": "resolved",
    "acknowledged": "acknowledged",
    "taken_over": "acknowledged",
} | dict.fromkeys(
    ("climbed", "worsened", "released", "repaged", "escalated", "chain_ended", "called", "ack_expired", "snooze_over"),
    "escalated",
)


def assessed(minute: float = 0.0, **changes: Any) -> Assessment:
    """Vary the complaint; `minute` counts from noon."""
    return replace(COMPLAINT, at=NOON + minute * MINUTE, **changes)


def incident(severity: Severity = Severity.PAGE, assessment: Assessment | None = None, **changes: Any) -> Entry:
    """An open incident that began at noon, of which people were told once."""
    seen = assessment if assessment is not None else assessed(risk=_RISKS[severity])
    entry = Entry(
        brand=seen.brand,
        thread_id=seen.thread_id,
        ordinal=1,
        state="open",
        revision=1,
        severity=severity,
        band=severity,
        judgement=Judgement(severity, severity, "risk"),
        assessment=seen,
        opened_at=NOON,
        told=Told(NOON, seen.risk, seen.shares, ()),
        peak=Peak(severity, seen.risk, seen.shares),
        loud=severity if severity.interrupts else None,
        loud_at=NOON,
        pages=(NOON,) if severity.interrupts else (),
    )
    return replace(entry, **changes)


def notified(
    entry: Entry,
    cause: Cause = "opened",
    *,
    who: tuple[str, ...] = (),
    minute: float = 0.0,
    was: Severity | None = None,
    upcoming: Next | None = None,
) -> Notification:
    """What people are told of an incident at `minute` from noon; it interrupts `who`, if anybody."""
    alert = AlertEvent(
        alert_id=entry.alert_id,
        incident_id=entry.incident_id,
        thread_id=entry.thread_id,
        brand=entry.brand,
        event=_EVENTS.get(cause, "updated"),
        severity=entry.severity,
        at=NOON + minute * MINUTE,
        risk=entry.assessment.risk,
        reasons=entry.assessment.reasons,
        forecast=entry.assessment.forecast,
    )
    return Notification(alert, cause, bool(who), bool(who), who, was, upcoming, entry)


def members(number: int) -> tuple[Member, ...]:
    """Threads of a group or a storm, worst first."""
    return tuple(
        Member(
            thread_id=f"thread-{place}",
            began=NOON - (place + 20) * MINUTE,
            at=NOON - place * MINUTE,
            severity=Severity.PAGE if place < 2 else Severity.WATCH,
            risk=0.6 / (place + 1),
            shares=74 // (place + 1),
            excerpt=f"Alweer geen internet in Utrecht, al {place + 2} uur. Wat een bedrijf.",
            url=f"https://x.com/klant/status/{1290 + place}",
        )
        for place in range(number)
    )
