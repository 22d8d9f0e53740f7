"""The reply under an incident's message that interrupts people, for an edit interrupts nobody."""

from collections.abc import Callable, Sequence

from alerts.event import Notification
from alerts.slack.escape import mrkdwn
from alerts.slack.kit import Message, section
from alerts.slack.message.blocks import forecast, sign, summary
from alerts.slack.people import People, mentions, name
from alerts.slack.words import duration

_BRAND, _REASON = 80, 300

QUIET_CAUSES = frozenset(("reminded",))
"""What concerns only the one who is mentioned, so that the rest of the channel need not see it."""


def render_ping(notification: Notification, who: Sequence[str], people: People) -> Message:
    """Lay out one short message that interrupts all of `who` and says why."""
    mark, severity = sign(notification)
    brand = mrkdwn(notification.alert.brand, _BRAND)
    lines = [
        f"{mentions(who, people)} {mark} *{severity}* · {brand} · {_why(notification)}".strip(),
        forecast(notification),
    ]
    if notification.alert.reasons:
        lines.append(mrkdwn(notification.alert.reasons[0].text, _REASON))
    return Message(summary(notification), [section(*lines).to_dict()])


def _why(notification: Notification) -> str:
    say = _WHY.get(notification.cause)
    return say(notification) if say is not None else "please take this one."


def _opened(_: Notification) -> str:
    return "new, please take this one."


def _reopened(_: Notification) -> str:
    return "it was over, and is back."


def _climbed(notification: Notification) -> str:
    was = notification.was
    return "worse than it was." if was is None or was is notification.alert.severity else f"up from {was.value}."


def _worsened(notification: Notification) -> str:
    return "it was put off, and has grown much since."


def _repaged(notification: Notification) -> str:
    return "people were called for this before, and it has stayed."


def _released(_: Notification) -> str:
    return "it was held back until now, and still needs somebody."


def _escalated(notification: Notification) -> str:
    return f"nobody has acknowledged {_for(notification)}. Can you take it?"


def _chain_ended(notification: Notification) -> str:
    return f"nobody has acknowledged {_for(notification)}, and there is *nobody left to call*."


def _for(notification: Notification) -> str:
    waited = notification.alert.at - notification.incident.loud_at
    return f"for {duration(waited)}" if notification.incident.loud is not None and waited >= 60 else "yet"


def _reminded(notification: Notification) -> str:
    handled = notification.incident.handled
    since = f" {duration(notification.alert.at - handled.at)} ago" if handled is not None else ""
    return f"you took this on{since}, and it is not over. Still on it? Resolve or snooze it when it is dealt with."


def _ack_expired(notification: Notification) -> str:
    by = _last(notification, "acknowledge")
    return f"{by or 'somebody'} took this on, but it is still going on, so it needs somebody again."


def _snooze_over(notification: Notification) -> str:
    by = _last(notification, "snooze", "mute")
    return f"{by + ' put' if by else 'it was put'} this off until now, and it is not over."


def _called(notification: Notification) -> str:
    by = _last(notification, "escalate")
    return f"{by or 'somebody'} asks for your help with this."


def _last(notification: Notification, *actions: str) -> str | None:
    """Name who did one of these things last."""
    deeds = reversed(notification.incident.deeds)
    return next((name(deed.by) for deed in deeds if deed.action.startswith(actions)), None)


_WHY: dict[str, Callable[[Notification], str]] = {
    "opened": _opened,
    "reopened": _reopened,
    "climbed": _climbed,
    "worsened": _worsened,
    "repaged": _repaged,
    "released": _released,
    "escalated": _escalated,
    "chain_ended": _chain_ended,
    "reminded": _reminded,
    "ack_expired": _ack_expired,
    "snooze_over": _snooze_over,
    "called": _called,
}
