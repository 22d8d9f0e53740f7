"""Names met lately, in bounded memory."""

from collections.abc import Hashable


class Remembered:
    """Knows at least the latest `least` names again, and at most twice as many, at O(1) each.

    Two generations take turns, because forgetting one name at a time would cost a search for the oldest.
    """

    __slots__ = ("_before", "_least", "_now")

    def __init__(self, least: int) -> None:
        self._least = least
        self._now: dict[Hashable, str | None] = {}
        self._before: dict[Hashable, str | None] = {}

    def add(self, name: Hashable, note: str | None = None) -> bool:
        """Whether `name` is new; from now on it is not, and `note` is kept with it."""
        if name in self._now or name in self._before:
            return False
        if len(self._now) >= self._least:
            self._before, self._now = self._now, {}
        self._now[name] = note
        return True

    def note(self, name: Hashable) -> str | None:
        """What was noted of `name` when it was new; None for a name not known."""
        return self._now.get(name) or self._before.get(name)

    def __len__(self) -> int:
        return len(self._now) + len(self._before)
