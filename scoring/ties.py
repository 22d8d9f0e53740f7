"""Whether those who react have met before in the thread.

A firestorm does not grow along existing ties: who mentions whom in it differs from before and after (Lamba, Malik
and Pfeffer, A Tempest in a Teacup? Analyzing Firestorms on Twitter, ASONAM 2015).
"""

from collections.abc import Container
from typing import Self, TypeAlias

from scoring.change import Change
from scoring.names import WIDTH
from scoring.remembered import Remembered, RememberedState

LATEST = 50
"""So many of the latest reactions are compared with those before; more would hide a start, fewer be chance."""

LEAST_BEFORE = 25
"""Fewer reactions are no custom that others could depart from."""

REMEMBERED_TIES = 4_096
"""So many ties are remembered per thread at least; a forgotten one that comes back counts as new."""

TiesState: TypeAlias = tuple[int, int, int, RememberedState | None]

_ROOTS = bytes(WIDTH)
"""Stands for the root's author where he is unknown: the root's own name is shorter than others."""

_WINDOW = (1 << LATEST) - 1


class Ties:
    """Which reactions renew a tie, as one author has to another whom he answered or shared before.

    Somebody new answers everybody for the first time, so only those who come back are looked at. Reactions are
    numbered from 1 by whoever counts them; the names of authors are short.
    """

    __slots__ = ("_at", "_latest", "_met", "renewed")

    def __init__(self) -> None:
        self.renewed = 0
        # Bit n tells whether the tie was renewed by the reaction n before number `_at`.
        self._latest = 0
        self._at = 0
        self._met: Remembered | None = None

    def add(self, number: int, author: bytes, answered: bytes, first: bytes) -> None:
        """Take reaction `number`, of somebody seen before: `author` to `answered`, having begun with `first`."""
        if answered not in (author, first):
            if self._met is None:
                self._met = Remembered(REMEMBERED_TIES)
            if self._met.add(author + (answered or _ROOTS)):
                return
        self.renewed += 1
        self._latest = self._bits(number) | 1
        self._at = number

    def change(self, total: int) -> Change | None:
        """The share of new ties in the latest of `total` reactions and in those before; None for too few."""
        before = total - LATEST
        if before < LEAST_BEFORE:
            return None
        late = self._bits(total).bit_count()
        return Change.of(1.0 - late / LATEST, LATEST, 1.0 - (self.renewed - late) / before, before)

    def erase(self, names: Container[bytes]) -> bool:
        """Forget the ties of some authors; returns whether any were known."""
        return self._met is not None and self._met.drop(lambda tie: tie[:WIDTH] in names or tie[WIDTH:] in names)

    def freeze(self) -> TiesState:
        """The state, to be thawed."""
        return self.renewed, self._latest, self._at, None if self._met is None else self._met.freeze()

    @classmethod
    def thaw(cls, state: TiesState) -> Self:
        """Make it of a state."""
        self = cls.__new__(cls)
        self.renewed, self._latest, self._at, met = state
        self._met = None if met is None else Remembered.thaw(met, REMEMBERED_TIES, 2 * WIDTH)
        return self

    def _bits(self, number: int) -> int:
        return self._latest << min(number - self._at, LATEST) & _WINDOW
