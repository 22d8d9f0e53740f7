"""How the page budget is kept: what a brand's pages cost in a shift, and what that made of the threshold."""

from typing import NamedTuple

from alerts.overview.board import Board, paged


class Spending(NamedTuple):
    """A brand's pages in a stretch of time.

    `budget` is how many there may be in a shift, None for any number. `threshold` is the risk from which a page opens
    now and `usual` the one that the desk file sets, None where neither is known. `spared` incidents would have
    paged at the usual threshold.
    """

    brand: str
    pages: int
    budget: int | None
    threshold: float | None
    usual: float | None
    spared: int

    @property
    def over(self) -> bool:
        """Whether there were more pages than the budget allows."""
        return self.budget is not None and self.pages > self.budget


def spending(board: Board, start: float, end: float, brand: str | None = None) -> tuple[Spending, ...]:
    """Add up the pages from `start` up to `end`, of one brand or of each that paged or has a budget."""
    spared = board.spared(start, end)
    found = []
    for name in (brand,) if brand is not None else board.brands:
        pages = sum(paged(entry, start, end) for entry in board.between(start, end) if entry.brand == name)
        state = board.state(name)
        kept = sum(entry.brand == name for entry in spared)
        if state is None:
            one = Spending(name, pages, None, None, None, kept)
        else:
            one = Spending(name, pages, state.budget, state.threshold, state.usual, kept)
        if brand is not None or one.pages or one.budget is not None:
            found.append(one)
    return tuple(found)
