"""What there is to do at Slack: one thing at a time of each kind, and what goes first."""

from typing import Literal, NamedTuple

from alerts.slack.delivery.parcel import Parcel
from alerts.slack.delivery.store import Delivered
from alerts.slack.delivery.waiting import Waiting

Lane = Literal["post", "edit", "look", "draw"]
"""What is done one after another: new messages and interruptions; edits; looking messages up; pictures."""

Kind = Literal["post", "ping", "edit", "look", "look_replies", "draw"]

LANE_OF: dict[Kind, Lane] = {
    "post": "post",
    "ping": "post",
    "edit": "edit",
    "look": "look",
    "look_replies": "look",
    "draw": "draw",
}


class Job(NamedTuple):
    """One thing to do at Slack.

    `parcel` is what to show, of a ping the worst of what it interrupts for; `owed` are the revisions that it
    interrupts people for, and `who` all of those. A look is for several `keys` at once, and goes back to `seek_from`,
    epoch seconds; what is at or before `after` is not meant.
    """

    kind: Kind
    keys: tuple[str, ...]
    parcel: Parcel | None = None
    owed: tuple[int, ...] = ()
    who: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    place: Delivered | None = None
    chart: str | None = None
    plain: int = 0
    seek_from: float = 0.0

    @property
    def key(self) -> str:
        """The message that it is about."""
        return self.keys[0]

    @property
    def shown(self) -> Parcel:
        """What it shows."""
        assert self.parcel is not None, "a look shows nothing"
        return self.parcel


class Found(NamedTuple):
    """A message that was looked up: where it is, what it shows, and for what it interrupted people."""

    channel: str
    ts: str
    revision: int
    pings: tuple[int, ...] = ()


def doable(one: Waiting, lane: Lane) -> bool:
    """Whether there is such a thing to do about a message, now or after a pause."""
    if one.busy:
        return False
    if lane == "post":
        return (
            not one.unsure and (one.stale or bool(one.owed))
            if one.place is None
            else bool(one.owed) and not one.unsure_ping
        )
    if lane == "edit":
        # Whoever is to be interrupted is, before anything else is done about that incident.
        return one.place is not None and not one.owed and (one.stale or one.bare)
    if lane == "look":
        return one.unsure if one.place is None else bool(one.owed) and one.unsure_ping
    return one.draws


def not_before(one: Waiting, lane: Lane) -> float:
    """When such a thing may be done about a message at the earliest."""
    setback = one.setbacks.get(lane)
    return setback.not_before if setback is not None else float("-inf")


def _post_order(one: Waiting) -> tuple[float, ...]:
    if one.owed:
        return 0, -max(owed.parcel.rank for owed in one.owed.values()), min(owed.since for owed in one.owed.values())
    return 1, 0, one.since


def _edit_order(one: Waiting) -> tuple[float, ...]:
    return 0 if one.stale and one.feedback else 1 if one.stale else 2, one.since


ORDER = {"post": _post_order, "edit": _edit_order, "draw": _edit_order}


def aloud(one: Waiting) -> Job:
    """Post a message, or reply to it; either names all that wait to be interrupted for it."""
    owed = sorted(one.owed.values(), key=lambda owed: owed.parcel.revision)
    who = tuple(dict.fromkeys(name for each in owed for name in each.parcel.who))
    revisions = tuple(each.parcel.revision for each in owed)
    if one.place is None:
        return Job("post", (one.key,), one.newest, revisions, who, who or one.called, plain=one.plain)
    worst = max(owed, key=lambda owed: (owed.parcel.rank, owed.parcel.revision)).parcel
    return Job("ping", (one.key,), worst, revisions, who, who, one.place, plain=one.plain)


def edit(one: Waiting) -> Job:
    """Edit a message in place."""
    return Job("edit", (one.key,), one.newest, called=one.called, place=one.place, chart=one.chart, plain=one.plain)


def look(ready: list[Waiting]) -> Job:
    """Look for all messages that may be there in one go; for replies, message by message, the worst first."""
    messages = [one for one in ready if one.place is None]
    if messages:
        for one in messages:
            one.busy = True
        return Job("look", tuple(one.key for one in messages), seek_from=min(one.seek_from for one in messages))
    one = min(ready, key=_post_order)
    one.busy = True
    return Job("look_replies", (one.key,), place=one.place, seek_from=one.seek_from)
