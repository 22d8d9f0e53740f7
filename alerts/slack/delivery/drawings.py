"""When a picture of an incident's spread is worth drawing anew."""

from alerts.slack.delivery.parcel import Parcel

_MOST_REMEMBERED = 1000


class Drawings:
    """Remembers what was drawn when; times are seconds of a clock that never goes back.

    A picture is drawn at most every `every_s` seconds for a message; never if that is None.
    """

    def __init__(self, every_s: float | None) -> None:
        self._every_s = every_s
        self._drawn: dict[str, float] = {}
        self._none_before = float("-inf")

    def worth(self, parcel: Parcel, now: float) -> bool:
        """Whether to draw a picture for what a message shows now."""
        if self._every_s is None or not parcel.charted or now < self._none_before:
            return False
        return now >= self._drawn.get(parcel.key, float("-inf")) + self._every_s

    def began(self, key: str, now: float) -> None:
        """Note that one is being drawn."""
        self._drawn.pop(key, None)
        self._drawn[key] = now
        while len(self._drawn) > _MOST_REMEMBERED:
            del self._drawn[next(iter(self._drawn))]

    def none_before(self, then: float) -> None:
        """Draw nothing until then."""
        self._none_before = then
