"""Incidents as the ledger holds them, and a desk with two shifts a day."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from alert_samples import CARD, COMPLAINT, HOUR, MINUTE
from msgspec.structs import replace

from alerts.ledger import Deed, Entry, Handled, Peak, Told
from alerts.rules import EVERYBODY, Hold, Step
from alerts.severity import Judgement, Severity

ZONE = ZoneInfo("Europe/Amsterdam")
DAY_START = datetime(2026, 11, 20, 8, 0, tzinfo=ZONE).timestamp()
NOW = DAY_START + 6 * HOUR  # 14:00 at the desk
SHIFT_S = 12 * HOUR


class Hours(NamedTuple):
    name: str
    start: float
    end: float


class Roster:
    """Anna by day and Bram by night, from 8 to 8."""

    def __init__(self, holds=None):
        self._holds = holds or {}

    def shift(self, at):
        number = (at - DAY_START) // SHIFT_S
        start = DAY_START + number * SHIFT_S
        return Hours("night" if number % 2 else "day", start, start + SHIFT_S)

    def on_call(self, at):
        return ("bram",) if self.shift(at).name == "night" else ("anna",)

    def hold(self, at, brand) -> Hold | None:
        return self._holds.get(brand)

    def chain(self, at, severity):
        return Step(0.0, self.on_call(at)), Step(5 * MINUTE, ("chris",)), Step(15 * MINUTE, (EVERYBODY,))


def incident(
    thread_id="1290",
    severity=Severity.WATCH,
    *,
    minutes_ago=30.0,
    brand="Albert Heijn",
    said=CARD.excerpt,
    risk=0.2,
    shares=74,
    spared=False,
    **changes,
) -> Entry:
    """An incident that began so many minutes before `NOW`."""
    opened_at = NOW - minutes_ago * MINUTE
    card = replace(CARD, excerpt=said, root_at=opened_at - 20 * MINUTE)
    assessment = replace(
        COMPLAINT, thread_id=thread_id, brand=brand, at=NOW - MINUTE, risk=risk, shares=shares, card=card
    )
    return replace(
        Entry(
            brand=brand,
            thread_id=thread_id,
            ordinal=1,
            state="open",
            revision=1,
            severity=severity,
            band=severity,
            judgement=Judgement(severity, severity, "risk", spared=spared),
            assessment=assessment,
            opened_at=opened_at,
            told=Told(opened_at, risk, shares, ()),
            peak=Peak(severity, risk, shares),
        ),
        **changes,
    )


def acknowledged(by="anna", *, minutes_ago=20.0):
    """What an acknowledgement leaves in an entry."""
    at = NOW - minutes_ago * MINUTE
    return {
        "state": "acknowledged",
        "handled": Handled(by, at, Severity.PAGE),
        "first_handled_at": at,
        "deeds": (Deed(at, by, "acknowledge", f"click-{at}"),),
    }


def resolved(by=None, *, minutes_ago=10.0):
    """What the end of an incident leaves in an entry."""
    return {"state": "resolved", "resolved_at": NOW - minutes_ago * MINUTE, "resolved_by": by}
