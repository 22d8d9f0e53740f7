"""The page budget: how often a brand may wake people in a shift, kept by moving the page threshold."""

import msgspec

from scoring.errors import require


class PageBudget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many pages a brand may cost in a shift, and how far the page threshold may rise to keep that.

    `pages` None keeps no budget. The threshold stays between the desk's `alerts.page.open` and `highest`.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    pages: int | None = None
    highest: float = 0.60

    def __post_init__(self) -> None:
        require(self.pages is None or self.pages >= 0, "pages", self.pages, "0 or more")
        require(0 < self.highest <= 1, "highest", self.highest, "more than 0, at most 1")
