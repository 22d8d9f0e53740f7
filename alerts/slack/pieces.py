"""What the messages that are not about one incident are built from: blocks, and figures as a desk says them."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from slack_sdk.models.blocks import Block, ContextBlock, HeaderBlock, MarkdownTextObject, PlainTextObject, SectionBlock

from alerts.ledger import Entry
from alerts.severity import Severity
from alerts.slack import words
from alerts.slack.escape import link, mrkdwn

Names = Callable[[str], str]
"""Slack's markup for a person, given their key in the desk file or their Slack id; trusted."""

SIGNS = {Severity.NOTICE: "🔵", Severity.WATCH: "🟡", Severity.PAGE: "🔴", Severity.CRITICAL: "🚨"}
_BRAND, _NAME, _EXCERPT, _REASON = 80, 80, 110, 200
_END_OF_CALENDAR = datetime.max.replace(tzinfo=UTC).timestamp() - 24 * 3600.0


def header(text: str) -> Block:
    """A title of plain text, made of what is trusted or escaped."""
    return HeaderBlock(text=PlainTextObject(text=text, emoji=False))


def section(text: str) -> Block:
    """A paragraph; Slack makes no links of what looks like one."""
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True))


def context(text: str) -> Block:
    """Small print."""
    return ContextBlock(elements=[MarkdownTextObject(text=text, verbatim=True)])


def brand(name: str) -> str:
    """A brand's name, safe to show."""
    return mrkdwn(name, _BRAND)


def person(key: str) -> str:
    """A person by the key alone, for a desk that knows no more of them."""
    return mrkdwn(key, _NAME)


def reason(text: str) -> str:
    """What somebody gave as a reason, safe to show."""
    return mrkdwn(text, _REASON)


def people(keys: tuple[str, ...], names: Names) -> str:
    """Several people, or that there is nobody."""
    return " and ".join(names(key) for key in keys) if keys else "nobody"


def what(entry: Entry) -> str:
    """Which incident it is: its brand, what was said, and where."""
    card = entry.assessment.card
    said = f"“{mrkdwn(card.excerpt, _EXCERPT)}”" if card.excerpt.strip() else "_(no text)_"
    target = link(card.url)
    if entry.threads > 1:
        said += f" and {words.count(entry.threads - 1)} more"
    post = f" · <{target[0]}|post>" if target is not None else ""
    return f"*{brand(entry.brand)}* · {said}{post}"


def shares(number: int) -> str:
    """A spread in words."""
    return "1 share" if number == 1 else f"{words.count(number)} shares"


def clock(at: float, zone: tzinfo) -> str:
    """A moment's time of day in the desk's zone: "08:00"."""
    if not 0 <= at < _END_OF_CALENDAR:
        return "an unknown time"
    return f"{datetime.fromtimestamp(at, zone):%H:%M}"


def moment(at: float, zone: tzinfo) -> str:
    """A moment in the reader's own zone as Slack shows it, in the desk's where it cannot."""
    if not 0 <= at < _END_OF_CALENDAR:
        return "an unknown time"
    local = datetime.fromtimestamp(at, zone)
    return f"<!date^{at:.0f}^{{date_short_pretty}} {{time}}|{local:%Y-%m-%d %H:%M %Z}>"


def percentage(chance: float) -> str:
    """A threshold as a percentage."""
    return f"{100 * chance:.0f} %"
