"""What people do to an incident, and what comes of it."""

from collections.abc import Callable

from msgspec.structs import replace

from alerts.click import Action, Click
from alerts.decide.decision import Cause, Decision, EventName, Tell
from alerts.decide.telling import tell
from alerts.ledger import MOST_DEEDS, Deed, Entry, Handled, Snooze
from alerts.rules import EVERYBODY, Rules
from scoring.verdicts import Judgement as VerdictWord
from scoring.verdicts import Verdict

_SNOOZES: dict[Action, float] = {"snooze_30m": 1800.0, "snooze_2h": 7200.0}
_VERDICTS: dict[Action, VerdictWord] = {"real": "real", "false_alarm": "false_alarm", "too_late": "too_late"}


def on_click(entry: Entry | None, click: Click, now: float, rules: Rules) -> Decision:
    """Decide on a press of a button. One that is delivered twice counts once."""
    if entry is None:
        return Decision(None, (), "pointless")
    if any(deed.id == click.id for deed in entry.deeds):
        return Decision(entry, (), "repeated")
    if click.action in _VERDICTS:
        return _judge(entry, click, now, _VERDICTS[click.action])
    if not entry.active:
        return Decision(entry, (), "pointless")
    return _ACTIONS[click.action](entry, click, now, rules)


def _noted(entry: Entry, click: Click, now: float) -> Entry:
    deeds = (*entry.deeds, Deed(now, click.by, click.action, click.id))[-MOST_DEEDS:]
    first = entry.first_handled_at if entry.first_handled_at is not None else now
    return replace(entry, deeds=deeds, first_handled_at=first)


def _quieted(entry: Entry) -> Entry:
    """Stop calling people: somebody knows."""
    return replace(entry, chain_at=None, owed=False, held=None, rising_since=None)


def _acknowledge(entry: Entry, click: Click, now: float, _: Rules) -> Decision:
    before = entry.handled
    if before is not None and entry.state == "acknowledged" and before.by == click.by:
        return Decision(entry, (), "pointless")
    cause: Cause = "acknowledged" if before is None else "taken_over"
    return tell(_taken(_noted(entry, click, now), click, now), now, Tell("acknowledged", cause, was=entry.severity))


def _taken(entry: Entry, click: Click, now: float) -> Entry:
    handled = Handled(click.by, now, entry.severity)
    return replace(_quieted(entry), state="acknowledged", handled=handled, snooze=None)


def _resolve(entry: Entry, click: Click, now: float, _: Rules) -> Decision:
    over = replace(
        _quieted(_noted(entry, click, now)),
        state="resolved",
        resolved_at=now,
        resolved_by=click.by,
        calm_after=entry.calm_since is not None,
        snooze=None,
    )
    return tell(over, now, Tell("resolved", "resolved_by_hand", was=entry.severity))


def _snooze(entry: Entry, click: Click, now: float, rules: Rules) -> Decision:
    mute = click.action == "mute"
    if mute:
        until = now + rules.policy.mute_s
    else:
        until = now + _SNOOZES[click.action] if click.action in _SNOOZES else max(rules.morning, now + 1.0)
    put_off = replace(
        _quieted(_noted(entry, click, now)),
        state="snoozed",
        handled=None,
        snooze=Snooze(click.by, now, until, entry.severity, entry.assessment.shares, mute),
    )
    return tell(put_off, now, Tell("updated", "muted" if mute else "snoozed", was=entry.severity))


def _escalate(entry: Entry, click: Click, now: float, rules: Rules) -> Decision:
    """Call the next of the chain at once, or the second one where it does not run; whoever comes can take it on."""
    chain = rules.chain(entry.severity)
    step = entry.chain_step if entry.chain_at is not None else min(1, len(chain))
    who = chain[step].who if step < len(chain) else (EVERYBODY,)
    reached = chain[min(step, len(chain) - 1)].after_s if chain else 0.0
    called = replace(
        _quieted(_noted(entry, click, now)),
        state="reopened" if entry.state == "reopened" else "open",
        handled=None,
        snooze=None,
        chain_at=now - reached if chain else None,
        chain_step=step + 1 if chain else 0,
    )
    return tell(called, now, Tell("escalated", "called", notifies=True, who=who, was=entry.severity))


def _judge(entry: Entry, click: Click, now: float, word: VerdictWord) -> Decision:
    """Note a verdict. Whoever says that an alarm is false has seen it, so nobody else need be called."""
    if entry.verdict == word:
        return Decision(entry, (), "pointless")
    judged = replace(_noted(entry, click, now), verdict=word)
    event: EventName = "updated"
    if word == "false_alarm" and entry.unattended:
        judged, event = _taken(judged, click, now), "acknowledged"
    told = tell(judged, now, Tell(event, "judged", was=entry.severity))
    return told._replace(verdict=Verdict(entry.thread_id, now, word, click.by))


_ACTIONS: dict[Action, Callable[[Entry, Click, float, Rules], Decision]] = {
    "acknowledge": _acknowledge,
    "resolve": _resolve,
    "snooze_30m": _snooze,
    "snooze_2h": _snooze,
    "snooze_morning": _snooze,
    "mute": _snooze,
    "escalate": _escalate,
}
