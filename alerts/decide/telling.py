"""Telling people: what is said quietly, what interrupts, and what would but is kept back."""

from msgspec.structs import replace

from alerts.decide.decision import Cause, Decision, EventName, Tell
from alerts.ledger import MOST_PAGES, Entry, Told
from alerts.rules import HERE, Rules
from alerts.severity import Severity


def tell(entry: Entry, now: float, action: Tell) -> Decision:
    """Say one thing about an incident, which then stands as told."""
    assessment = entry.assessment
    told = Told(now, assessment.risk, assessment.shares, assessment.conduct, entry.threads)
    return Decision(replace(entry, revision=entry.revision + 1, told=told), (action,), action.cause)


def announce(
    entry: Entry, now: float, rules: Rules, event: EventName, cause: Cause, was: Severity | None = None
) -> Decision:
    """Say that an incident has become as severe as it is now: aloud where people do not know that yet.

    What somebody acknowledged or put off is not said aloud again unless it is worse than it was then. A severity
    that people were interrupted for lately comes back silently, and is owed to them should it stay.
    """
    severity = entry.severity
    if not severity.interrupts:
        return tell(entry, now, Tell(event, cause, was=was))
    if covered(entry, severity):
        new = entry.loud is None or severity > entry.loud
        return tell(entry, now, Tell("updated", "climbed" if new else "returned", was=was))
    if _known(entry, now, rules):
        return tell(replace(_anew(entry), owed=True), now, Tell("updated", "returned", was=was))
    if rules.hold is not None and rules.hold.keeps(severity):
        quiet: EventName = "opened" if event == "opened" else "updated"
        return tell(replace(_anew(entry), owed=True, held=rules.hold), now, Tell(quiet, "held", was=was))
    return page(entry, now, rules, event, cause, was)


def climb(entry: Entry, severity: Severity, now: float, rules: Rules) -> Decision:
    """Raise the severity that people are told; it may be on its way to a higher one that has to persist first."""
    arrived = entry.judgement.severity is severity
    risen = replace(
        entry,
        severity=severity,
        band=entry.judgement.band if arrived else entry.band,
        rising_since=None if arrived else entry.rising_since,
    )
    return announce(peaked(risen), now, rules, "escalated", "climbed", was=entry.severity)


def peaked(entry: Entry) -> Entry:
    """Note in the peak how severe the incident is now."""
    return replace(entry, peak=replace(entry.peak, severity=max(entry.peak.severity, entry.severity)))


def page(
    entry: Entry, now: float, rules: Rules, event: EventName, cause: Cause, was: Severity | None = None
) -> Decision:
    """Interrupt people, and begin the on-call chain; whatever was acknowledged or put off before is not this."""
    chain = rules.chain(entry.severity)
    paged = replace(
        _anew(entry),
        loud=entry.severity,
        loud_at=now,
        owed=False,
        held=None,
        chain_at=now if chain else None,
        chain_step=1 if chain else 0,
        pages=(*entry.pages, now)[-MOST_PAGES:],
    )
    who = chain[0].who if chain else (HERE,)
    return tell(paged, now, Tell(event, cause, notifies=True, page=True, who=who, was=was))


def _anew(entry: Entry) -> Entry:
    """Ask for somebody anew: what was acknowledged or put off was less than this."""
    return replace(entry, state="reopened" if entry.state == "reopened" else "open", handled=None, snooze=None)


def covered(entry: Entry, severity: Severity) -> bool:
    """Whether somebody who acknowledged the incident, or put it off, meant this severity too."""
    if entry.snooze is not None:
        if entry.snooze.mute and severity is not Severity.CRITICAL:
            return True
        return severity <= entry.snooze.severity
    return entry.handled is not None and severity <= entry.handled.severity


def known_until(entry: Entry, rules: Rules) -> float:
    """Until when people count as knowing of the incident's severity, because it interrupted them."""
    if entry.loud is None or entry.severity > entry.loud:
        return float("-inf")
    return entry.loud_at + rules.policy.repage_s


def _known(entry: Entry, now: float, rules: Rules) -> bool:
    return now < known_until(entry, rules)
