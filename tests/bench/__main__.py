"""Run the benchmark: `python -m tests.bench`."""

import tempfile
from math import ceil
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from tests.bench.arena import arena
from tests.bench.contestants import CONTESTANTS
from tests.bench.events import from_file, made_up
from tests.bench.race import ContestantFailed, run
from tests.bench.report import as_json, table

SPARE = 1.25
"""So many times the events of the longest run: a partition that runs dry early would make it wait."""


def main(
    events: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Mention events, .jsonl or .jsonl.gz.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures here, as JSON.")] = None,
) -> None:
    """Throughput of each contestant, alone on the same broker and the same events."""
    console = Console()
    most = ceil(SPARE * max(contestant.events for contestant in CONTESTANTS))
    source = from_file(events, most) if events else made_up(most)
    results = []
    with (
        tempfile.TemporaryDirectory() as scratch,
        console.status(f"filling the topic with {most:,} events") as status,
        arena(source, Path(scratch)) as place,
    ):
        for contestant in CONTESTANTS:
            status.update(contestant.name)
            try:
                results.append(run(contestant, place))
            except ContestantFailed as error:
                console.print(error, style="red", markup=False)
                raise typer.Exit(1) from error
    console.print(table(results))
    if out:
        out.write_bytes(msgspec.json.format(msgspec.json.encode(as_json(results)), indent=2) + b"\n")


if __name__ == "__main__":
    typer.run(main)
