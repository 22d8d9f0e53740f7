"""Names met lately, in bounded memory."""

from collections.abc import Callable
from typing import Self, TypeAlias

from scoring.names import WIDTH

RememberedState: TypeAlias = tuple[bytes, bytes, list[bytes]]
"""The names of either generation, one after the other, and the notes of all; no notes where all are empty."""

_NO_NAMES: dict[bytes, bytes] = {}
"""An older generation that is empty, as most are; never written to."""


class Remembered:
    """Knows at least the latest `least` names again, and at most twice as many, at O(1) each.

    Two generations take turns, because forgetting one name at a time would cost a search for the oldest.
    """

    __slots__ = ("_before", "_least", "_now")

    def __init__(self, least: int) -> None:
        self._least = least
        self._now: dict[bytes, bytes] = {}
        self._before = _NO_NAMES

    def add(self, name: bytes, note: bytes = b"") -> bool:
        """Whether `name` is new; from now on it is not, and `note` is kept with it."""
        now = self._now
        if name in now or name in self._before:
            return False
        if len(now) >= self._least:
            self._before, self._now = now, {name: note}
        else:
            now[name] = note
        return True

    def note(self, name: bytes) -> bytes:
        """What was noted of `name` when it was new; nothing for a name not known."""
        return self._now.get(name) or self._before.get(name, b"")

    def drop(self, meant: Callable[[bytes], bool]) -> bool:
        """Forget the names that are meant; returns whether there were any."""
        now = {name: note for name, note in self._now.items() if not meant(name)}
        before = {name: note for name, note in self._before.items() if not meant(name)}
        found = len(now) + len(before) < len(self)
        self._now, self._before = now, before or _NO_NAMES
        return found

    def freeze(self) -> RememberedState:
        """The state, to be thawed."""
        notes = [*self._now.values(), *self._before.values()]
        return b"".join(self._now), b"".join(self._before), notes if any(notes) else []

    @classmethod
    def thaw(cls, state: RememberedState, least: int, width: int = WIDTH) -> Self:
        """Make it of a state whose names have `width` bytes each.

        Raises
        ------
        ValueError
            If the state contradicts itself.
        """
        now, before, notes = state
        if len(now) % width or len(before) % width:
            raise ValueError(f"names of {width} bytes do not make {len(now)} and {len(before)}")
        self = cls(least)
        late = [now[i : i + width] for i in range(0, len(now), width)]
        if before:
            early = [before[i : i + width] for i in range(0, len(before), width)]
            self._before = dict(zip(early, notes[len(late) :] or [b""] * len(early), strict=True))
            notes = notes[: len(late)]
        self._now = dict(zip(late, notes, strict=True)) if notes else dict.fromkeys(late, b"")
        return self

    def __len__(self) -> int:
        return len(self._now) + len(self._before)
