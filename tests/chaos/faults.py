"""What goes wrong, one thing after the other: a readable schedule, the same for the same seed."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Literal, NamedTuple

Kind = Literal["kill", "freeze", "broker"]


class Fault(NamedTuple):
    """Something that goes wrong `after_s` seconds after the one before it.

    A worker is killed (and replaced at once), or frozen `for_s` seconds; or the broker is away for as long. One that
    is not `rash` waits until the worker has begun with its partitions, however slow the machine is.
    """

    after_s: float
    kind: Kind
    whom: str
    for_s: float = 0.0
    rash: bool = False

    def __str__(self) -> str:
        if self.kind == "kill":
            return f"{self.whom} is killed{', whatever it is at' if self.rash else ''}"
        away = "frozen" if self.kind == "freeze" else "away"
        return f"{self.whom} is {away} for {self.for_s:.1f} s"


class Rhythm(NamedTuple):
    """How faults come: how many, how far apart, how long freezes last, and which parts are kills, and rash."""

    number: int = 12
    apart_s: tuple[float, float] = (0.5, 4.0)
    frozen_s: tuple[float, float] = (1.0, 10.0)
    kills: float = 0.6
    rash: float = 0.3
    broker_away_s: float = 1.0


def schedule(seed: int, workers: Sequence[str], rhythm: Rhythm, *, broker: bool) -> list[Fault]:
    """Draw a schedule; with `broker`, the broker is restarted once, half-way."""
    faults = list(_of_workers(Random(seed), workers, rhythm))
    if broker:
        faults.insert(len(faults) // 2, Fault(rhythm.apart_s[0], "broker", "the broker", rhythm.broker_away_s))
    return faults


def _of_workers(chance: Random, workers: Sequence[str], rhythm: Rhythm) -> Iterator[Fault]:
    for _ in range(rhythm.number):
        after_s, whom = round(chance.uniform(*rhythm.apart_s), 1), chance.choice(workers)
        if chance.random() < rhythm.kills:
            yield Fault(after_s, "kill", whom, rash=chance.random() < rhythm.rash)
        else:
            yield Fault(after_s, "freeze", whom, round(chance.uniform(*rhythm.frozen_s), 1))
