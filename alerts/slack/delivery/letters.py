"""What the outbox sends: a job put into the arguments of Slack's methods."""

import logging
from collections.abc import Callable
from typing import Any

from alerts.event import Notification
from alerts.slack.delivery.heal import incident_metadata, ping_metadata
from alerts.slack.delivery.jobs import Job
from alerts.slack.delivery.notice import Notice
from alerts.slack.kit import Message, section
from alerts.slack.message.blocks import render, summary
from alerts.slack.message.pings import QUIET_CAUSES, render_ping
from alerts.slack.people import People, mentions

_log = logging.getLogger(__name__)


def message_arguments(job: Job, people: People) -> dict[str, Any]:
    """Lay out a message for a post or an edit."""
    shown = job.shown
    pings = tuple(sorted({*(job.place.pings if job.place is not None else ()), *job.owed}))
    if job.plain >= 2:
        message = _bare(job, people)
    else:
        message = _laid_out(lambda: _message(job, people), lambda: _bare(job, people))
    return _arguments(message) | {"metadata": incident_metadata(shown.key, shown.revision, pings)}


def ping_arguments(job: Job, people: People) -> dict[str, Any]:
    """Lay out a reply that interrupts; what concerns one person alone stays in the thread."""
    shown = job.shown
    if job.plain >= 2:
        message = _bare(job, people)
    else:
        message = _laid_out(lambda: _ping(job, people), lambda: _bare(job, people))
    quiet = isinstance(shown.content, Notification) and shown.content.cause in QUIET_CAUSES
    return _arguments(message) | {
        "metadata": ping_metadata(shown.key, shown.revision, job.owed),
        "reply_broadcast": not quiet,  # in a thread only those who follow it would see it
    }


def _message(job: Job, people: People) -> Message:
    content = job.shown.content
    if isinstance(content, Notice):
        interrupting = [section(mentions(job.who, people)).to_dict()] if job.who else []
        blocks = [*interrupting, *content.blocks]
        return Message(content.text, blocks or [section(content.text).to_dict()])
    return render(content, interrupt=job.who, called=job.called, people=people, chart=job.chart)


def _ping(job: Job, people: People) -> Message:
    content = job.shown.content
    if isinstance(content, Notice):
        return Message(content.text, [section(f"{mentions(job.who, people)} {content.text}").to_dict()])
    return render_ping(content, job.who, people)


def _bare(job: Job, people: People) -> Message:
    """Say it in one line, for when Slack refuses the blocks: an alert must not be lost because of one."""
    content = job.shown.content
    text = content.text if isinstance(content, Notice) else summary(content)
    return Message(f"{mentions(job.who, people)} {text}".strip(), [])


def _laid_out(lay_out: Callable[[], Message], fall_back: Callable[[], Message]) -> Message:
    try:
        return lay_out()
    except Exception as error:  # whatever is wrong with the layout, people have to be told
        _log.error("a message could not be laid out, its text is sent alone: %s", type(error).__name__)
        return fall_back()


def _arguments(message: Message) -> dict[str, Any]:
    # parse: edits default to making names and addresses into links, unlike posts.
    return {
        "text": message.text,
        "blocks": message.blocks,
        "parse": "none",
        "unfurl_links": False,
        "unfurl_media": False,
    }
