"""What `/brandmelder` answers, for nobody but whoever asked."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from slack_sdk.models.blocks import Block

from alerts.click import Silence
from alerts.ledger import Entry
from alerts.overview.board import OnCall, Shift
from alerts.overview.status import Status
from alerts.rules import EVERYBODY, HERE, Hold, Step
from alerts.severity import Severity
from alerts.slack import words
from alerts.slack.escape import link, mrkdwn, plain
from alerts.slack.kit import Message, context, header, section
from alerts.slack.message.feed import render_health, trouble
from alerts.slack.message.pieces import (
    MOST_INCIDENTS,
    SIGNS,
    Names,
    brand,
    clock,
    fitting,
    listed,
    moment,
    person,
    reason,
    shares,
    spent,
    what,
)

_MOST_BRANDS, _LONGEST_WRONG, _URL = 5, 1500, 300
_USAGE = {
    "status [brand]": "what is going on now",
    "digest": "what this shift has been like so far",
    "who": "who is on call, and who is next",
    "silence <brand> <30m | 2h | until 08:00> <reason>": "no pages about a brand for a while, except critical ones",
    "unsilence <brand>": "pages again",
    "help": "this",
}

Permalinks = Callable[[str], str | None]
"""Address of the Slack message of an incident, by its id; None where it is not known."""


def no_permalink(_: str) -> None:
    """Know no addresses."""


def render_status(status: Status, zone: tzinfo, names: Names = person, permalink: Permalinks = no_permalink) -> Message:
    """Lay out what is going on now; `zone` is the desk's."""
    known = len(status.active)
    of = "" if status.brand is None else f" · {plain(status.brand, 80)}"
    quiet_title = "⚠️ No incident that we know of" if status.troubles else "✅ All quiet"
    title = f"{known} active incident{'s' if known != 1 else ''}" if known else quiet_title
    blocks: list[Block] = [header(title + of)]
    shown = fitting([_incident(entry, status, zone, names, permalink) for entry in status.active[:MOST_INCIDENTS]])
    blocks += [section(text) for text in shown]
    rest = status.active[len(shown) :]
    if rest:
        blocks.append(context(f"and {len(rest)} more, none above {rest[0].severity.value}"))
    quiet = [_silence(wish, zone, names) for wish in status.silences]
    quiet += [_hold(brands, hold, zone, names) for hold, brands in status.holds]
    if quiet:
        blocks.append(section(listed(quiet)))
    if status.spending:
        blocks.append(section("*This shift*\n" + listed(f"📟 {spent(one)}" for one in status.spending)))
    if status.troubles:
        blocks.append(section(listed(f"📡 {trouble(alert, zone)}" for alert in status.troubles)))
    else:
        blocks.append(context(render_health(status.health, zone)))
    return Message(title + of, [block.to_dict() for block in blocks])


def render_who(calendar: OnCall, now: float, zone: tzinfo, names: Names = person) -> Message:
    """Say who is called now, who after them, and who is next."""
    shift = calendar.shift(now)
    following = calendar.shift(shift.end)
    page, critical = calendar.chain(now, Severity.PAGE), calendar.chain(now, Severity.CRITICAL)
    sections = [f"*Now* · {_shift(shift, zone)}\n{_chain(page, names)}"]
    if critical != page:
        sections.append(f"*Now, when it is critical*\n{_chain(critical, names)}")
    sections.append(f"*Next* · {_shift(following, zone)}\n{_chain(calendar.chain(shift.end, Severity.PAGE), names)}")
    hint = (
        "Whoever comes later is called if nobody answers. "
        f"The next shift begins {moment(shift.end, zone)} on your clock; the hours above are in {zone}."
    )
    blocks = [header("☎️ Who is on call"), *map(section, sections), context(hint)]
    return Message("Who is on call", [block.to_dict() for block in blocks])


def render_silenced(silence: Silence, zone: tzinfo, names: Names = person) -> Message:
    """Confirm that a brand is silent, or that it is no longer."""
    if silence.until <= silence.at:
        text = f"🔔 *{brand(silence.brand)}* may page again."
    else:
        text = (
            f"🔇 *{brand(silence.brand)}* is silent until *{clock(silence.until, zone)}* {zone} "
            f"({moment(silence.until, zone)} on your clock), by {names(silence.by)}: {reason(silence.reason)}\n"
            "What happens is still followed and shown; something critical pages all the same."
        )
    return Message(f"Noted for {brand(silence.brand)}", [section(text).to_dict()])


def render_help() -> Message:
    """List what can be asked."""
    title = "*What you can ask after* `/brandmelder`"
    lines = [f"• `{plain(usage, 100)}`: {does}" for usage, does in _USAGE.items()]
    return Message("What you can ask /brandmelder", [section("\n".join([title, *lines])).to_dict()])


def render_wrong(wrong: str) -> Message:
    """Say what is wrong with what was asked; plain text with foreign parts."""
    text = f"⚠️ {mrkdwn(wrong, _LONGEST_WRONG)}"
    hint = context("`/brandmelder help` lists what you can ask.")
    return Message(text, [section(text).to_dict(), hint.to_dict()])


def render_refused(allowed: Sequence[str]) -> Message:
    """Say that somebody may not do that, and name who may, in trusted markup."""
    who = listed(allowed, ", ") or "nobody yet: the desk file names no people"
    return _note(f"⛔ Only the people of this webcare desk can do that. Ask one of them: {who}.")


def render_unrecorded() -> Message:
    """Say that what somebody did had no effect."""
    return _note("⚠️ That was not recorded, for something went wrong on our side. Please try again.")


def _note(text: str) -> Message:
    return Message(text, [section(text).to_dict()])


def _incident(entry: Entry, status: Status, zone: tzinfo, names: Names, permalink: Permalinks) -> str:
    target = link(permalink(entry.incident_id), _URL)
    message = f" · <{target[0]}|message>" if target is not None else ""
    parts = status.parts.get(entry.incident_id, 0)
    facts = [
        f"for {words.duration(status.at - entry.opened_at)}",
        f"risk {words.percent(entry.assessment.risk)}",
        shares(entry.assessment.shares),
        *([f"{parts} more are part of it"] if parts else []),
        _state(entry, zone, names),
    ]
    name = entry.severity.value
    word = f"*{name.upper()}*" if entry.severity >= Severity.PAGE else name
    return f"{SIGNS[entry.severity]} {word} · {what(entry)}{message}\n{' · '.join(facts)}"


def _state(entry: Entry, zone: tzinfo, names: Names) -> str:
    if entry.snooze is not None and entry.state == "snoozed":
        word = "muted" if entry.snooze.mute else "snoozed"
        return f"💤 {word} by {names(entry.snooze.by)} until {moment(entry.snooze.until, zone)}"
    if entry.handled is not None:
        return f"👤 {names(entry.handled.by)} has it since {moment(entry.handled.at, zone)}"
    if entry.owed and entry.held is not None:
        return f"🔇 page {_kept_by(entry.held, zone, names)}"
    if entry.severity >= Severity.PAGE:
        return "*waits for somebody*"
    return "keep an eye on it" if entry.severity is Severity.WATCH else "good to know"


def _kept_by(hold: Hold, zone: tzinfo, names: Names) -> str:
    owner = f" of {names(hold.owner)}" if hold.owner else ""
    until = "" if hold.until is None else f" until {moment(hold.until, zone)}"
    why = f" ({reason(hold.reason)})" if hold.reason else ""
    return f"held back by {hold.by.replace('_', ' ')}{owner}{why}{until}"


def _silence(wish: Silence, zone: tzinfo, names: Names) -> str:
    until = moment(wish.until, zone)
    return f"🔇 *{brand(wish.brand)}* is silent until {until}, by {names(wish.by)}: {reason(wish.reason)}"


def _hold(brands: tuple[str, ...], hold: Hold, zone: tzinfo, names: Names) -> str:
    some = [f"*{brand(name)}*" for name in brands[:_MOST_BRANDS]]
    more = f" and {len(brands) - len(some)} more" if len(brands) > len(some) else ""
    return f"🌙 {', '.join(some)}{more}: pages are {_kept_by(hold, zone, names)}"


def _shift(shift: Shift, zone: tzinfo) -> str:
    return f"{plain(shift.name, 60)} {clock(shift.start, zone)}–{clock(shift.end, zone)}"


def _chain(chain: Sequence[Step], names: Names) -> str:
    steps = [
        f"after {words.duration(step.after_s)}: {_called(step, names)}" if step.after_s > 0 else _called(step, names)
        for step in chain
    ]
    return listed(f"{place}. {step}" for place, step in enumerate(steps, start=1)) or "whoever is in the channel"


def _called(step: Step, names: Names) -> str:
    groups = {HERE: "whoever is there", EVERYBODY: "everybody in the channel"}
    return " and ".join(groups.get(key) or names(key) for key in step.who)
