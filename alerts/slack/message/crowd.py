"""Many threads in one message: a group that says the same, or a storm on the brand."""

from slack_sdk.models.blocks import Block

from alerts.event import Notification
from alerts.ledger import Member
from alerts.slack import words
from alerts.slack.escape import link, mrkdwn
from alerts.slack.kit import section

_MOST_SHOWN = 4
_EXCERPT = 90


def is_storm_itself(notification: Notification) -> bool:
    """Whether the figures are those of a storm as a whole: its complaints, not the shares of its worst thread."""
    entry = notification.incident
    return entry.kind == "storm" and entry.assessment.thread_id == entry.thread_id


def crowd(notification: Notification) -> list[Block]:
    """Say how many threads there are, how fast they come, and which are the worst; nothing of a single thread."""
    entry = notification.incident
    if entry.kind == "thread" and entry.threads < 2:
        return []
    shown = entry.members[:_MOST_SHOWN]
    lines = [_storm(notification) if entry.kind == "storm" else _group(notification), *(_member(one) for one in shown)]
    more = entry.threads - len(shown)
    if shown and more > 0:
        lines.append(f"and {words.count(more)} more")
    return [section(*lines)]


def _storm(notification: Notification) -> str:
    entry = notification.incident
    began = notification.card.root_at if is_storm_itself(notification) else entry.opened_at
    span = max(notification.alert.at - began, words.MINUTE)
    a_minute = words.MINUTE * entry.threads / span
    pace = words.count(a_minute) if a_minute >= 10 else f"{a_minute:.1f}"
    threads = words.times(entry.threads, "complaint", "complaints")
    return f"🌩️ *Storm: {threads}* in {words.duration(span)}, {pace} a minute. The worst:"


def _group(notification: Notification) -> str:
    return f"🧵 *{words.times(notification.incident.threads, 'thread', 'threads')}* that say the same. The worst:"


def _member(member: Member) -> str:
    figures = []
    if member.shares or member.severity is not None:
        figures.append(f"*{words.times(member.shares, 'share', 'shares')}*")
    if member.severity is not None:
        figures.append(f"risk {words.percent(member.risk)}")
    target = link(member.url)
    if target is not None:
        address, host = target
        figures.append(f"<{address}|{host}>")
    figures.append(f"“{mrkdwn(member.excerpt, _EXCERPT) or '(no text)'}”")
    return f"• {' · '.join(figures)}"
