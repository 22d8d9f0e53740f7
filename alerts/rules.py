"""What holds for a brand at one moment: thresholds, who is called, and what keeps pages back."""

from typing import Literal, NamedTuple

import msgspec

from alerts.policy import Policy
from alerts.severity import Severity

Holder = Literal["quiet_hours", "campaign", "silence", "storm", "budget"]
"""What may keep a page back. A snooze and an acknowledgement are states of the incident itself."""

EVERYBODY = "channel"
HERE = "here"
"""Whom a step calls besides people by name: everybody in the channel, or those who are there."""


class Hold(msgspec.Struct, frozen=True):
    """Pages are kept back, by what and until when; None for an end that is not known yet.

    `reason` and `owner` say why and who wanted it. A critical page passes unless `even_critical`, which is for the
    incidents that are part of a storm: the storm pages for them.
    """

    by: Holder
    until: float | None = None
    reason: str = ""
    owner: str = ""
    even_critical: bool = False

    def keeps(self, severity: Severity) -> bool:
        """Whether a page of this severity is kept back."""
        return severity.interrupts and (severity is not Severity.CRITICAL or self.even_critical)


class Step(msgspec.Struct, frozen=True):
    """A step of the on-call chain: whom to call, so many seconds after the page if nobody has acknowledged.

    `who` are keys of people in the desk file, `HERE` or `EVERYBODY`.
    """

    after_s: float
    who: tuple[str, ...]


class Rules(NamedTuple):
    """What holds at one moment.

    Attributes
    ----------
    policy
        The thresholds, the page threshold as the budget has moved it.
    page_chain, critical_chain
        Steps in order of time, the first at 0 s. Without any, a page calls `HERE` and nobody after that.
    hold
        What keeps pages back, if anything does.
    morning
        When "until morning" is over, epoch seconds.
    """

    policy: Policy
    page_chain: tuple[Step, ...] = ()
    critical_chain: tuple[Step, ...] = ()
    hold: Hold | None = None
    morning: float = 0.0

    def chain(self, severity: Severity) -> tuple[Step, ...]:
        """Who is called for an incident of this severity."""
        return self.critical_chain if severity is Severity.CRITICAL else self.page_chain
