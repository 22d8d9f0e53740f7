"""What people read about the feed: a message when it fails them, and a line when they ask."""

from datetime import tzinfo

from alerts.rejected import OVER_S
from alerts.slack import words
from alerts.slack.kit import Message, context, header, section
from alerts.slack.message.pieces import moment
from alerts.watchdog import Health, OpsAlert, Trouble

_TITLES: dict[Trouble, str] = {
    "silent": "📡 FEED SILENT",
    "behind": "⏳ FEED BEHIND",
    "stuck": "🧱 FEED STUCK",
    "polluted": "🗑️ FEED POLLUTED",
}
_MEANS: dict[Trouble, str] = {
    "silent": "We cannot warn of what we do not hear. Is whatever fills the topic `mentions` still running?",
    "behind": "Warnings come late by as much as it takes to catch up. Is a worker down, or too few of them running?",
    "stuck": "Threads of these partitions are not watched meanwhile. Does the worker that has them still run?",
    "polluted": "We cannot warn of what we cannot read. Has whatever fills the topic `mentions` changed? "
    "Each bad record, or its place, is in `mentions.rejected` with what is wrong.",
}
_REASONS = {
    "empty": "empty",
    "not_utf8": "no UTF-8",
    "bad_json": "no JSON",
    "missing_field": "lacking something",
    "wrong_type": "of a wrong type",
    "bad_value": "with an impossible value",
    "bad_time": "without a proper time",
    "in_future": "from the future",
    "too_large": "too large",
}
_MOST_REASONS = 3
_MOST_PARTITIONS = 12


def render_feed(alert: OpsAlert, zone: tzinfo) -> Message:
    """Lay out what the watchdog tells; `zone` is the desk's."""
    lasted = words.duration(alert.at - alert.since)
    if alert.event == "resolved":
        text = f"✅ FEED BACK TO NORMAL · it was {alert.trouble} for {lasted}"
        said = (
            f"It was {alert.trouble} for *{lasted}*, since {moment(alert.since, zone)}. Now: {_now(alert.health, zone)}"
        )
        blocks = [header("✅ FEED BACK TO NORMAL"), section(said)]
    else:
        text = f"{_TITLES[alert.trouble]} · {trouble(alert, zone, bold='', clocks=False)}"
        blocks = [
            header(_TITLES[alert.trouble]),
            section(trouble(alert, zone)),
            section(_MEANS[alert.trouble]),
        ]
    blocks.append(context(f"as of {moment(alert.at, zone)} · {alert.key} · revision {alert.revision}"))
    return Message(text, [block.to_dict() for block in blocks])


def trouble(alert: OpsAlert, zone: tzinfo, bold: str = "*", *, clocks: bool = True) -> str:
    """Say what is wrong with the feed, in figures; `clocks` allows times in Slack's markup."""
    health = alert.health
    lasted = f"{bold}{words.duration(alert.at - alert.since)}{bold}"
    if alert.trouble == "silent":
        last = "none since we look, which is" if health.last_at is None else "the last one came"
        said = f"No mention for {lasted}" + (f"; {last} {moment(alert.since, zone)}." if clocks else ".")
        if health.per_hour is not None:
            said += f" Usual in that time: {_about(health.per_hour * (alert.at - alert.since) / 3600.0)}."
        return said
    if alert.trouble == "behind":
        unread, backlog = words.count(health.unread), words.count(health.backlog)
        return f"{bold}{unread} mentions{bold} are unread; more than {backlog} have been for {lasted}."
    if alert.trouble == "polluted":
        share = f"{bold}{words.percent(health.rejected_share)}{bold}"
        said = f"{share} of what was read in the last {words.duration(OVER_S)} was no mention: {reasons(health)}."
        return said + (f" The first came {moment(alert.since, zone)}." if clocks else "")
    waiting = f"{words.count(health.stuck_unread)} mention{'s' if health.stuck_unread != 1 else ''}"
    return f"{partitions(health.stuck)} not moved for {lasted}; {waiting} waiting there."


def render_health(health: Health | None, zone: tzinfo) -> str:
    """Say in a line how the feed is while nothing is wrong with it."""
    return "Feed: not looked at yet." if health is None else f"Feed: {_now(health, zone)}"


def partitions(numbers: tuple[int, ...]) -> str:
    """Name partitions as the subject of a sentence that goes on with a participle."""
    if len(numbers) == 1:
        return f"Partition {numbers[0]} has"
    if not numbers:
        return "No partition has"
    if len(numbers) > _MOST_PARTITIONS:
        return f"{len(numbers)} partitions have"
    return f"Partitions {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} have"


def reasons(health: Health) -> str:
    """Say why records were no mentions, the most frequent reasons first."""
    said = [f"{words.count(number)} {_REASONS.get(reason, reason)}" for reason, number in health.rejected]
    rest = sum(number for _, number in health.rejected[_MOST_REASONS:])
    return ", ".join(said[:_MOST_REASONS]) + (f", {words.count(rest)} otherwise" if rest else "")


def _now(health: Health, zone: tzinfo) -> str:
    last = "no mention yet" if health.last_at is None else f"last mention {_ago(health, zone)}"
    unread = "nothing unread" if not health.unread else f"{words.count(health.unread)} unread"
    usual = "" if health.per_hour is None else f", {_about(health.per_hour)} an hour as a rule"
    return f"{last}, {unread}{usual}."


def _ago(health: Health, zone: tzinfo) -> str:
    passed = health.at - (health.last_at or health.at)
    return f"{words.duration(passed)} ago" if passed < words.HOUR else f"at {moment(health.last_at or 0.0, zone)}"


def _about(number: float) -> str:
    return "about 1" if number < 1.5 else f"about {words.rounded(round(number))}"
