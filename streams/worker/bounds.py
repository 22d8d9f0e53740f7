"""How a brand's pages are kept in bounds."""

from alerts.incidents import BrandState
from alerts.incidents.spending import moved
from alerts.overview import board
from streams.desk import Desk


def bounds_of(state: BrandState, desk: Desk) -> board.BrandState:
    """What the board is told of a brand's state."""
    usual = desk.alerts.page.open
    threshold = moved(desk.alerts, desk.page_budget, state.spending.pages).page.open
    return board.BrandState(threshold, usual, desk.page_budget.pages, tuple(state.silences))
