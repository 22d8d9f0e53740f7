"""What an assessment changes: an incident opens, climbs, eases, comes back, or only its figures move."""

from msgspec.structs import replace

from alerts.decide.decision import Cause, Decision, Judged, Tell
from alerts.decide.due import settle
from alerts.decide.telling import announce, climb, page, peaked, tell
from alerts.ledger import Entry, Peak, Told
from alerts.policy import Policy
from alerts.rules import Rules
from alerts.severity import Judgement, Severity
from scoring.assessment import Assessment

_TOLERANCE = 1e-9  # 0.45 - 0.35 is a rise by 0.1 to a person, if not to floating point


def on_judged(entry: Entry | None, judged: Judged, now: float, rules: Rules) -> Decision:
    """Decide on what scoring says now."""
    severity = judged.judgement.severity
    if entry is None:
        return Decision(None, (), "calm") if severity is None else _open(1, judged, severity, now, rules)
    if not entry.active:
        return _after_the_end(entry, judged, severity, now, rules)
    seen = _observe(entry, judged, now)
    if severity is not None and severity > entry.severity:
        return _rise(seen, severity, now, rules)
    if _worsened(seen, severity, rules.policy):
        return page(seen, now, rules, "escalated", "worsened", was=entry.severity)
    due = settle(seen, now, rules)
    if due is not None:
        return due
    if (judged.joined and seen.threads == 2) or _worth_an_edit(seen, now, rules.policy):
        cause: Cause = "joined" if judged.joined else "refreshed"
        return tell(seen, now, Tell("updated", cause, was=entry.severity))
    waits = seen.below_since is not None or seen.rising_since is not None
    return Decision(seen, (), "holding" if waits else "unchanged")


def _open(ordinal: int, judged: Judged, severity: Severity, now: float, rules: Rules) -> Decision:
    assessment, judgement = judged.assessment, judged.judgement
    blip = _may_be_a_blip(judged, severity, rules.policy)
    shown = Severity.WATCH if blip else severity
    entry = Entry(
        brand=assessment.brand,
        thread_id=assessment.thread_id,
        ordinal=ordinal,
        state="open",
        revision=0,
        severity=shown,
        band=_placed(judgement, waits=blip),
        judgement=judgement,
        assessment=assessment,
        opened_at=now,
        told=Told(now, assessment.risk, assessment.shares, assessment.conduct),
        peak=Peak(shown, assessment.risk, assessment.shares),
        rising_since=now if blip else None,
        kind="storm" if judgement.ground == "storm" else "thread",
    )
    return announce(entry, now, rules, "opened", "opened")


def _after_the_end(entry: Entry, judged: Judged, severity: Severity | None, now: float, rules: Rules) -> Decision:
    """Decide on a thread whose incident has resolved: the same one comes back, or the next one begins.

    What somebody resolved while it was still severe stays resolved until it is worse, or was calm in between.
    """
    if severity is None:
        return Decision(replace(entry, calm_after=True), (), "calm")
    if entry.resolved_by is not None and not entry.calm_after and severity <= entry.severity:
        return Decision(entry, (), "settled")
    if entry.resolved_at is None or now - entry.resolved_at >= rules.policy.reopen_s:
        return _open(entry.ordinal + 1, judged, severity, now, rules)
    blip = _may_be_a_blip(judged, severity, rules.policy)
    back = replace(
        _observe(entry, judged, now),
        state="reopened",
        severity=Severity.WATCH if blip else severity,
        band=_placed(judged.judgement, waits=blip),
        rising_since=now if blip else None,
        below_since=None,
        below_peak=None,
        loud=None,  # after so long a calm people take it for over
        handled=None,
        first_handled_at=None,
        resolved_at=None,
        resolved_by=None,
        calm_after=False,
    )
    return announce(peaked(back), now, rules, "opened", "reopened")


def _observe(entry: Entry, judged: Judged, now: float) -> Entry:
    """Note what is said of the incident now, before anything is decided on it."""
    assessment, judgement = judged.assessment, judged.judgement
    severity = judgement.severity
    milder = severity or resting(entry.severity)
    below_since = below_peak = None
    if severity is None or milder < entry.severity:
        below_since = _since(entry.below_since, now)
        below_peak = max(entry.below_peak or milder, milder)
    peak = entry.peak
    return replace(
        entry,
        assessment=assessment,
        judgement=judgement,
        band=judgement.band,
        peak=Peak(peak.severity, max(peak.risk, assessment.risk), max(peak.shares, assessment.shares)),
        rising_since=entry.rising_since if severity is not None and severity > entry.severity else None,
        below_since=below_since,
        below_peak=below_peak,
        calm_since=_since(entry.calm_since, now) if severity is None else None,
    )


def _since(start: float | None, now: float) -> float:
    return now if start is None else start


def resting(severity: Severity) -> Severity:
    """Where a calm incident waits for its end: a page must not stay red for hours after the fire is out."""
    return min(severity, Severity.WATCH)


def _rise(entry: Entry, severity: Severity, now: float, rules: Rules) -> Decision:
    since = _since(entry.rising_since, now)
    judged = Judged(entry.assessment, entry.judgement)
    if _may_be_a_blip(judged, severity, rules.policy) and now - since < rules.policy.persist_s:
        waiting = replace(entry, rising_since=since, band=_placed(entry.judgement, waits=True))
        if entry.severity < Severity.WATCH:
            return climb(waiting, Severity.WATCH, now, rules)
        return Decision(waiting, (), "holding")
    return climb(entry, severity, now, rules)


def _placed(judgement: Judgement, *, waits: bool) -> Severity | None:
    """The band that hysteresis keeps: a page that still has to persist is not one yet."""
    return min(judgement.band, Severity.WATCH) if waits and judgement.band is not None else judgement.band


def _may_be_a_blip(judged: Judged, severity: Severity, policy: Policy) -> bool:
    """Whether a page rests on a single reading of the forecast; what the desk did, or a storm, is no blip."""
    return severity is Severity.PAGE and judged.judgement.ground == "risk" and policy.persist_s > 0


def _worsened(entry: Entry, severity: Severity | None, policy: Policy) -> bool:
    """Whether a critical incident that was put off has grown so much that it must not wait."""
    snooze = entry.snooze
    if snooze is None or severity is not Severity.CRITICAL or snooze.severity is not Severity.CRITICAL:
        return False
    return entry.assessment.shares >= max(snooze.shares, 1) * policy.snooze_growth


def _worth_an_edit(entry: Entry, now: float, policy: Policy) -> bool:
    told, assessment = entry.told, entry.assessment
    if now - told.at < policy.refresh_s:
        return False
    return (
        _grown(told, assessment, policy)
        or abs(assessment.risk - told.risk) >= policy.refresh_risk - _TOLERANCE
        or not set(assessment.conduct) <= set(told.conduct)
    )


def _grown(told: Told, assessment: Assessment, policy: Policy) -> bool:
    grown = assessment.shares - told.shares
    return grown > 0 and grown >= policy.refresh_growth * told.shares - _TOLERANCE
