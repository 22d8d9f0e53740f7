"""What to tell people about a thread now, given what they were told before.

A pure function of the incident's ledger entry, one assessment and the policy. Every decision names its cause,
also the one to say nothing, so that a log or a counter of causes explains the service's behaviour.
"""

from typing import Literal

import msgspec
from msgspec.structs import replace

from alerts.ledger import Entry, Peak, Told
from alerts.policy import Policy
from alerts.severity import Judgement, Severity, judge
from scoring.assessment import Assessment

EventName = Literal["opened", "updated", "escalated", "acknowledged", "resolved"]

Cause = Literal[
    "opened",  # a thread became an incident
    "reopened",  # a thread whose incident had resolved became the next incident
    "climbed",  # to a severity that people have not been told of lately
    "returned",  # to one that they have: an edit is enough for now
    "repaged",  # it returned and stayed, so silence would hide it
    "fell",  # stayed milder for the hold time
    "refreshed",  # same severity, but a figure moved that a person would care about
    "recovered",  # stayed calm for the recovery time
    "calm",  # nothing to say: no incident, and none needed
    "holding",  # nothing to say yet: milder than told, within the hold time
    "unchanged",  # nothing to say: as told
]

_TOLERANCE = 1e-9  # 0.45 - 0.35 is a rise by 0.1 to a person, if not to floating point


class Tell(msgspec.Struct, frozen=True):
    """Tell people: post, edit or close the incident's message.

    `notifies` asks for a message that interrupts; otherwise an edit in place is enough. Exactly the events
    opened and escalated of a severity that interrupts do. `was` is the severity told before.
    """

    event: EventName
    cause: Cause
    notifies: bool
    was: Severity | None = None


class Decision(msgspec.Struct, frozen=True):
    """The ledger entry as it is from now on, what to do, and why.

    `entry` is None as long as the thread never was an incident.
    """

    entry: Entry | None
    actions: tuple[Tell, ...]
    cause: Cause
    judgement: Judgement


def decide(entry: Entry | None, assessment: Assessment, policy: Policy) -> Decision:
    """Decide what an assessment changes.

    Parameters
    ----------
    entry
        The thread's latest incident, open or resolved; None when it never had one.
    assessment
        The thread now. Its `at` is the only clock there is.
    policy
        The desk's thresholds.
    """
    band = entry.band if entry is not None and entry.state == "open" else None
    judgement = judge(assessment, band, policy)
    if entry is None or entry.state == "resolved":
        if judgement.severity is None:
            return Decision(entry, (), "calm", judgement)
        return _open(entry, assessment, judgement, judgement.severity)
    seen = _observe(entry, assessment, judgement)
    if judgement.severity is not None and judgement.severity > entry.severity:
        return _climb(seen, assessment, judgement, judgement.severity, policy)
    return _settle(seen, assessment, judgement, policy)


def due_at(entry: Entry, policy: Policy) -> float | None:
    """Event time at which the incident needs a decision even if nothing happens in its thread, if any.

    Whoever runs the clock scores the thread again then, and decides on that.
    """
    if entry.state == "resolved":
        return None
    due = []
    if entry.below_since is not None and entry.below_peak is not entry.severity:
        due.append(entry.below_since + policy.hold_s)
    if entry.calm_since is not None:
        due.append(entry.calm_since + policy.recovery_s)
    if entry.owed:
        due.append(entry.loud_at + policy.repage_s)
    return min(due, default=None)


def _open(before: Entry | None, assessment: Assessment, judgement: Judgement, severity: Severity) -> Decision:
    entry = Entry(
        brand=assessment.brand,
        thread_id=assessment.thread_id,
        ordinal=before.ordinal + 1 if before is not None else 1,
        state="open",
        revision=1,
        severity=severity,
        band=judgement.band,
        opened_at=assessment.at,
        told=_told(assessment),
        peak=Peak(severity, assessment.risk, assessment.shares),
        loud=severity,
        loud_at=assessment.at,
    )
    cause: Cause = "opened" if before is None else "reopened"
    return Decision(entry, (Tell("opened", cause, severity.interrupts),), cause, judgement)


def _observe(entry: Entry, assessment: Assessment, judgement: Judgement) -> Entry:
    """Note what this assessment says, before anything is decided on it."""
    at = assessment.at
    calm_since = _since(entry.calm_since, at) if judgement.severity is None else None
    milder = judgement.severity or _resting(entry.severity)
    below_since = below_peak = None
    if judgement.severity is None or milder < entry.severity:
        below_since = _since(entry.below_since, at)
        below_peak = max(entry.below_peak or milder, milder)
    peak = entry.peak
    if assessment.risk > peak.risk or assessment.shares > peak.shares:
        peak = Peak(peak.severity, max(peak.risk, assessment.risk), max(peak.shares, assessment.shares))
    noted = (judgement.band, peak, below_since, below_peak, calm_since)
    if noted == (entry.band, entry.peak, entry.below_since, entry.below_peak, entry.calm_since):
        return entry
    return replace(
        entry,
        band=judgement.band,
        peak=peak,
        below_since=below_since,
        below_peak=below_peak,
        calm_since=calm_since,
    )


def _since(start: float | None, at: float) -> float:
    return at if start is None else start


def _resting(severity: Severity) -> Severity:
    """Where a calm incident waits for its end: a page must not stay red for hours after the fire is out."""
    return min(severity, Severity.WATCH)


def _climb(entry: Entry, assessment: Assessment, judgement: Judgement, severity: Severity, policy: Policy) -> Decision:
    peak = replace(entry.peak, severity=max(entry.peak.severity, severity))
    if severity <= entry.loud and assessment.at - entry.loud_at < policy.repage_s:
        return _tell(
            replace(entry, severity=severity, peak=peak, owed=severity.interrupts),
            assessment,
            judgement,
            Tell("updated", "returned", notifies=False, was=entry.severity),
        )
    return _tell(
        replace(entry, severity=severity, peak=peak, loud=severity, loud_at=assessment.at, owed=False),
        assessment,
        judgement,
        Tell("escalated", "climbed", notifies=severity.interrupts, was=entry.severity),
    )


def _settle(entry: Entry, assessment: Assessment, judgement: Judgement, policy: Policy) -> Decision:
    """Decide on a thread that is as bad as told, or milder."""
    at, was = assessment.at, entry.severity
    if entry.calm_since is not None and at - entry.calm_since >= policy.recovery_s:
        resolved = replace(entry, state="resolved", owed=False)
        return _tell(resolved, assessment, judgement, Tell("resolved", "recovered", notifies=False, was=was))
    if entry.below_since is not None and entry.below_peak is not None and entry.below_peak < was:
        if at - entry.below_since >= policy.hold_s:
            fallen = _fall(entry, entry.below_peak, judgement, at)
            return _tell(fallen, assessment, judgement, Tell("updated", "fell", notifies=False, was=was))
    elif entry.owed and at - entry.loud_at >= policy.repage_s:
        paged = replace(entry, loud=was, loud_at=at, owed=False)
        return _tell(paged, assessment, judgement, Tell("escalated", "repaged", notifies=True, was=was))
    if _worth_an_edit(entry.told, assessment, policy):
        return _tell(entry, assessment, judgement, Tell("updated", "refreshed", notifies=False, was=was))
    return Decision(entry, (), "unchanged" if entry.below_since is None else "holding", judgement)


def _fall(entry: Entry, severity: Severity, judgement: Judgement, at: float) -> Entry:
    """Lower the severity; what is milder still by now has to hold for its own while."""
    milder = judgement.severity or _resting(severity)
    further = milder < severity
    return replace(
        entry,
        severity=severity,
        below_since=at if further else None,
        below_peak=milder if further else None,
        owed=entry.owed and severity.interrupts,
    )


def _worth_an_edit(told: Told, assessment: Assessment, policy: Policy) -> bool:
    if assessment.at - told.at < policy.refresh_s:
        return False
    grown = assessment.shares - told.shares
    return (
        (grown > 0 and grown >= policy.refresh_growth * told.shares - _TOLERANCE)
        or abs(assessment.risk - told.risk) >= policy.refresh_risk - _TOLERANCE
        or not set(assessment.conduct) <= set(told.conduct)
    )


def _tell(entry: Entry, assessment: Assessment, judgement: Judgement, tell: Tell) -> Decision:
    told = replace(entry, revision=entry.revision + 1, told=_told(assessment))
    return Decision(told, (tell,), tell.cause, judgement)


def _told(assessment: Assessment) -> Told:
    return Told(assessment.at, assessment.risk, assessment.shares, assessment.conduct)
