"""What asking the models costs: `python -m tests.bench.scoring`."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from scoring.cascades import Cascade, CascadeFold
from scoring.engine import Models
from scoring.features import describe
from scoring.observation import Observation, observe

HOUR = 3_600.0
VIRAL = 500.0
TEXT = "@merk al drie dagen zonder internet en niemand die terugbelt, wat een service"


def observations(threads: int, seed: int = 0) -> list[Observation]:
    """Threads of 3 to 499 shares that slow down as they grow, looked at within a day."""
    rng = np.random.default_rng(seed)
    out = []
    for i in range(threads):
        size = int(np.exp(rng.uniform(np.log(3), np.log(499))))
        times = np.cumsum(rng.exponential(np.linspace(5.0, 120.0, size)))
        followers = rng.lognormal(5.5, 1.5, size).astype(int)
        events = [(float(t), int(f), -1, "share") for t, f in zip(times, followers, strict=True)]
        at = float(times[-1]) + rng.exponential(60.0)
        out.append(observe(CascadeFold(Cascade(str(i), events, root_followers=500)).until(at), at))
    return out


def tasks(models: Models, batch: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is timed, by name."""
    seen = observations(batch)
    rows = describe(seen)
    sizes, left = np.full(batch, VIRAL), np.full(batch, 12 * HOUR)
    texts = [f"{TEXT} {i}" for i in range(batch)]

    def risk() -> object:
        return models.forecaster.p_reach(describe(seen), sizes, left)

    def intervals() -> object:
        return models.forecaster.interval(rows, left)

    def reasons() -> object:
        return models.forecaster.contributions(rows, sizes, left)

    def tone() -> object:
        return models.tone.read(texts, [None] * batch)

    yield f"score {batch} threads: features and P(viral)", risk
    yield f"intervals of {batch} threads", intervals
    yield f"reasons of {batch} threads", reasons
    yield f"tone of {batch} texts", tone


def main(batch: Annotated[int, typer.Option(min=1)] = 256, repeats: Annotated[int, typer.Option(min=1)] = 30) -> None:
    """Minimum and median time of each question to the models, asked for a batch at once."""
    table = Table("question", "minimum", "median", "per one")
    for name, ask in tasks(Models.load(), batch):
        ask()
        took = []
        for _ in range(repeats):
            started = time.perf_counter()
            ask()
            took.append(1_000 * (time.perf_counter() - started))
        median = statistics.median(took)
        table.add_row(name, f"{min(took):.1f} ms", f"{median:.1f} ms", f"{1_000 * median / batch:.0f} µs")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
