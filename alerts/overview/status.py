"""What is going on now: the answer to somebody who just looks."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from alerts.click import Silence
from alerts.ledger import Entry
from alerts.overview.board import Board, Calendar
from alerts.overview.spending import Spending, spending
from alerts.rules import Hold
from alerts.watchdog import Health, OpsAlert


class Status(msgspec.Struct, frozen=True):
    """How things are at `at`, epoch seconds.

    Attributes
    ----------
    brand
        The only brand that was asked for, None for all.
    active
        The incidents that are not over, worst first, without those that are part of another one of them.
    parts
        How many incidents are part of an active one, by its id.
    holds
        What keeps pages back by the desk file, and of which brands.
    silences
        The wishes for quiet that hold now.
    spending
        The pages of the present shift.
    troubles, health
        What is wrong with the feed, and its figures.
    """

    at: float
    brand: str | None
    active: tuple[Entry, ...]
    parts: Mapping[str, int]
    holds: tuple[tuple[Hold, tuple[str, ...]], ...]
    silences: tuple[Silence, ...]
    spending: tuple[Spending, ...]
    troubles: tuple[OpsAlert, ...]
    health: Health | None


def status(board: Board, calendar: Calendar, now: float, brand: str | None = None) -> Status:
    """Say what is going on, of one brand or of all."""
    active = board.active(brand)
    ids = {entry.incident_id for entry in active}
    parts = Counter(entry.parent for entry in active if entry.parent is not None and entry.parent in ids)
    names = board.brands if brand is None else (brand,)
    holds: dict[Hold, tuple[str, ...]] = {}
    for name in names:
        hold = calendar.hold(now, name)
        if hold is not None:
            holds[hold] = (*holds.get(hold, ()), name)
    return Status(
        at=now,
        brand=brand,
        active=tuple(entry for entry in active if entry.parent not in parts),
        parts=parts,
        holds=tuple(holds.items()),
        silences=tuple(wish for name in names for wish in silences(board, name, now)),
        spending=spending(board, calendar.shift(now).start, now, brand),
        troubles=tuple(alert for alert in board.troubles(now, now) if alert.event != "resolved"),
        health=board.health,
    )


def silences(board: Board, brand: str, now: float) -> tuple[Silence, ...]:
    """The wishes for quiet about a brand that hold now."""
    state = board.state(brand)
    return () if state is None else tuple(wish for wish in state.silences if wish.until > now)
