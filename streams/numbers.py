"""Numbers that were met, of those that a source gives to what it says, for taking each thing once.

After a crash a source says again what it had said since its last checkpoint, and a worker that was frozen may say
things that its successor says as well: the same number is the same thing.
"""

from collections.abc import Iterable

MOST_AHEAD = 10_000
"""So many numbers may have come before one that is missing; then it is taken to be lost."""


class Met:
    """The numbers met: all up to `upto`, and those of `ahead`."""

    __slots__ = ("ahead", "upto")

    def __init__(self, upto: int = 0, ahead: Iterable[int] = ()) -> None:
        self.upto = upto
        self.ahead = set(ahead)

    def add(self, number: int) -> bool:
        """Whether a number, counted from 1, is new; from now on it is not."""
        ahead = self.ahead
        if number <= self.upto or number in ahead:
            return False
        ahead.add(number)
        if len(ahead) > MOST_AHEAD:
            self.upto = min(ahead) - 1
        while self.upto + 1 in ahead:
            self.upto += 1
            ahead.remove(self.upto)
        return True
