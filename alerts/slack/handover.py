"""The digest of a shift as one message: what the next shift must know first, then the rest."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo

from slack_sdk.models.blocks import Block

from alerts.digest import Digest, seconds_to_answer
from alerts.ledger import Entry
from alerts.slack import words
from alerts.slack.blocks import Message
from alerts.slack.escape import plain
from alerts.slack.feed import trouble
from alerts.slack.pieces import (
    SIGNS,
    Names,
    brand,
    clock,
    context,
    header,
    moment,
    percentage,
    person,
    section,
    shares,
    what,
)
from alerts.spending import Spending
from alerts.watchdog import OpsAlert

_MOST_INCIDENTS, _MOST_BRANDS, _MOST_TROUBLES = 15, 10, 5
_VERDICTS = {"real": "real", "false_alarm": "false alarm", "too_late": "too late"}


def render_digest(digest: Digest, zone: tzinfo, names: Names = person) -> Message:
    """Lay out a shift.

    Parameters
    ----------
    digest
        The shift, over or not.
    zone
        The desk's time zone; readers see their own where Slack can.
    names
        How people are shown.
    """
    title = f"📋 {'So far' if digest.running else 'Handover'} · {plain(digest.shift, 60)} {_hours(digest, zone)}"
    blocks: list[Block] = [header(title), _whose(digest, zone, names), section(_sum(digest))]
    shown, rest = digest.incidents[:_MOST_INCIDENTS], digest.incidents[_MOST_INCIDENTS:]
    marks = _marks(digest, zone, names)
    for heading, active in (("Still open", True), ("Over", False)):
        group = [entry for entry in shown if entry.active is active]
        blocks += [section(f"*{heading}*")] if group else []
        blocks += [section(_incident(entry, digest, zone, names, marks)) for entry in group]
    if rest:
        blocks.append(context(f"and {len(rest)} more, none above {rest[0].peak.severity.value}"))
    troubles = [f"• {_trouble(alert, digest.at, zone)}" for alert in digest.troubles[-_MOST_TROUBLES:]]
    blocks += [section("\n".join(["📡 *The feed*", *troubles]))] if troubles else []
    turn = f"Next: *{plain(digest.next_shift, 60)}* from {clock(digest.end, zone)}"
    blocks.append(context(f"{turn} · on call {_in_turn(digest.next_on_call, names)}"))
    return Message(f"{title} · {_sum(digest, bold='')}".replace("\n", " · "), [block.to_dict() for block in blocks])


def _hours(digest: Digest, zone: tzinfo) -> str:
    return f"{clock(digest.start, zone)}–{clock(digest.end, zone)}"


def _whose(digest: Digest, zone: tzinfo, names: Names) -> Block:
    on_call = _in_turn(digest.on_call, names)
    return context(f"on call {on_call} · as of {moment(digest.at, zone)} · hours are in {zone}")


def _in_turn(keys: tuple[str, ...], names: Names) -> str:
    return ", then ".join(names(key) for key in keys) or "nobody by name"


def _sum(digest: Digest, bold: str = "*") -> str:
    """Say in a few lines what a lead asks first."""
    known = len(digest.incidents)
    if not known:
        return "Nothing happened: no incident, no page."
    counted = f"{bold}{known} incident{'s' if known != 1 else ''}{bold}"
    left = f"{bold}{digest.still_open} still open{bold}"
    lines = [f"{counted} · {digest.opened} opened, {digest.resolved} resolved, {left}"]
    missed = len(digest.missed)
    if missed:
        lines.append(f"🔕 {bold}{missed} page{'s' if missed != 1 else ''} that nobody answered{bold}")
    lines += [f"📟 {spent(one, bold)}" for one in digest.spending[:_MOST_BRANDS]] or ["No page."]
    if len(digest.spending) > _MOST_BRANDS:
        others = digest.spending[_MOST_BRANDS:]
        lines.append(f"📟 {sum(one.pages for one in others)} pages of {len(others)} other brands")
    return "\n".join(lines)


def spent(one: Spending, bold: str = "*") -> str:
    """Say what a brand's pages cost and what that made of the threshold."""
    name = brand(one.brand)
    if one.budget is None:
        said = f"{name}: {bold}{one.pages} page{'s' if one.pages != 1 else ''}{bold}"
    else:
        said = f"{name}: {bold}{one.pages} of {one.budget} pages{bold}" + (" ⚠️ over the budget" if one.over else "")
    if one.threshold is not None and one.usual is not None and one.threshold != one.usual:
        said += f", threshold moved from {percentage(one.usual)} to {percentage(one.threshold)}"
    if one.spared:
        said += f", {one.spared} spared"
    return said


def _incident(entry: Entry, digest: Digest, zone: tzinfo, names: Names, marks: Mapping[str, str]) -> str:
    peak = entry.peak
    facts = [
        _course(entry, digest.at, zone, names),
        f"at its worst {peak.severity.value}, risk {words.percent(peak.risk)}, {shares(peak.shares)}",
        *_answered(entry, names),
        *([marks[entry.incident_id]] if entry.incident_id in marks else []),
    ]
    return f"{SIGNS[peak.severity]} {what(entry)}\n{' · '.join(facts)}"


def _course(entry: Entry, now: float, zone: tzinfo, names: Names) -> str:
    if entry.active:
        return f"for {words.duration(now - entry.opened_at)}"
    ended = entry.assessment.at if entry.resolved_at is None else entry.resolved_at
    how = "calm" if entry.resolved_by is None else f"resolved by {names(entry.resolved_by)}"
    return f"{how} at {clock(ended, zone)} after {words.duration(ended - entry.opened_at)}"


def _answered(entry: Entry, names: Names) -> Iterator[str]:
    waited = seconds_to_answer(entry)
    if waited is not None:
        who = f" by {names(entry.deeds[0].by)}" if entry.deeds else ""
        yield f"answered after {words.duration(waited)}{who}"
    if entry.verdict is not None:
        yield f"judged {_VERDICTS[entry.verdict]}"


def _marks(digest: Digest, zone: tzinfo, names: Names) -> dict[str, str]:
    """Say by incident what the next shift must not miss."""
    marks = {entry.incident_id: "spared by the page budget" for entry in digest.spared}
    for entry in digest.held:
        if entry.held is not None:
            until = "" if entry.held.until is None else f" until {moment(entry.held.until, zone)}"
            marks[entry.incident_id] = f"🔇 page held back by {entry.held.by.replace('_', ' ')}{until}"
    marks |= {entry.incident_id: "🔕 *nobody answered*" for entry in digest.missed}
    for entry in digest.snoozed:
        if entry.snooze is not None:
            word = "muted" if entry.snooze.mute else "snoozed"
            marks[entry.incident_id] = f"💤 {word} by {names(entry.snooze.by)} until {moment(entry.snooze.until, zone)}"
    return marks


def _trouble(alert: OpsAlert, now: float, zone: tzinfo) -> str:
    if alert.event == "resolved":
        lasted = words.duration(alert.at - alert.since)
        return f"{alert.trouble} from {clock(alert.since, zone)} to {clock(alert.at, zone)}, {lasted}"
    return f"*still {alert.trouble}*, for {words.duration(now - alert.since)}: {trouble(alert, zone, clocks=False)}"
