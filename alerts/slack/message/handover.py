"""The digest of a shift as one message: what the next shift must know first, then the rest."""

from collections.abc import Iterator
from datetime import tzinfo

from slack_sdk.models.blocks import Block

from alerts.ledger import Entry
from alerts.overview.digest import Digest, seconds_to_answer
from alerts.slack import words
from alerts.slack.escape import plain
from alerts.slack.kit import Message, context, header, section
from alerts.slack.message.feed import trouble
from alerts.slack.message.pieces import (
    MOST_INCIDENTS,
    SIGNS,
    Names,
    clock,
    fitting,
    listed,
    moment,
    person,
    shares,
    spent,
    what,
)
from alerts.watchdog import OpsAlert

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
    shown = fitting([_incident(entry, digest, zone, names) for entry in digest.incidents[:MOST_INCIDENTS]])
    for heading, active in (("Still open", True), ("Over", False)):
        group = [text for entry, text in zip(digest.incidents, shown, strict=False) if entry.active is active]
        blocks += [section(f"*{heading}*")] if group else []
        blocks += [section(text) for text in group]
    rest = digest.incidents[len(shown) :]
    if rest:
        blocks.append(context(f"and {len(rest)} more, none above {rest[0].peak.severity.value}"))
    if digest.troubles:
        blocks.append(section("📡 *The feed*\n" + listed(f"• {_trouble(a, digest.at, zone)}" for a in digest.troubles)))
    turn = f"Next: *{plain(digest.next_shift, 60)}* from {clock(digest.end, zone)}"
    blocks.append(context(f"{turn} · on call {_in_turn(digest.next_on_call, names)}"))
    return Message(f"{title} · {_sum(digest, bold='')}".replace("\n", " · "), [block.to_dict() for block in blocks])


def _hours(digest: Digest, zone: tzinfo) -> str:
    return f"{clock(digest.start, zone)}–{clock(digest.end, zone)}"


def _whose(digest: Digest, zone: tzinfo, names: Names) -> Block:
    on_call = _in_turn(digest.on_call, names)
    return context(f"on call {on_call} · as of {moment(digest.at, zone)} · hours are in {zone}")


def _in_turn(keys: tuple[str, ...], names: Names) -> str:
    return ", then ".join(names(key) for key in keys) or "whoever is in the channel"


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
    lines.append(listed(f"📟 {spent(one, bold)}" for one in digest.spending) or "No page.")
    return "\n".join(lines)


def _incident(entry: Entry, digest: Digest, zone: tzinfo, names: Names) -> str:
    peak = entry.peak
    facts = [
        _course(entry, digest.at, zone, names),
        f"at its worst {peak.severity.value}, risk {words.percent(peak.risk)}, {shares(peak.shares)}",
        *_answered(entry, names),
        *_marks(entry, digest, zone, names),
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


def _marks(entry: Entry, digest: Digest, zone: tzinfo, names: Names) -> Iterator[str]:
    """Say what the next shift must not miss."""
    if entry in digest.missed:
        yield "🔕 *nobody answered*"
    if entry in digest.snoozed and entry.snooze is not None:
        word = "muted" if entry.snooze.mute else "snoozed"
        yield f"💤 {word} by {names(entry.snooze.by)} until {moment(entry.snooze.until, zone)}"
    if entry in digest.held and entry.held is not None:
        until = "" if entry.held.until is None else f" until {moment(entry.held.until, zone)}"
        yield f"🔇 page held back by {entry.held.by.replace('_', ' ')}{until}"
    if entry in digest.spared:
        yield "spared by the page budget"


def _trouble(alert: OpsAlert, now: float, zone: tzinfo) -> str:
    if alert.event == "resolved":
        lasted = words.duration(alert.at - alert.since)
        return f"{alert.trouble} from {clock(alert.since, zone)} to {clock(alert.at, zone)}, {lasted}"
    return f"*still {alert.trouble}*, for {words.duration(now - alert.since)}: {trouble(alert, zone, clocks=False)}"
