"""What falls due by itself as time passes: one list of it, both for acting on and for knowing when to wake up."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from alerts.decide.decision import Cause, Decision, Tell
from alerts.decide.telling import climb, known_until, page, tell
from alerts.ledger import Entry
from alerts.rules import EVERYBODY, HERE, Rules
from alerts.severity import Severity

STALE_S = 7 * 24 * 3600.0
"""An incident of whose threads nothing was heard for so long lapses."""


class Due(NamedTuple):
    """Something that happens `at` unless something else happens before."""

    at: float
    act: Callable[[Entry, float, Rules], Decision]


def due_at(entry: Entry, rules: Rules) -> float | None:
    """When the incident needs a decision even if nothing happens to it, in epoch seconds; None for never.

    It may have passed already. The answer holds as long as entry and rules do: whoever changes the rules, by the end
    of a hold for example, has to ask again.
    """
    return min((due.at for due in _pending(entry, rules)), default=None)


def settle(entry: Entry, now: float, rules: Rules) -> Decision | None:
    """Do what is due, what fell due first first; None when nothing is."""
    due = min((due for due in _pending(entry, rules) if due.at <= now), key=lambda due: due.at, default=None)
    return None if due is None else due.act(entry, now, rules)


def _pending(entry: Entry, rules: Rules) -> Iterator[Due]:
    if not entry.active:
        return
    policy = rules.policy
    if entry.snooze is not None:
        yield Due(entry.snooze.until, _wake)
    if entry.calm_since is not None:
        yield Due(entry.calm_since + policy.recovery_s, _recover)
    else:
        yield Due(entry.assessment.at + STALE_S, _lapse)
    if entry.rising_since is not None:
        yield Due(entry.rising_since + policy.persist_s, _persisted)
    if entry.below_since is not None and entry.below_peak is not None and entry.below_peak < entry.severity:
        yield Due(entry.below_since + policy.hold_s, _fall)
    if entry.threads != entry.told.threads:
        yield Due(entry.told.at + policy.refresh_s, _count)
    judged = entry.judgement.severity
    if entry.severity.interrupts and judged is not None and judged.interrupts:
        yield from _loud(entry, rules)


def _loud(entry: Entry, rules: Rules) -> Iterator[Due]:
    """What interrupts people, of an incident that is still worth it: while it eases, nobody more is called."""
    held = rules.hold is not None and rules.hold.keeps(entry.severity)
    if entry.owed and entry.unattended and entry.below_since is None:
        if not held:
            yield Due(max(known_until(entry, rules), entry.told.at), _repay)
            return
        if entry.held != rules.hold:
            yield Due(entry.told.at, _hold)
    if held:
        return
    if entry.state == "acknowledged" and entry.handled is not None:
        handled, policy = entry.handled, rules.policy
        expires = handled.at + policy.ack_expires_s
        remind = (handled.at if handled.reminded_at is None else handled.reminded_at) + policy.remind_s
        yield Due(remind, _remind) if remind < expires else Due(expires, _expire)
    if entry.unattended and entry.chain_at is not None:
        yield Due(_next_step(entry, rules)[1], _call)


def upcoming(entry: Entry, rules: Rules) -> tuple[tuple[str, ...], float] | None:
    """Who is called next and when, while the on-call chain runs."""
    if not (
        entry.unattended and entry.severity.interrupts and entry.chain_at is not None and rules.chain(entry.severity)
    ):
        return None
    return _next_step(entry, rules)


def _next_step(entry: Entry, rules: Rules) -> tuple[tuple[str, ...], float]:
    chain, done = rules.chain(entry.severity), entry.chain_step
    began = entry.chain_at or 0.0
    if done < len(chain):
        return chain[done].who, began + chain[done].after_s
    last = chain[-1].after_s if chain else 0.0
    return (EVERYBODY,), began + last + rules.policy.chain_repeat_s * (done - len(chain) + 1)


def _wake(entry: Entry, now: float, rules: Rules) -> Decision:
    eases = entry.below_since is not None
    awake = replace(entry, state="open", snooze=None, owed=entry.severity.interrupts and eases)
    if not entry.severity.interrupts or eases:
        return tell(awake, now, Tell("updated", "snooze_over", was=entry.severity))
    return _aloud(awake, now, rules, "snooze_over")


def _aloud(entry: Entry, now: float, rules: Rules, cause: Cause) -> Decision:
    """Page anew for what people once knew, unless something keeps pages back."""
    if rules.hold is not None and rules.hold.keeps(entry.severity):
        return tell(replace(entry, owed=True, held=rules.hold), now, Tell("updated", "held", was=entry.severity))
    return page(entry, now, rules, "escalated", cause, was=entry.severity)


def _recover(entry: Entry, now: float, _: Rules) -> Decision:
    return _end(entry, now, "recovered")


def _lapse(entry: Entry, now: float, _: Rules) -> Decision:
    return _end(entry, now, "lapsed")


def _end(entry: Entry, now: float, cause: Cause) -> Decision:
    over = replace(
        entry,
        state="resolved",
        resolved_at=now,
        calm_after=True,
        owed=False,
        held=None,
        chain_at=None,
        snooze=None,
        rising_since=None,
    )
    return tell(over, now, Tell("resolved", cause, was=entry.severity))


def _persisted(entry: Entry, now: float, rules: Rules) -> Decision:
    """Climb: it was no blip."""
    return climb(entry, entry.judgement.severity or entry.severity, now, rules)


def _fall(entry: Entry, now: float, _: Rules) -> Decision:
    """Lower the severity; what is milder still by now has to hold for its own while."""
    severity = entry.below_peak or entry.severity
    milder = entry.judgement.severity or min(severity, Severity.WATCH)
    further = milder < severity
    fallen = replace(
        entry,
        severity=severity,
        below_since=now if further else None,
        below_peak=milder if further else None,
        owed=entry.owed and severity.interrupts,
        held=entry.held if severity.interrupts else None,
        chain_at=entry.chain_at if severity.interrupts else None,
    )
    return tell(fallen, now, Tell("updated", "fell", was=entry.severity))


def _count(entry: Entry, now: float, _: Rules) -> Decision:
    return tell(entry, now, Tell("updated", "joined", was=entry.severity))


def _repay(entry: Entry, now: float, rules: Rules) -> Decision:
    return page(entry, now, rules, "escalated", "repaged" if entry.held is None else "released", was=entry.severity)


def _hold(entry: Entry, now: float, rules: Rules) -> Decision:
    return tell(replace(entry, held=rules.hold), now, Tell("updated", "held", was=entry.severity))


def _remind(entry: Entry, now: float, _: Rules) -> Decision:
    assert entry.handled is not None
    reminded = replace(entry, handled=replace(entry.handled, reminded_at=now))
    who = (entry.handled.by,)
    return tell(reminded, now, Tell("updated", "reminded", notifies=True, who=who, was=entry.severity))


def _expire(entry: Entry, now: float, rules: Rules) -> Decision:
    return _aloud(replace(entry, state="open", handled=None), now, rules, "ack_expired")


def _call(entry: Entry, now: float, rules: Rules) -> Decision:
    who, _ = _next_step(entry, rules)
    cause: Cause = "escalated" if entry.chain_step < len(rules.chain(entry.severity)) else "chain_ended"
    called = replace(entry, chain_step=entry.chain_step + 1)
    return tell(called, now, Tell("escalated", cause, notifies=True, who=who or (HERE,), was=entry.severity))
