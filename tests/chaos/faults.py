"""What goes wrong when: a readable schedule, the same for the same seed."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Literal, NamedTuple

Kind = Literal["kill", "freeze", "broker"]


class Fault(NamedTuple):
    """Something that goes wrong `at` seconds after the beginning.

    A worker is killed (and replaced at once), or frozen `for_s` seconds; or the broker is away for as long.
    """

    at: float
    kind: Kind
    whom: str
    for_s: float = 0.0

    def __str__(self) -> str:
        if self.kind == "kill":
            return f"{self.whom} is killed"
        away = "frozen" if self.kind == "freeze" else "stopped"
        return f"{self.whom} is {away} for {self.for_s:.1f} s"


class Rhythm(NamedTuple):
    """How faults come: from `first_s` to `last_s`, each so many seconds after the one before; freezes last as long."""

    first_s: float = 6.0
    last_s: float = 50.0
    every_s: tuple[float, float] = (2.5, 6.0)
    frozen_s: tuple[float, float] = (1.0, 10.0)
    kills: float = 0.6
    broker_away_s: float = 1.5


def schedule(seed: int, workers: Sequence[str], rhythm: Rhythm, *, broker: bool) -> list[Fault]:
    """Draw a schedule; a worker that is frozen may be killed, but is not frozen again meanwhile.

    With `broker`, the broker is restarted once, half-way.
    """
    faults = list(_of_workers(Random(seed), workers, rhythm))
    if broker:
        faults.append(Fault((rhythm.first_s + rhythm.last_s) / 2, "broker", "the broker", rhythm.broker_away_s))
    return sorted(faults)


def _of_workers(chance: Random, workers: Sequence[str], rhythm: Rhythm) -> Iterator[Fault]:
    at = rhythm.first_s
    thaws: dict[str, float] = {}
    while at < rhythm.last_s:
        whom = chance.choice(workers)
        if chance.random() < rhythm.kills or thaws.get(whom, 0.0) > at:
            thaws.pop(whom, None)
            yield Fault(round(at, 1), "kill", whom)
        else:
            for_s = round(chance.uniform(*rhythm.frozen_s), 1)
            thaws[whom] = at + for_s
            yield Fault(round(at, 1), "freeze", whom, for_s)
        at += chance.uniform(*rhythm.every_s)
