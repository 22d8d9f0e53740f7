"""How soon a worker that takes over has its threads back: `python -m tests.bench.recovery`."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from scoring.engine import Engine, Models
from scoring.mention import Author, Mention
from scoring.profile import BrandProfile
from streams.changelog import Changelog
from streams.kafka import KafkaAccess
from streams.partition import partition_of
from streams.worker.reporting import Said
from streams.worker.seals import VERSION, FoldedSeal, write_seal
from tests.bench.arena import PARTITIONS, Arena, arena
from tests.bench.race import ROOT

START = 1_760_000_000.0
PROFILE = BrandProfile()
SAID = Said(1, (0,) * PARTITIONS)
WITHIN_S = 300.0


def mentions(threads: int, shares: int) -> Iterator[Mention]:
    """Threads that all live: a post each, which some pass on."""
    for number in range(threads):
        name = f"thread-{number}"
        author = Author(f"author-{number}", f"klant{number}", 400)
        yield Mention(name, name, "post", START, "x", "merk", author, None, "Al drie dagen geen internet", "nl")
        for place in range(shares):
            sharer = Author(f"sharer-{number}-{place}", None, 300)
            yield Mention(f"{name}-{place}", name, "share", START + place, "x", "merk", sharer, name)


def checkpoints(threads: int, shares: int) -> Iterator[tuple[int, list[tuple[str, bytes | None]], bytes]]:
    """By partition, the rows and the seal that a worker would have written down."""
    of_partition: dict[int, list[Mention]] = {partition: [] for partition in range(PARTITIONS)}
    for mention in mentions(threads, shares):
        of_partition[partition_of(mention.thread_id, PARTITIONS)].append(mention)
    models = Models.load()
    for partition, part in of_partition.items():
        engine = Engine(models, lambda _: PROFILE)
        engine.fold(part)
        changes = engine.take_changes()
        yield partition, changes.rows, write_seal(FoldedSeal(VERSION, 0, changes.state, SAID))


async def write_down(place: Arena, threads: int, shares: int) -> int:
    """Leave what a worker leaves that was killed; returns how many bytes its rows have."""
    log = Changelog(
        KafkaAccess(place.bootstrap),
        "threads",
        on_stray=lambda _partition, _key: None,
        on_superseded=lambda _: None,
    )
    await log.start()
    await log.take_over(range(PARTITIONS))
    written = 0
    for partition, rows, seal in checkpoints(threads, shares):
        await log.write(partition, rows, seal)
        written += sum(len(row) for _, row in rows if row is not None)
    await log.stop()
    return written


def recovery_s(place: Arena) -> float:
    """Start a worker, and return how long it says that recovery took."""
    log = place.scratch / "worker.log"
    command = [
        *(sys.executable, "-m", "streams.cli", "worker", "--dry-run", "--clock", "event", "--metrics-port", "0"),
        *("--bootstrap", place.bootstrap, "--partitions", str(PARTITIONS), "--data-dir", str(place.scratch / "data")),
    ]
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out) as worker:
        try:
            deadline = time.monotonic() + WITHIN_S
            while time.monotonic() < deadline and worker.poll() is None:
                said = [line[line.index("{") :] for line in log.read_text().splitlines() if "state recovered" in line]
                if said:
                    return float(json.loads(said[0])["seconds"])
                time.sleep(0.1)
        finally:
            worker.kill()
    raise typer.BadParameter(f"no recovery within {WITHIN_S:g} s:\n{log.read_text()[-2_000:]}")


def main(
    threads: Annotated[int, typer.Option(min=1)] = 100_000, shares: Annotated[int, typer.Option(min=0)] = 3
) -> None:
    """Time the recovery of live threads, from the assignment of the partitions to the first mention read."""
    console = Console()
    with tempfile.TemporaryDirectory() as scratch, arena((), Path(scratch)) as place:
        written = asyncio.run(write_down(place, threads, shares))
        took = recovery_s(place)
    console.print(
        f"{threads:,} threads of {shares + 1} events, {written / 1e6:,.0f} MB of rows: "
        f"recovered in {took:.1f} s, {threads / took:,.0f} a second"
    )


if __name__ == "__main__":
    typer.run(main)
