"""Many threads in one message: a group that says the same, or a storm on the brand."""

from slack_sdk.models.blocks import Block

from alerts.event import Notification
from alerts.ledger import Member
from alerts.slack import words
from alerts.slack.escape import link, mrkdwn
from alerts.slack.kit import section

_MOST_SHOWN = 4
_EXCERPT = 110


def crowd(notification: Notification) -> list[Block]:
    """Say how many threads there are, how fast they come, and which are the worst; nothing of a single thread."""
    entry = notification.incident
    if entry.kind == "thread" and entry.threads < 2:
        return []
    threads = words.times(entry.threads, "thread", "threads")
    if entry.kind == "storm":
        span = max(notification.alert.at - min([entry.opened_at, *(one.at for one in entry.members)]), 60.0)
        title = f"🌩️ *Storm: {threads}* in {words.duration(span)}, {_pace(60.0 * entry.threads / span)} a minute"
    else:
        title = f"🧵 *{threads}* that say the same"
    shown = entry.members[:_MOST_SHOWN]
    more = entry.threads - len(shown)
    lines = [title, *(_member(one) for one in shown)]
    if shown and more > 0:
        lines.append(f"and {words.times(more, 'more', 'more')}")
    return [section(*lines)]


def _pace(a_minute: float) -> str:
    return words.count(a_minute) if a_minute >= 10 else f"{a_minute:.1f}"


def _member(member: Member) -> str:
    figures = [words.times(member.shares, "share", "shares")]
    if member.severity is not None:
        figures.append(f"risk {words.percent(member.risk)}")
    target = link(member.url)
    if target is not None:
        address, host = target
        figures.append(f"<{address}|{host}>")
    said = mrkdwn(member.excerpt, _EXCERPT) or "(no text)"
    return f"• “{said}” · {' · '.join(figures)}"
