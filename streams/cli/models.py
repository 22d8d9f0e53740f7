"""Commands about models: train, evaluate, forecast, tone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from scoring.errors import UserError
from scoring.resources import FORECAST_MODEL, MODELS, TONE_MODEL
from streams.cli.options import DeskFile, ModelFolder
from streams.cli.progress import steps

Data = Annotated[Path, typer.Option("--data", help="Training data: DIR/cascades and DIR/tone.")]
Out = Annotated[Path, typer.Option("--out", help="File to write.")]


class SameFileError(UserError):
    """Two outputs with the same name."""


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(train)
    app.command()(evaluate)
    app.command()(forecast)
    app.command()(tone)


def train(
    data: Data,
    out: Annotated[Path, typer.Option("--out", help="Folder for the model files.")] = MODELS,
    commercial: Annotated[bool, typer.Option(help="Leave out data whose terms exclude commercial use.")] = False,
    seed: int = 0,
    history: Annotated[
        list[Path] | None,
        typer.Option(help="Mention events that the desk recorded, to learn from as well; may be given again."),
    ] = None,
    verdicts: Annotated[
        list[Path] | None,
        typer.Option(help="Verdicts on threads of the history, one JSON object per line; may be given again."),
    ] = None,
    desk: DeskFile = None,
) -> None:
    """Fit the models from cascades and labelled texts, and from the desk's own history and verdicts."""
    from scoring.train import train_all  # noqa: PLC0415 - fitting is slow to import
    from streams.desk import load_desk  # noqa: PLC0415
    from streams.lessons import read_own  # noqa: PLC0415

    console = Console(stderr=True)
    now = datetime.now(UTC)
    with console.status("reading the history"):
        own = read_own(history or [], verdicts or [], load_desk(desk), now.timestamp())
    for line in own.words:
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    with console.status("fitting") as status:
        written = train_all(
            data,
            out,
            today=now.date().isoformat(),
            commercial=commercial,
            seed=seed,
            own=own.cascades,
            texts=own.texts,
            tell=status.update,
        )
    for path in written:
        Console().print(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")


def evaluate(
    data: Data,
    out: Annotated[Path, typer.Option("--out", help="JSON file to write.")],
    page: Annotated[
        Path | None, typer.Option("--page", help="HTML page to write; beside the JSON when not given.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", help="Forecast model, or folder with both models, to judge on what it has not seen."),
    ] = None,
    commercial: Annotated[bool, typer.Option(help="Leave out data whose terms exclude commercial use.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same figures.")] = 0,
) -> None:
    """Measure forecast, tone and paging on held-out data, against simpler methods."""
    from scoring.evaluation import evaluate as measure  # noqa: PLC0415 - fitting is slow to import
    from streams.evaluation import write_page  # noqa: PLC0415

    page = page or out.with_suffix(".html")
    if page == out:
        raise SameFileError(f"{out}: --out and --page name the same file; name the JSON file .json")
    for path in (out, page):
        path.parent.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    with steps(console) as progress:
        task = progress.add_task("reading", total=1.0)
        found = measure(
            data,
            model=model,
            commercial=commercial,
            seed=seed,
            tell=lambda step, part: progress.update(task, description=step, completed=part),
        )
    found.write(out)
    write_page(page, found)
    Console().print(f"figures: {out}, to read: {page}", soft_wrap=True)


def forecast(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Truncated cascades.")],
    out: Out,
    models: ModelFolder = MODELS,
) -> None:
    """Forecast truncated cascades, one JSON object per line."""
    from scoring.forecast import Forecaster  # noqa: PLC0415
    from scoring.forecast.batch import forecast_file  # noqa: PLC0415

    lines = forecast_file(source, out, Forecaster.load(models / FORECAST_MODEL.name))
    Console(stderr=True).print(f"{lines:,} forecasts written to {out}")


def tone(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Texts, one JSON object per line.")],
    out: Out,
    models: ModelFolder = MODELS,
) -> None:
    """Read the tone of texts, Dutch and English."""
    from scoring.tone import ToneReader  # noqa: PLC0415
    from scoring.tone.batch import read_file  # noqa: PLC0415

    lines = read_file(source, out, ToneReader.load(models / TONE_MODEL.name))
    Console(stderr=True).print(f"{lines:,} tones written to {out}")
