"""Commands that make event files: import-cascades, incident, estimate-incidents."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

Out = Annotated[Path, typer.Option("--out", help="File to write, .jsonl or .jsonl.gz.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same events.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(import_cascades)
    app.command()(incident)
    app.command()(estimate_incidents)


def import_cascades(
    cascades: Annotated[list[Path], typer.Argument(help="Cascade files, .jsonl or .jsonl.gz.")],
    out: Out,
    brand: Annotated[str, typer.Option(help="The brand that the events are about.")] = "archive",
    seed: Seed = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many cascades.")] = None,
) -> None:
    """Turn real cascades into mention events for a replay."""
    from streams.cascades import import_cascades as convert  # noqa: PLC0415 - shares the command's name

    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with progress:
        task = progress.add_task("importing")

        def show(stage: str, done: int, total: int) -> None:
            progress.update(task, description=stage, completed=done, total=total)

        imported = convert(cascades, out, brand=brand, seed=seed, limit=limit, progress=show)
    Console().print(f"{imported.cascades:,} cascades, {imported.events:,} events written to {out}")


def incident(
    names: Annotated[list[str], typer.Argument(help="Bundled incidents, such as sanoma.")],
    out: Out,
    seed: Seed = 7,
    start: Annotated[datetime, typer.Option(help="When it begins, UTC.")] = datetime(2026, 3, 9, 9, 0),
    hours: Annotated[float, typer.Option(min=0.1, help="How long the traffic lasts.")] = 27.0,
) -> None:
    """Write bundled incidents, woven into ordinary traffic, as mention events."""
    from streams.incidents import scene, write_events  # noqa: PLC0415

    at = start.replace(tzinfo=UTC).timestamp()
    count = write_events(scene(names, seed, at, duration=hours * 3600.0), out)
    Console().print(f"{count:,} events written to {out}")


def estimate_incidents(
    data: Annotated[Path, typer.Option("--data", help="Training data: DIR/cascades.")],
    out: Annotated[Path, typer.Option("--out", help="File to write, .json.")],
) -> None:
    """Estimate the generator's parameters from real cascades."""
    from streams.incidents.estimate import estimate_incidents as estimate  # noqa: PLC0415 - shares the command's name

    estimate(data, out, estimated_on=datetime.now(UTC).date().isoformat())
    Console().print(f"wrote {out}")
