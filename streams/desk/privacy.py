"""How long, and in which form, a desk keeps what people wrote."""

from typing import Literal

import msgspec

from scoring.errors import require

DAY_S = 24 * 3600.0
USUAL_DAYS = 7.0


class Privacy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is kept of people's words besides what an incident needs while it is open.

    Attributes
    ----------
    text_days
        Days that texts, links and authors of an incident are kept once it is over. None for 7, or for as long as the
        incident is remembered at all if that is less.
    dead_letters
        Whether a record that is no mention is kept as it came, to be repaired, or only why it was none and where it
        is.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    text_days: float | None = None
    dead_letters: Literal["raw", "reason"] = "raw"

    def __post_init__(self) -> None:
        days = self.text_days
        require(days is None or 0 <= days < float("inf"), "text_days", days, "0 or more")

    def text_s(self, forget_s: float) -> float:
        """Seconds that texts are kept of an incident that is remembered for `forget_s` seconds once it is over."""
        return min(USUAL_DAYS * DAY_S, forget_s) if self.text_days is None else self.text_days * DAY_S
