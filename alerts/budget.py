"""The page budget: how often a brand may wake people in a shift, kept by moving the page threshold."""

import msgspec


class PageBudget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many pages a brand may cost in a shift, and how far the page threshold may rise to keep that.

    `pages` None keeps no budget. The threshold stays between the desk's `alerts.page.open` and `highest`.
    """

    pages: int | None = None
    highest: float = 0.60
