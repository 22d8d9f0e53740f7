"""What decisions, clicks and open incidents amount to, for the metrics."""

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nlargest
from typing import get_args

from alerts.click import Command, Silence
from alerts.incidents import BrandState, Outcome
from alerts.ledger import Entry, State
from alerts.overview.digest import seconds_to_answer
from alerts.rules import Holder
from alerts.severity import Severity
from streams.desk import Desk
from streams.metrics import Metrics
from streams.worker.bounds import bounds_of

MOST_OTHERS = 50
"""Brands that the desk file does not name and that metrics still tell of: each costs a time series for good."""


def count_decisions(metrics: Metrics, outcomes: Iterable[Outcome]) -> None:
    """Count decisions, and how long incidents waited for somebody."""
    for outcome in outcomes:
        decision = outcome.decision
        metrics.decisions.labels(decision.cause).inc()
        entry = decision.entry
        if entry is not None and decision.cause == "acknowledged" and (waited := seconds_to_answer(entry)) is not None:
            metrics.acknowledging.observe(waited)


def count_command(metrics: Metrics, command: Command, outcomes: Iterable[Outcome]) -> None:
    """Count what somebody did, by what came of it."""
    if isinstance(command, Silence):
        metrics.clicks.labels("silence", "noted").inc()
        return
    cause = next((outcome.decision.cause for outcome in outcomes), "unknown")
    metrics.clicks.labels(command.action, cause).inc()


def count_incidents(metrics: Metrics, entries: Iterable[Entry]) -> None:
    """Count the incidents that are not over, and the pages that are kept back."""
    active = [entry for entry in entries if entry.active]
    open_ = Counter((entry.state, entry.severity) for entry in active)
    for state in get_args(State):
        for severity in Severity:
            if state != "resolved":
                metrics.open_incidents.labels(state, severity.value).set(open_[state, severity])
    held = Counter(entry.held.by for entry in active if entry.owed and entry.held is not None)
    for holder in get_args(Holder):
        metrics.held_pages.labels(holder).set(held[holder])


def count_brands(metrics: Metrics, desk: Desk, states: Mapping[str, BrandState]) -> None:
    """Tell how each brand's pages are kept in bounds; of brands that moved to another worker nothing any more."""
    for gauge in (metrics.pages, metrics.budget, metrics.threshold):
        gauge.clear()
    for brand in _shown(desk, states):
        state = states[brand]
        bounds = bounds_of(state, desk)
        metrics.pages.labels(brand).set(state.spending.pages)
        metrics.threshold.labels(brand).set(bounds.threshold)
        if bounds.budget is not None:
            metrics.budget.labels(brand).set(bounds.budget)


def _shown(desk: Desk, states: Mapping[str, BrandState]) -> list[str]:
    """The desk's own brands, and of those that mentions name besides, which may be any number, what paged most."""
    own = [brand for brand in desk.brands if brand in states]
    others = (brand for brand in states if brand not in desk.brands)
    return own + nlargest(MOST_OTHERS, others, key=lambda brand: states[brand].spending.pages)
