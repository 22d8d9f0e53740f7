"""The command that looks for a page threshold: tune."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from scoring.resources import MODELS
from streams.cli.options import DeskFile, ModelFolder
from streams.cli.progress import steps

if TYPE_CHECKING:
    from streams.tune import Trial, Tuning

BAR = 24


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(tune)


def tune(
    events: Annotated[list[Path], typer.Argument(help="Event files that the desk recorded, .jsonl or .jsonl.gz.")],
    truth: Annotated[
        Path,
        typer.Option(help="JSON: thread id to true, false or when it became a viral fail; or verdicts, as .jsonl."),
    ],
    budget: Annotated[str, typer.Option(help="Pages that people put up with: N/shift, N/day or N/week.")] = "2/shift",
    desk: DeskFile = None,
    models: ModelFolder = MODELS,
) -> None:
    """Find the page threshold that catches most within a page budget, on the desk's own past."""
    from scoring.engine import Models  # noqa: PLC0415 - slow to import
    from streams.desk import load_desk  # noqa: PLC0415
    from streams.events import ByteCount, total_bytes  # noqa: PLC0415
    from streams.process import tune_memory  # noqa: PLC0415
    from streams.tune import read_allowance, read_truth  # noqa: PLC0415
    from streams.tune import tune as search  # noqa: PLC0415
    from streams.tune.recording import record  # noqa: PLC0415

    allowance, fails, settings = read_allowance(budget), read_truth(truth), load_desk(desk)
    total, count = total_bytes(events), ByteCount()
    loaded = Models.load(models)
    tune_memory()
    console = Console(stderr=True)
    with steps(console) as progress:
        scoring = progress.add_task("scoring", total=total)
        recording = record(
            events,
            loaded,
            settings,
            now=time.time(),
            count=count,
            tell=lambda _: progress.update(scoring, completed=count.read),
        )
        deciding = progress.add_task("deciding", total=1.0)
        found = search(
            recording, settings, fails, allowance, tell=lambda part: progress.update(deciding, completed=part)
        )
    _show(Console(), found)


def _show(console: Console, found: "Tuning") -> None:
    past = found.past
    console.print(
        f"{past.seconds / 86_400:.1f} days, {past.shifts:,} shifts, {len(past.fails):,} viral fails"
        + (f"; {found.unheard:,} threads of the truth are not in the events" if found.unheard else "")
    )
    table = Table(box=None, pad_edge=False)
    for name in ("", "threshold", f"pages/{found.allowance.span}", "busiest shift", "false", "caught", "lead", ""):
        table.add_column(name, justify="left" if not name else "right")
    for trial in _worth_showing(found):
        mark = "before" if trial is found.before else ""
        mark = "[bold green]after[/]" if trial is found.after else mark
        table.add_row(mark, *_cells(trial), "█" * round(BAR * trial.recall))
    console.print(table)
    if not found.kept:
        console.print(
            f"no threshold keeps {found.allowance}: what is critical, or of the desk's own making, pages whatever it is"
        )
    if found.after is found.before:
        console.print("none serves better than the desk's own threshold")
    else:
        band = f"page = {{ open = {found.band.open:g}, close = {found.band.close:g} }}"
        console.print(f"in the desk file:\n[alerts]\n{band}", markup=False, highlight=False)


def _cells(trial: "Trial") -> tuple[str, ...]:
    return (
        f"{trial.threshold:.2f}",
        f"{trial.rate:.2f}",
        str(trial.busiest),
        f"{trial.false_pages:,}",
        f"{trial.caught} of {trial.fails}",
        f"{trial.lead_s / 60:.0f} min",
    )


def _worth_showing(found: "Tuning") -> list["Trial"]:
    """Every few thresholds, with the one before and the one after."""
    return [
        trial
        for place, trial in enumerate(found.trials)
        if place % 4 == 0 or trial is found.before or trial is found.after
    ]
