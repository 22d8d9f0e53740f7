"""What a decision is: the entry from now on, what to do, and why."""

from typing import Literal, NamedTuple

import msgspec

from alerts.ledger import Entry
from alerts.severity import Judgement, Severity
from scoring.assessment import Assessment
from scoring.verdicts import Verdict

EventName = Literal["opened", "updated", "escalated", "acknowledged", "resolved"]

Cause = Literal[
    # what the thread does
    "opened",  # a thread became an incident
    "reopened",  # an incident that had resolved is back
    "climbed",  # to a severity that people have not been told of lately
    "returned",  # to one that they have: an edit is enough for now
    "held",  # climbed to a page that is kept back by the quiet hours, a campaign, a silence or a storm
    "repaged",  # it returned and stayed, so silence would hide it
    "released",  # what kept the page back is over
    "fell",  # stayed milder for the hold time
    "refreshed",  # same severity, but a figure moved that a person would care about
    "worsened",  # it was put off while critical, and has grown much since
    "joined",  # another thread of the same incident
    "recovered",  # stayed calm for the recovery time
    "lapsed",  # nothing was heard of it for a week
    # what time does
    "escalated",  # nobody acknowledged: the next of the on-call chain
    "chain_ended",  # nobody of the chain acknowledged: everybody
    "reminded",  # acknowledged long ago, and still a page
    "ack_expired",  # acknowledged too long ago
    "snooze_over",
    # what people do
    "acknowledged",
    "taken_over",  # acknowledged by somebody else before
    "snoozed",
    "muted",
    "resolved_by_hand",
    "called",  # somebody asked for the next of the chain
    "judged",  # somebody gave a verdict
    "erased",  # somebody of whom it spoke wished to be forgotten
    # nothing to say
    "calm",  # no incident, and none needed
    "settled",  # resolved by hand, and no worse than it was then
    "holding",  # milder than told, within the hold time; or worse, within the time for blips
    "unchanged",  # as told
    "repeated",  # a click that was dealt with before
    "pointless",  # a click that changes nothing, on an incident that is over for example
]


class Judged(NamedTuple):
    """An incident's threads as of one assessment: what it says, what it amounts to, and of how many threads."""

    assessment: Assessment
    judgement: Judgement
    joined: bool = False


class Tell(msgspec.Struct, frozen=True):
    """Tell people: post, edit or close the incident's message.

    Attributes
    ----------
    notifies
        Asks for a message that interrupts `who`; otherwise an edit in place is enough.
    page
        It interrupts because the incident is worse than people know: what the page budget counts. A reminder and
        the further steps of the on-call chain interrupt without being another page.
    who
        People's keys in the desk file, `rules.HERE` or `rules.EVERYBODY`.
    was
        The severity told before, None at the opening.
    """

    event: EventName
    cause: Cause
    notifies: bool = False
    page: bool = False
    who: tuple[str, ...] = ()
    was: Severity | None = None


class Decision(NamedTuple):
    """The ledger entry as it is from now on, what to do, and why.

    `entry` is None as long as the thread never was an incident. `verdict` is what somebody judged, for the models to
    learn from.
    """

    entry: Entry | None
    actions: tuple[Tell, ...]
    cause: Cause
    verdict: Verdict | None = None
