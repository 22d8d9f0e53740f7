"""Commands about models: train, forecast, tone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from scoring.resources import MODELS

Data = Annotated[Path, typer.Option("--data", help="Training data: DIR/cascades and DIR/tone.")]
Out = Annotated[Path, typer.Option("--out", help="File to write.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(train)
    app.command()(forecast)
    app.command()(tone)


def train(
    data: Data,
    out: Annotated[Path, typer.Option("--out", help="Folder for the model files.")] = MODELS,
    commercial: Annotated[
        bool, typer.Option(help="Leave out data whose terms exclude commercial use.")
    ] = False,
    seed: int = 0,
) -> None:
    """Fit the models from cascades and labelled texts."""
    from scoring.train import train_all  # noqa: PLC0415 - fitting is slow to import

    console = Console(stderr=True)
    today = datetime.now(UTC).date().isoformat()
    with console.status("fitting") as status:
        written = train_all(data, out, today=today, commercial=commercial, seed=seed, tell=status.update)
    for path in written:
        Console().print(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")


def forecast(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Truncated cascades.")], out: Out
) -> None:
    """Forecast truncated cascades, one JSON object per line."""
    from scoring.forecast import Forecaster  # noqa: PLC0415
    from scoring.forecast.batch import forecast_file  # noqa: PLC0415

    lines = forecast_file(source, out, Forecaster.load())
    Console(stderr=True).print(f"{lines:,} forecasts written to {out}")


def tone(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Texts, one JSON object per line.")], out: Out
) -> None:
    """Read the tone of texts, Dutch and English."""
    from scoring.tone import ToneReader  # noqa: PLC0415
    from scoring.tone.batch import read_file  # noqa: PLC0415

    lines = read_file(source, out, ToneReader.load())
    Console(stderr=True).print(f"{lines:,} tones written to {out}")
