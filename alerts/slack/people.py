"""People in messages: by a mention where somebody must be interrupted, by name everywhere else."""

import re
from collections.abc import Iterable, Mapping

from alerts.rules import EVERYBODY, HERE
from alerts.slack.escape import mrkdwn, plain

People = Mapping[str, str]
"""Slack's id of each person of the desk file, by key."""

_SLACK_ID = re.compile(r"[UW](?=[A-Z]*\d)[A-Z0-9]{2,20}")  # a digit, for Wim may be written WIM
_NAME = 60
_MOST = 20


def mentions(who: Iterable[str], people: People) -> str:
    """Write whom to interrupt, so that Slack does."""
    return " ".join(_mention(one, people) for one in list(dict.fromkeys(who))[:_MOST])


def name(who: str) -> str:
    """Write somebody's name, escaped; of one whom only Slack knows by name, a mention."""
    if _SLACK_ID.fullmatch(who):
        return f"<@{who}>"
    if who in (HERE, EVERYBODY):
        return "everybody here" if who == HERE else "the whole channel"
    return mrkdwn(who[:1].upper() + who[1:], _NAME) or "somebody"


def names(who: Iterable[str]) -> str:
    """Write several names: "Anna", "Anna and Bram", "Anna, Bram and Chris"."""
    *first, last = [name(one) for one in list(dict.fromkeys(who))[:_MOST]] or ["nobody"]
    return f"{', '.join(first)} and {last}" if first else last


def plain_name(who: str) -> str:
    """Write somebody's name where Slack reads no markup."""
    return plain(who[:1].upper() + who[1:], _NAME)


def _mention(who: str, people: People) -> str:
    if who in (HERE, EVERYBODY):
        return f"<!{who}>"
    known = people.get(who, who)
    return f"<@{known}>" if _SLACK_ID.fullmatch(known) else name(who)
