"""What a thread costs as it grows, and what it takes to keep: `python -m tests.bench.threads`.

CPU time, of the fold alone: the models are not asked.
"""

import gc
import time
import tracemalloc
from collections.abc import Iterator
from itertools import chain, islice
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from scoring.engine import Engine, Models, Scoring
from scoring.forecast import Forecaster
from scoring.look import Look
from scoring.mention import Author, Mention
from scoring.profile import BrandProfile
from scoring.tone.reader import Tone

BATCH = 2_048
TIMED = 20_480
"""Events timed at each size, of as many threads as it takes."""

SIZES = (1, 10, 1_000, 100_000, 1_000_000)
TRACED = 100_000
FLAT_FROM = 10
"""The first event of a thread costs what a thread costs; from this one on it should be flat."""

PROFILE = BrandProfile()
START = 1_760_000_000.0


class Unread:
    """Reads every text as the same."""

    def read(self, texts: list[str], _langs: list[str | None]) -> list[Tone]:
        """One tone for all."""
        return [Tone(0.7, 0.2, 0.1, "nl")] * len(texts)


class Folding(Engine):
    """An engine that looks at threads but asks nobody what it sees."""

    def _score(self, _looks: list[Look]) -> list[Scoring]:
        return []


class Cost(NamedTuple):
    """What a thread of `size` events costs: CPU time per event, to write and to read it; its row, and what it occupies.

    Times are microseconds, the rest bytes; what it occupies is not measured of the largest, which keep no more.
    """

    size: int
    event_us: float
    write_us: float
    read_us: float
    row: float
    occupies: float | None


def mentions(thread: str) -> Iterator[Mention]:
    """A thread that goes on: shares mostly, a third of them of a recent post, one in five a reply."""
    author = Author(f"{thread}000000000000", "klant", 300)
    yield Mention(thread, thread, "post", START, "x", "merk", author, None, "@merk al drie dagen geen internet", "nl")
    i = 0
    while True:
        i += 1
        kind = "reply" if i % 5 == 0 else "share"
        parent = thread if i % 3 or i < 20 else f"{thread}{i - i % 17 - 1:012}"
        author = Author(f"9{i % 700_001:012}", f"volger{i}", i * 7_919 % 1_000)
        text = "wat slecht zeg" if kind == "reply" else None
        yield Mention(f"{thread}{i:012}", thread, kind, START + 0.02 * i, "x", "merk", author, parent, text)


class Clock:
    """CPU time of this process, collections of garbage left out: they cost what else there is."""

    def __enter__(self) -> "Clock":
        gc.collect()
        gc.disable()
        self._started = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.us = 1e6 * (time.process_time() - self._started)
        gc.enable()


def engine_of(models: Models) -> Folding:
    """An engine without threads."""
    return Folding(models, lambda _brand: PROFILE)


def batches(sources: list[Iterator[Mention]], each: int) -> Iterator[list[Mention]]:
    """Take the next `each` events of every source."""
    stream = chain.from_iterable(islice(source, each) for source in sources)
    while batch := list(islice(stream, BATCH)):
        yield batch


def measure(models: Models, size: int) -> Cost:
    """Grow threads until they are half-way through the events around that size, which are timed."""
    around = min(max(size // 2, 1), TIMED)
    sources = [mentions(f"17312{i:08}") for i in range(TIMED // around)]
    engine = engine_of(models)
    for batch in batches(sources, size - around // 2 - 1):
        engine.fold(batch)
    timed = list(batches(sources, around))
    with Clock() as folding:
        for batch in timed:
            engine.fold(batch)
    with Clock() as writing:
        changes = engine.take_changes()
    with Clock() as reading:
        Engine.restore(
            models, lambda _brand: PROFILE, changes.state, [(name, row) for name, row in changes.rows if row]
        )
    n = len(engine)
    row = sum(len(row) for _, row in changes.rows if row) / n
    return Cost(
        size,
        folding.us / (around * n),
        writing.us / n,
        reading.us / n,
        row,
        occupied(models, size) if size <= TRACED else None,
    )


def occupied(models: Models, size: int) -> float:
    """Bytes that a live thread takes."""
    n = max(1, 2_000 // size)
    engine = engine_of(models)
    stream = batches([mentions(f"17312{i:08}") for i in range(n)], size)
    tracemalloc.start()
    for batch in stream:
        engine.fold(batch)
        engine.take_complaints()
        batch.clear()
    gc.collect()
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken / n


def main(
    most: Annotated[int, typer.Option(min=1, help="Leave out larger threads.")] = SIZES[-1],
) -> None:
    """Cost per event around a thread's first, 10th, … and millionth event, and of keeping a thread so large."""
    table = Table("event", "fold it", "write the thread", "read it", "row", "in memory")
    models = Models(Forecaster.load(), Unread())  # type: ignore[arg-type]  # all that an engine asks of a reader
    costs = [measure(models, size) for size in SIZES if size <= most]
    for cost in costs:
        table.add_row(
            f"{cost.size:,}",
            f"{cost.event_us:.1f} µs",
            f"{cost.write_us:,.0f} µs",
            f"{cost.read_us:,.0f} µs",
            f"{cost.row:,.0f} B",
            f"{cost.occupies:,.0f} B" if cost.occupies is not None else "–",
        )
    console = Console()
    console.print(table)
    first, last = next((c for c in costs if c.size >= FLAT_FROM), costs[-1]), costs[-1]
    console.print(
        f"the {last.size:,}th event costs {last.event_us / first.event_us:.2f} × the {first.size:,}th", highlight=False
    )


if __name__ == "__main__":
    typer.run(main)
