"""When to tell people what: the thresholds, hold times and limits of a webcare desk."""

import msgspec

from scoring.errors import require

MINUTE = 60.0
HOUR = 60 * MINUTE


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The risk at which a severity opens, and the lower one under which it may close again."""

    open: float
    close: float


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes an incident of a thread, and what is worth a message about it.

    Risks and probabilities are in 0..1, times in seconds of event time.

    Attributes
    ----------
    watch, page, critical
        Bands on `risk`. A risk between `close` and `open` keeps whichever side it came from.
    hold_s
        How long a thread must stay below its severity before the severity falls.
    recovery_s
        How long a thread must stay calm before its incident resolves.
    repage_s
        How long a severity that people were already told of comes back silently. A thread that is still there
        when this has passed notifies again, so silence never outlives a flap.
    persist_s
        How long a thread must be worth a page before it pages, so that a blip wakes nobody; a critical one never waits.
    remind_s, ack_expires_s
        After so long, whoever acknowledged a page that is still one is reminded; after so long the acknowledgement
        expires and the on-call chain begins anew.
    chain_repeat_s
        How often everybody is called once the chain has ended without an acknowledgement.
    reopen_s
        An incident that comes back within so long of its end is the same one again, in the same message.
    snooze_growth
        A snoozed critical incident whose spread grows by this factor interrupts all the same.
    mute_s
        How long a muted thread is kept quiet.
    forget_s
        How long an incident that has resolved is remembered.
    complaint
        `p_negative` from which a thread counts as a complaint, which the desk's own conduct can make worse.
    praise
        `p_negative` under which a thread never gets above a notice, however far it spreads.
    conduct_spread
        Shares under which conduct does not raise the severity: nobody has seen it yet.
    conduct_floor
        Risk under which conduct raises to a watch at most: an awkward answer alone wakes nobody.
    page_spread
        Shares under which risk alone is a watch at most: three shares within ten seconds wake nobody yet.
    own_fire_spread
        Shares from which several slips of the desk together are worth a page, whatever the forecast says.
    refresh_s
        The least time between two edits that only bring figures up to date.
    refresh_growth
        Growth of the spread since the last edit that is worth another, as a part of it.
    refresh_risk
        Change of the risk since the last edit that is worth another.

    Raises
    ------
    ValueError
        When a value is out of its range; the message names the key, the value and what is allowed.
    """

    watch: Band = Band(0.10, 0.05)
    page: Band = Band(0.35, 0.20)
    critical: Band = Band(0.80, 0.60)
    hold_s: float = 15 * MINUTE
    recovery_s: float = 2 * HOUR
    repage_s: float = 3 * HOUR
    persist_s: float = 30.0
    remind_s: float = HOUR
    ack_expires_s: float = 4 * HOUR
    chain_repeat_s: float = 15 * MINUTE
    reopen_s: float = 6 * HOUR
    snooze_growth: float = 2.0
    mute_s: float = 24 * HOUR
    forget_s: float = 14 * 24 * HOUR
    complaint: float = 0.5
    praise: float = 0.3
    conduct_spread: int = 10
    conduct_floor: float = 0.05
    page_spread: int = 15
    own_fire_spread: int = 25
    refresh_s: float = MINUTE
    refresh_growth: float = 0.2
    refresh_risk: float = 0.1

    def __post_init__(self) -> None:
        below = 0.0
        for name in ("watch", "page", "critical"):
            band: Band = getattr(self, name)
            require(0 < band.close <= 1, f"{name}.close", band.close, "more than 0, at most 1")
            require(band.close <= band.open <= 1, f"{name}.open", band.open, f"{name}.close ({band.close}) to 1")
            require(band.open > below, f"{name}.open", band.open, f"more than the band below it ({below})")
            below = band.open
        for name in ("complaint", "praise", "conduct_floor", "refresh_risk"):
            value: float = getattr(self, name)
            require(0 <= value <= 1, name, value, "0 to 1")
        require(self.praise <= self.complaint, "praise", self.praise, f"at most complaint ({self.complaint})")
        for name in (
            "hold_s",
            "repage_s",
            "persist_s",
            "reopen_s",
            "conduct_spread",
            "page_spread",
            "own_fire_spread",
            "refresh_s",
            "refresh_growth",
        ):
            least: float = getattr(self, name)
            require(0 <= least < float("inf"), name, least, "0 or more")
        for name in ("remind_s", "chain_repeat_s", "mute_s", "forget_s"):
            span: float = getattr(self, name)
            require(0 < span < float("inf"), name, span, "more than 0")
        require(
            self.remind_s <= self.ack_expires_s < float("inf"),
            "ack_expires_s",
            self.ack_expires_s,
            f"remind_s ({self.remind_s}) or more",
        )
        require(1 < self.snooze_growth < float("inf"), "snooze_growth", self.snooze_growth, "more than 1")
        require(
            self.hold_s <= self.recovery_s < float("inf"),
            "recovery_s",
            self.recovery_s,
            f"hold_s ({self.hold_s}) or more",
        )
