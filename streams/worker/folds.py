"""How a brand's incidents are decided by the desk file, and how its pages are kept in bounds."""

from collections.abc import MutableMapping

from alerts.incidents import BrandState, Incidents, Settings
from alerts.incidents.spending import moved

from alerts import board
from alerts.ledger import Entry
from streams.desk import Desk
from streams.worker.ledger import Begin, Fold


def folds_of(desk: Desk) -> Begin:
    """What begins the incidents of a brand of this desk."""
    settings = Settings(desk.alerts, desk.page_budget, desk.storm, desk.grouping, desk.calendar)

    def begin(brand: str, state: BrandState | None, entries: MutableMapping[str, Entry]) -> Fold:
        return Incidents(brand, settings, entries, state)

    return begin


def bounds_of(state: BrandState, desk: Desk) -> board.BrandState:
    """How a brand's pages are kept in bounds, for the board."""
    usual = desk.alerts.page.open
    threshold = moved(desk.alerts, desk.page_budget, state.spending.pages).page.open
    return board.BrandState(threshold, usual, desk.page_budget.pages, tuple(state.silences))
