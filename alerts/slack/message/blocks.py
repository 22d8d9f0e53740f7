"""The Slack message of an incident: what a lead who was just woken needs, in the order that they need it.

Which brand and how bad; who is called; how likely, how big and by when; what was said, by whom; the buttons; why we
think so; what the brand's answer still lacks. Every piece has a bound of its own, and together they stay within what
Slack accepts: 50 blocks, 150 characters in a header, 3,000 in a section, 2,000 in a field and about 13,000 in all.
"""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ImageBlock
from slack_sdk.models.blocks.basic_components import SlackFile

from alerts.event import Notification
from alerts.severity import Severity
from alerts.slack import words
from alerts.slack.escape import link, mrkdwn, plain
from alerts.slack.kit import Message, columns, context, header, section
from alerts.slack.message.buttons import buttons
from alerts.slack.message.crowd import crowd, is_storm_itself
from alerts.slack.message.standing import deeds, outcome, standing, verdict
from alerts.slack.people import People, mentions

__all__ = ["Message", "forecast", "render", "sign", "summary"]

_SIGNS = {
    Severity.NOTICE: ("🔵", "NOTICE"),
    Severity.WATCH: ("🟡", "WATCH"),
    Severity.PAGE: ("🔴", "PAGE"),
    Severity.CRITICAL: ("🚨", "CRITICAL"),
}
_PLATFORMS = {"": "an unknown platform", "linkedin": "LinkedIn", "tiktok": "TikTok", "youtube": "YouTube"}
_BRAND, _AUTHOR, _PLATFORM, _EXCERPT, _REASON, _MARK = 80, 80, 30, 500, 300, 80
_MOST_REASONS, _MOST_MARKS = 5, 12


def render(
    notification: Notification,
    *,
    interrupt: Sequence[str] = (),
    called: Sequence[str] = (),
    people: People | None = None,
    chart: str | None = None,
) -> Message:
    """Lay out an incident's message as it is now.

    Parameters
    ----------
    notification
        What is told of the incident.
    interrupt
        Whom the message itself is to interrupt: keys of people in the desk file, `rules.HERE` or `rules.EVERYBODY`.
    called
        Whom the last interruption called.
    people
        Slack's ids of those people.
    chart
        Slack's id of a picture of the spread; without it, the curve is drawn in characters.
    """
    over = notification.alert.event == "resolved" or not notification.incident.active
    blocks = [
        header(_title(notification)),
        *_state(notification, called, mentions(interrupt, people or {}), over=over),
        *([] if over else [_outlook(notification, drawn=chart is not None)]),
        *crowd(notification),
        *([] if is_storm_itself(notification) and notification.incident.members else _post(notification)),
        buttons(notification.incident),
        *([] if over else _why(notification)),
        *_picture(chart),
        *([] if over else _answer(notification)),
        _footer(notification),
    ]
    return Message(summary(notification), [block.to_dict() for block in blocks])


def sign(notification: Notification) -> tuple[str, str]:
    """Give the sign and the name of how bad it is."""
    if not notification.incident.active:
        return "✅", "RESOLVED"
    return _SIGNS[notification.alert.severity]


def forecast(notification: Notification, bold: str = "*") -> str:
    """Say how likely a viral fail is, how big it is expected to become, and within what time; or how big a storm."""
    expected = notification.alert.forecast
    storm = is_storm_itself(notification)
    sized = words.times(notification.shares, "complaint", "complaints")
    now = f"{bold}{sized}{bold}" if storm else f"{bold}risk {words.percent(notification.alert.risk)}{bold}"
    return (
        f"{now} · expects {bold}{words.rounded(expected.expected)}{'' if storm else ' shares'}{bold} "
        f"({words.rounded(expected.low)}–{words.rounded(expected.high)}) "
        f"within {words.duration(expected.horizon_s)}"
    )


def summary(notification: Notification) -> str:
    """Say it all in the one line that a locked phone shows."""
    mark, name = sign(notification)
    brand = plain(notification.alert.brand, _BRAND)
    said = plain(notification.card.excerpt, 160)
    return f"{mark} {name} · {brand} · {forecast(notification, bold='')} · “{said}”"


def _title(notification: Notification) -> str:
    mark, name = sign(notification)
    return f"{mark} {name} · {plain(notification.alert.brand, _BRAND)}"


def _state(notification: Notification, called: Sequence[str], interrupting: str, *, over: bool) -> list[Block]:
    lines = outcome(notification) if over else standing(notification, called, interrupting)
    judged = verdict(notification.incident)
    lines += [judged] if judged is not None else []
    return [section(*lines)] if lines else []


def _outlook(notification: Notification, *, drawn: bool) -> Block:
    lines = [forecast(notification)]
    if notification.alert.severity is Severity.NOTICE:
        lines.insert(0, "People like this: it spreads as praise.")
    if notification.alert.severity.interrupts and notification.conduct and notification.alert.risk < 0.1:
        lines.insert(0, "Still small, but a fire of our own making: what *we* did is what spreads.")
    age = words.duration(notification.alert.at - notification.card.root_at)
    curve = "" if drawn else words.sparkline(notification.card.spread_curve)
    bars = f"`{curve}`  " if curve else ""
    if not is_storm_itself(notification):
        lines.append(f"{bars}*{words.times(notification.shares, 'share', 'shares')}* in {age}")
    elif bars:
        lines.append(f"{bars}complaints in {age}")
    if notification.easing_since is not None:
        lines.append(f"Easing since {words.clock(notification.easing_since)}; it steps down if that lasts.")
    return section(*lines)


def _post(notification: Notification) -> list[Block]:
    card = notification.card
    said = mrkdwn(card.excerpt, _EXCERPT) or "_(no text)_"
    author = mrkdwn(card.author, _AUTHOR) or "somebody unknown"
    platform = _PLATFORMS.get(card.platform) or mrkdwn(card.platform.capitalize(), _PLATFORM)
    by = [f"*{author}* on {platform}"]
    if card.followers is not None:
        by.append(f"{words.count(card.followers)} followers")
    if card.audience is not None:
        by.append(f"may have reached {words.count(card.audience)}")
    target = link(card.url)
    if target is not None:
        address, host = target
        by.append(f"<{address}|open on {host}>")
    return [section(f"> {said}"), context(" · ".join(by))]


def _why(notification: Notification) -> list[Block]:
    reasons = [mrkdwn(reason.text, _REASON) for reason in notification.alert.reasons[:_MOST_REASONS]]
    if not reasons:
        return []
    return [section("*Why*", *(f"• {reason}" for reason in reasons))]


def _picture(chart: str | None) -> list[Block]:
    if chart is None:
        return []
    return [ImageBlock(alt_text="Spread so far and forecast", slack_file=SlackFile(id=chart))]


def _answer(notification: Notification) -> list[Block]:
    """Show what a good answer has: what the brand's answers did already, and what they still lack."""
    if notification.incident.kind == "storm":
        return []
    marks = [(mrkdwn(mark, _MARK), done) for mark, done in notification.card.checklist[:_MOST_MARKS]]
    if not marks:
        praised = notification.alert.severity is Severity.NOTICE
        return [] if praised else [section("*We have not answered yet.*")]
    lists = []
    for title, mark, wanted in (("Our answer lacks", "⬜", False), ("Our answer has", "✅", True)):
        listed = [f"{mark} {what}" for what, done in marks if done is wanted]
        lists.append(f"*{title}*\n" + ("\n".join(listed) or "nothing"))
    return [columns(*lists)]


def _footer(notification: Notification) -> Block:
    alert = notification.alert
    did = deeds(notification.incident, alert.at)
    facts = (
        f"first post {words.clock(notification.card.root_at)} · as of {words.clock(alert.at)} · "
        f"incident {alert.incident_id} · revision {notification.revision}"
    )
    return context(*([did] if did is not None else []), facts)
