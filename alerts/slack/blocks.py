"""The Slack message of an incident: what a lead who was just woken needs, in the order that they need it.

Which brand and how bad; how likely, how big and by when; what was said, by whom; why we think so; what the
brand's answer still lacks. Every piece has a bound of its own, and together they stay within what Slack
accepts: 50 blocks, 150 characters in a header, 3,000 in a section, 2,000 in a field and about 13,000 in all.
"""

from typing import Any

import msgspec
from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from alerts.event import Notification
from alerts.severity import Severity
from alerts.slack import words
from alerts.slack.escape import link, mrkdwn, plain

_SIGNS = {
    Severity.NOTICE: ("🔵", "NOTICE"),
    Severity.WATCH: ("🟡", "WATCH"),
    Severity.PAGE: ("🔴", "PAGE"),
    Severity.CRITICAL: ("🚨", "CRITICAL"),
}
_PLATFORMS = {"": "an unknown platform", "linkedin": "LinkedIn", "tiktok": "TikTok", "youtube": "YouTube"}
_BRAND, _AUTHOR, _PLATFORM, _EXCERPT, _REASON, _MARK = 80, 80, 30, 600, 300, 80
_MOST_REASONS, _MOST_MARKS = 5, 12


class Message(msgspec.Struct, frozen=True):
    """A message as Slack takes it: Block Kit, and the text of notifications and screen readers."""

    text: str
    blocks: list[dict[str, Any]]


def render(notification: Notification, mention: str = "") -> Message:
    """Lay out an incident's message as it is now.

    `mention` is Slack's markup for whom to interrupt, such as ``<!here>`` or ``<@U0123>``; it comes from the
    desk's settings and is trusted.
    """
    if notification.alert.event == "resolved":
        blocks = [_header(notification), _outcome(notification), *_post(notification)]
    else:
        blocks = [
            _header(notification),
            *([_section(f"{mention} please take this one.")] if mention else []),
            _outlook(notification),
            *_post(notification),
            *_why(notification),
            *_answer(notification),
        ]
    blocks.append(_footer(notification))
    return Message(_summary(notification), [block.to_dict() for block in blocks])


def render_ping(notification: Notification, mention: str) -> Message:
    """Lay out the reply under the message that interrupts, for an edit interrupts nobody."""
    sign, name = _sign(notification)
    was = (
        f", up from {notification.was.value}"
        if notification.was not in (None, notification.alert.severity)
        else ""
    )
    brand = mrkdwn(notification.alert.brand, _BRAND)
    text = f"{mention} {sign} *{name}*{was} · {brand} · {_forecast(notification)}".strip()
    return Message(_summary(notification), [_section(text).to_dict()])


def _sign(notification: Notification) -> tuple[str, str]:
    if notification.alert.event == "resolved":
        return "✅", "RESOLVED"
    return _SIGNS[notification.alert.severity]


def _summary(notification: Notification) -> str:
    """Say it all in the one line that a locked phone shows."""
    sign, name = _sign(notification)
    brand = plain(notification.alert.brand, _BRAND)
    said = plain(notification.card.excerpt, 160)
    return f"{sign} {name} · {brand} · {_forecast(notification, bold='')} · “{said}”"


def _header(notification: Notification) -> Block:
    sign, name = _sign(notification)
    # emoji=False: a name of an emoji inside a brand's name stays text.
    text = f"{sign} {name} · {plain(notification.alert.brand, _BRAND)}"
    return HeaderBlock(text=PlainTextObject(text=text, emoji=False))


def _forecast(notification: Notification, bold: str = "*") -> str:
    forecast = notification.alert.forecast
    return (
        f"{bold}risk {words.percent(notification.alert.risk)}{bold} · "
        f"expects {bold}{words.rounded(forecast.expected)} shares{bold} "
        f"({words.rounded(forecast.low)}–{words.rounded(forecast.high)}) "
        f"within {words.duration(forecast.horizon_s)}"
    )


def _outlook(notification: Notification) -> Block:
    lines = [_forecast(notification)]
    if notification.alert.severity is Severity.NOTICE:
        lines.insert(0, "People like this: it spreads as praise.")
    if notification.alert.severity.interrupts and notification.conduct and notification.alert.risk < 0.1:
        lines.insert(0, "Still small, but a fire of our own making: what *we* did is what spreads.")
    if notification.easing_since is not None:
        lines.append(f"Easing since {words.clock(notification.easing_since)}; it steps down if that lasts.")
    age = words.duration(notification.alert.at - notification.card.root_at)
    curve = words.sparkline(notification.card.spread_curve)
    drawn = f"`{curve}`  " if curve else ""
    shares = "1 share" if notification.shares == 1 else f"{words.count(notification.shares)} shares"
    lines.append(f"{drawn}*{shares}* in {age}")
    return _section("\n".join(lines))


def _outcome(notification: Notification) -> Block:
    peak = notification.peak
    return _section(
        f"Calm again after *{words.duration(notification.alert.at - notification.opened_at)}*. "
        f"At its worst *{peak.severity.value}*, risk {words.percent(peak.risk)}, "
        f"{words.count(peak.shares)} shares. Risk is now {words.percent(notification.alert.risk)}."
    )


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
    return [_section(f"> {said}"), _context(" · ".join(by))]


def _why(notification: Notification) -> list[Block]:
    reasons = [mrkdwn(reason.text, _REASON) for reason in notification.alert.reasons[:_MOST_REASONS]]
    if not reasons:
        return []
    return [_section("*Why*\n" + "\n".join(f"• {reason}" for reason in reasons))]


def _answer(notification: Notification) -> list[Block]:
    """Show what a good answer has: what the brand's answers did already, and what they still lack."""
    marks = [(mrkdwn(mark, _MARK), done) for mark, done in notification.card.checklist[:_MOST_MARKS]]
    if not marks:
        return [_section("*We have not answered yet.*")]
    columns = []
    for title, sign, wanted in (("Our answer lacks", "⬜", False), ("Our answer has", "✅", True)):
        listed = [f"{sign} {mark}" for mark, done in marks if done is wanted]
        columns.append(_text(f"*{title}*\n" + ("\n".join(listed) or "nothing")))
    return [SectionBlock(fields=columns)]


def _footer(notification: Notification) -> Block:
    alert = notification.alert
    return _context(
        f"first post {words.clock(notification.card.root_at)} · as of {words.clock(alert.at)} · "
        f"incident {alert.incident_id} · revision {notification.revision}"
    )


def _text(text: str) -> MarkdownTextObject:
    # verbatim: Slack must not make links of addresses and names that are part of foreign text.
    return MarkdownTextObject(text=text, verbatim=True)


def _section(text: str) -> Block:
    return SectionBlock(text=_text(text))


def _context(text: str) -> Block:
    return ContextBlock(elements=[_text(text)])
