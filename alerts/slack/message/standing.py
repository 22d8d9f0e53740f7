"""How an incident stands with people: who is called and who is next, who has it, what keeps pages back."""

from collections.abc import Sequence

from alerts.event import Notification
from alerts.ledger import Deed, Entry, Snooze
from alerts.rules import Hold
from alerts.severity import Severity
from alerts.slack.escape import mrkdwn
from alerts.slack.people import name, names
from alerts.slack.words import duration, near_clock, percent, times

_REASON = 120
_MOST_DEEDS = 5

_HOLDS = {
    "quiet_hours": "quiet hours",
    "campaign": "a planned campaign",
    "silence": "a silence",
    "storm": "a storm on this brand",
    "budget": "the page budget",
}
_DEEDS = {
    "acknowledge": "acknowledged",
    "resolve": "resolved it",
    "snooze_30m": "snoozed it for 30 min",
    "snooze_2h": "snoozed it for 2 h",
    "snooze_morning": "snoozed it until morning",
    "mute": "muted this thread",
    "escalate": "called the next person",
    "real": "judged: real",
    "false_alarm": "judged: false alarm",
    "too_late": "judged: too late",
}
_VERDICTS = {"real": "it was real", "false_alarm": "a false alarm", "too_late": "the alert came too late"}


def standing(notification: Notification, called: Sequence[str], interrupting: str = "") -> list[str]:
    """Say in lines of mrkdwn how an incident stands that is not over; none for what nobody need do anything about.

    `called` is whom its last interruption called, `interrupting` mentions those whom this very message is to interrupt.
    """
    entry, now = notification.incident, notification.alert.at
    lines = []
    if entry.state == "reopened":
        lines.append("🔁 *Reopened*: it was over, and is back.")
    if entry.parent is not None:
        lines.append("🌩️ *Part of a storm* on this brand; the storm's own message calls people for it.")
    if entry.snooze is not None:
        lines.append(_snoozed(entry.snooze, now))
    elif entry.handled is not None:
        lines.append(_handled(entry, now))
    elif entry.held is not None and entry.severity.interrupts:
        if entry.parent is None or entry.held.by != "storm":
            lines.append(_held(entry.held, now))
    elif entry.severity.interrupts:
        return [*lines, _unattended(notification, called, interrupting)]
    if interrupting:
        lines.insert(0, f"📟 {interrupting} please look at this one.")
    if entry.judgement.spared and not entry.severity.interrupts:
        lines.append("🪙 *Spared by the page budget*: without it, this would be a page.")
    return lines


def _snoozed(snooze: Snooze, now: float) -> str:
    until = near_clock(snooze.until, now)
    if snooze.mute:
        return f"🔇 *Muted* until {until} by {name(snooze.by)}. It calls people only if it becomes critical."
    worse = (
        "only if it keeps growing"
        if snooze.severity is Severity.CRITICAL
        else f"if it gets worse than {snooze.severity.value}"
    )
    return f"💤 *Snoozed* until {until} by {name(snooze.by)}. It calls people {worse}."


def _handled(entry: Entry, now: float) -> str:
    handled = entry.handled
    assert handled is not None, "somebody has it"
    line = f"👤 *{name(handled.by)} has this* since {near_clock(handled.at, now)}"
    return line + (f", reminded at {near_clock(handled.reminded_at, now)}." if handled.reminded_at is not None else ".")


def _held(hold: Hold, now: float) -> str:
    what = _HOLDS[hold.by]
    reason = f" (“{mrkdwn(hold.reason, _REASON)}”)" if hold.reason else ""
    owner = f" of {name(hold.owner)}" if hold.owner else ""
    until = f" until {near_clock(hold.until, now)}" if hold.until is not None else ""
    critical = "" if hold.even_critical else " If it becomes critical, people are called all the same."
    return f"🤫 *Nobody is called*{until}, because of {what}{owner}{reason}.{critical}"


def _unattended(notification: Notification, called: Sequence[str], interrupting: str) -> str:
    """Say who is being called, and who is next unless somebody acknowledges."""
    entry, now, upcoming = notification.incident, notification.alert.at, notification.upcoming
    if entry.owed and entry.loud is not None and not interrupting:
        known = f"people were called for this at {near_clock(entry.loud_at, now)}"
        return f"🔕 *No new call*: {known}, and are again if it stays."
    who = notification.who or tuple(called)
    if interrupting:
        calling = f"📟 {interrupting} please take this one"
    elif who:
        calling = f"📟 *Calling {names(who)}*"
    else:
        calling = "📟 *Nobody has acknowledged this yet*"
    if upcoming is None:
        return f"{calling} · nobody else is called after that" if who else f"{calling}."
    after = "again" if set(upcoming.who) == set(who) else f"*{names(upcoming.who)}*"
    return f"{calling} · {after} at {near_clock(upcoming.at, now)} unless somebody acknowledges"


def outcome(notification: Notification) -> list[str]:
    """Say of an incident that is over how it ended, how long it took, and how bad it was."""
    entry, now = notification.incident, notification.alert.at
    ended = entry.resolved_at if entry.resolved_at is not None else now
    took = duration(ended - entry.opened_at)
    by = f"Resolved by *{name(entry.resolved_by)}*" if entry.resolved_by is not None else "Calm again *by itself*"
    peak = entry.peak
    return [
        f"{by} at {near_clock(ended, now)}, after *{took}*.",
        f"At its worst: *{peak.severity.value}*, risk {percent(peak.risk)}, {times(peak.shares, 'share', 'shares')}.",
        *_answered(entry),
    ]


def _answered(entry: Entry) -> list[str]:
    first = entry.first_handled_at
    if first is None:
        return ["Nobody acknowledged it."] if entry.pages else []
    since, what = (
        (entry.pages[0], "first call") if entry.pages and entry.pages[0] <= first else (entry.opened_at, "opening")
    )
    by = next((f" by *{name(deed.by)}*" for deed in entry.deeds if deed.at == first), "")
    return [f"Taken on{by} *{duration(first - since)}* after the {what}."]


def verdict(entry: Entry) -> str | None:
    """Say what somebody judged of the alert."""
    if entry.verdict is None:
        return None
    by = next((f" ({name(deed.by)})" for deed in reversed(entry.deeds) if deed.action == entry.verdict), "")
    return f"Verdict: *{_VERDICTS[entry.verdict]}*{by}"


def deeds(entry: Entry, now: float) -> str | None:
    """Say who did what, the latest last."""
    return " · ".join(_deed(deed, now) for deed in entry.deeds[-_MOST_DEEDS:]) or None


def _deed(deed: Deed, now: float) -> str:
    return f"{near_clock(deed.at, now)} {name(deed.by)} {_DEEDS.get(deed.action, 'did something')}"
