"""Endless made-up traffic at a steady rate, in real time: many small threads, and a fire every minute or so."""

import heapq
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import numpy as np

from streams.incidents.texts import load

BRANDS = tuple(f"merk{number:02}" for number in range(24))
SECTORS = ("supermarket", "telecom", "bank", "railway", "parcels", "energy", "shop")

SPREAD, LONGEST = 6.0, 400
"""Mean number of shares and replies of an ordinary thread, geometric but for the few large ones; the most."""

DELAY_MEDIAN_S, DELAY_SIGMA = 90.0, 1.1
"""A share comes so long after its thread's first post, log-normally distributed."""

COMPLAINTS = 0.02
FIRE_EVERY_S = 45.0
FIRE_SIZE = (150, 900)
FIRE_LASTS_S = 300.0

_encode = msgspec.json.Encoder().encode


class Mention(NamedTuple):
    """A mention as a record: key and value."""

    thread: bytes
    value: bytes


class _Thread(NamedTuple):
    name: str
    brand: str


class Traffic:
    """So many mentions each second, as they would come in.

    What is due of the threads that there are is filled up with new threads, so after some minutes the numbers of both
    are steady.

    Parameters
    ----------
    rate
        Mentions a second.
    seed
        The same seed gives the same mentions, but for the times that they are asked for.
    """

    def __init__(self, rate: int, seed: int = 11) -> None:
        self._rate = rate
        self._rng = np.random.default_rng([seed, 0x50AC])
        texts = load("background")
        self._complaints = [text for sector in SECTORS for text in texts[sector]["complaint"]["nl"]]
        self._chatter = [text for sector in SECTORS for text in texts[sector]["chatter"]["nl"]]
        self._due: list[tuple[float, int, _Thread]] = []
        self._threads = 0
        self._mentions = 0
        self._next_fire: float | None = None
        self.fires = 0

    def second(self, now: float) -> Iterator[Mention]:
        """The mentions of the second from `now` (epoch seconds), each with its own time, in order."""
        times = now + np.arange(self._rate) / self._rate
        if self._next_fire is None:
            self._next_fire = now + FIRE_EVERY_S / 3
        for at in times.tolist():
            if at >= self._next_fire:
                self._next_fire += FIRE_EVERY_S
                self.fires += 1
                yield self._begin(at, fire=True)
            elif self._due and self._due[0][0] <= at:
                _, _, thread = heapq.heappop(self._due)
                yield self._share(thread, at)
            else:
                yield self._begin(at, fire=False)

    def _begin(self, at: float, *, fire: bool) -> Mention:
        rng = self._rng
        self._threads += 1
        thread = _Thread(f"soak{self._threads}", BRANDS[int(rng.integers(len(BRANDS)))])
        if fire:
            size = int(rng.integers(*FIRE_SIZE))
            delays = FIRE_LASTS_S * np.sqrt(rng.random(size))  # ever faster
        else:
            size = min(int(rng.geometric(1 / (SPREAD + 1))) - 1, LONGEST)
            delays = DELAY_MEDIAN_S * np.exp(DELAY_SIGMA * rng.standard_normal(size))
        for delay in delays.tolist():
            self._mentions += 1
            heapq.heappush(self._due, (at + delay, self._mentions, thread))
        complains = fire or rng.random() < COMPLAINTS
        texts = self._complaints if complains else self._chatter
        text = texts[int(rng.integers(len(texts)))].format(brand=thread.brand)
        return self._line(thread, thread.name, "post", at, text=f"{text} ({self._threads})", lang="nl")

    def _share(self, thread: _Thread, at: float) -> Mention:
        self._mentions += 1
        return self._line(thread, f"{thread.name}-{self._mentions}", "share", at, parent_id=thread.name)

    def _line(self, thread: _Thread, name: str, kind: str, at: float, **more: str) -> Mention:
        author = {"id": f"by-{name}", "followers": int(self._rng.integers(5, 400))}
        head = {"id": name, "thread_id": thread.name, "kind": kind, "created_at": at, "platform": "x"}
        return Mention(thread.name.encode(), _encode({**head, "brand": thread.brand, "author": author, **more}))
