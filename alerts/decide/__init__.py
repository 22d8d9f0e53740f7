"""The life of an incident: what people are told, and when, purely from what they were told before."""

from alerts.click import Click
from alerts.decide.clicked import on_click
from alerts.decide.decision import Cause, Decision, EventName, Judged, Tell
from alerts.decide.due import due_at, settle, upcoming
from alerts.decide.judged import on_judged
from alerts.ledger import Entry
from alerts.rules import Rules

__all__ = ["Cause", "Decision", "EventName", "Judged", "Tell", "decide", "due_at", "upcoming"]


def decide(entry: Entry | None, event: Judged | Click | None, now: float, rules: Rules) -> Decision:
    """Decide what an event changes, and say why; every decision says at most one thing.

    Parameters
    ----------
    entry
        The incident as it was; None when its thread never had one.
    event
        What scoring says of it now, what somebody did to it, or None for the mere passing of time.
    now
        Epoch seconds of event time; never before that of an earlier decision on the incident.
    rules
        What holds at that moment.
    """
    if isinstance(event, Judged):
        return on_judged(entry, event, now, rules)
    if isinstance(event, Click):
        return on_click(entry, event, now, rules)
    settled = settle(entry, now, rules) if entry is not None else None
    return settled if settled is not None else Decision(entry, (), "unchanged")
