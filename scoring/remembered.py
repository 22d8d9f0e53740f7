"""Names met lately, in bounded memory."""


class Remembered:
    """Knows at least the latest `least` names again, and at most twice as many, at O(1) each.

    Two generations take turns, because forgetting one name at a time would cost a search for the oldest.
    """

    __slots__ = ("_before", "_least", "_now")

    def __init__(self, least: int) -> None:
        self._least = least
        self._now: dict[str, None] = {}
        self._before: dict[str, None] = {}

    def add(self, name: str) -> bool:
        """Whether `name` is new; from now on it is not."""
        if name in self._now or name in self._before:
            return False
        if len(self._now) >= self._least:
            self._before, self._now = self._now, {}
        self._now[name] = None
        return True

    def __len__(self) -> int:
        return len(self._now) + len(self._before)
