"""What the outbox needs to know of a thing to deliver, whatever it is."""

import msgspec
from msgspec.structs import replace

from alerts.event import Notification
from alerts.ledger import Entry
from alerts.severity import Severity
from alerts.slack.delivery.notice import Notice

_BY_PEOPLE = frozenset(
    ("acknowledged", "taken_over", "snoozed", "muted", "resolved_by_hand", "called", "judged")
)  # what somebody who just pressed a button waits to see
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Parcel(msgspec.Struct, frozen=True):
    """A notification or a notice, and how it is to be handled.

    Attributes
    ----------
    key, revision
        Which message, and which state of it.
    rank
        How severe it is, higher is worse.
    interrupts, who
        Whether it interrupts people, and whom.
    feedback
        It shows somebody the effect of what they just did.
    at
        When it was decided, and `settled_at`, when somebody last took the incident on, put it off or ended it, 0 for
        not yet; epoch seconds of event time, 0 for a notice.
    began
        When its message may have been posted at the earliest, epoch seconds; None for lately.
    charted
        Whether a picture of the spread is worth its while.
    amends
        What was said before must not be said any more: somebody wished to be forgotten.
    """

    key: str
    revision: int
    content: Notification | Notice
    rank: int = 0
    interrupts: bool = False
    who: tuple[str, ...] = ()
    feedback: bool = False
    at: float = 0.0
    settled_at: float = 0.0
    began: float | None = None
    charted: bool = False
    amends: bool = False

    def amended(self, later: "Parcel") -> "Parcel":
        """The same occasion to interrupt people, told as a `later` one of the same message has it."""
        mine, its = self.content, later.content
        if isinstance(mine, Notice) or isinstance(its, Notice):
            return self
        alert = replace(mine.alert, reasons=its.alert.reasons)
        return replace(self, content=replace(mine, alert=alert, incident=its.incident))


def parcel(content: Notification | Notice) -> Parcel:
    """Wrap something up for delivery."""
    if isinstance(content, Notice):
        rank = _RANKS[Severity.PAGE if content.notifies else Severity.NOTICE]
        return Parcel(content.key, content.revision, content, rank, content.notifies, content.who)
    alert, entry = content.alert, content.incident
    return Parcel(
        key=alert.incident_id,
        revision=content.revision,
        content=content,
        rank=_RANKS[alert.severity],
        interrupts=content.notifies,
        who=content.who,
        feedback=content.cause in _BY_PEOPLE,
        at=alert.at,
        settled_at=_settled_at(entry),
        began=entry.opened_at,
        amends=content.cause == "erased",
        charted=entry.active and alert.severity.interrupts and max(content.card.spread_curve, default=0) > 0,
    )


def _settled_at(entry: Entry) -> float:
    handled = entry.handled.at if entry.handled is not None else 0.0
    snoozed = entry.snooze.at if entry.snooze is not None else 0.0
    return max(entry.resolved_at or 0.0, handled, snoozed)
