"""How far an evaluation has come."""

from collections.abc import Callable, Sequence

Tell = Callable[[str, float], None]
"""Hears what is being done, and which part of the whole is done."""

FITTING_TONE, READING_TONE = ("fitting the tone", 4.0), ("reading the tone", 0.3)
FITTING = ("fitting the forecast", 5.0)
JUDGING = (
    ("fitting baselines", 1.5),
    ("looking at the cascades left out", 1.0),
    ("judging growth", 1.0),
    ("playing a fortnight", 3.5),
)
"""Steps and about how long they take, of whatever unit."""


class Progress:
    """Walks through steps; `tell` hears of each, with the part done before it."""

    def __init__(self, tell: Tell, steps: Sequence[tuple[str, float]]) -> None:
        self._tell = tell
        self._steps = list(steps)
        self._total = sum(length for _, length in steps)
        self._done = 0.0
        self._now = ("", 0.0)

    def step(self) -> None:
        """Begin the next step."""
        self._done += self._now[1]
        self._now = self._steps.pop(0)
        self.within(0.0)

    def within(self, part: float) -> None:
        """Say which part of the present step is done."""
        name, length = self._now
        self._tell(name, (self._done + part * length) / self._total)
