"""Commands that run the service: demo, worker, topics, check."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scoring.errors import UserError
from scoring.resources import MODELS
from streams.cli.options import (
    LOCAL,
    Bootstrap,
    DeskFile,
    ModelFolder,
    Partitions,
    Prefix,
    PseudonymKey,
    kafka_at,
)
from streams.partition import DEFAULT_PARTITIONS

Report = Annotated[Path, typer.Option("--report", help="Where to write the report.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(demo)
    app.command()(worker)
    app.command()(topics)
    app.command()(check)


def demo(report: Report = Path("demo-data/report.html"), seed: int = 7) -> None:
    """Show an incident unfold, and the alert it raises, on a broker and a Slack of its own."""
    from streams.demo import run_demo  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(run_demo(report, seed))


def worker(
    desk: DeskFile = None,
    bootstrap: Bootstrap = LOCAL,
    partitions: Partitions = DEFAULT_PARTITIONS,
    topic_prefix: Prefix = "",
    group: Annotated[str, typer.Option(envvar="BRANDMELDER_GROUP", help="Consumer group.")] = "brandmelder",
    clock: Annotated[
        str,
        typer.Option(envvar="BRANDMELDER_CLOCK", help="What moves time in a quiet stream: wall or event."),
    ] = "wall",
    metrics_host: Annotated[str, typer.Option(envvar="BRANDMELDER_METRICS_HOST")] = "127.0.0.1",
    metrics_port: Annotated[int, typer.Option(envvar="BRANDMELDER_METRICS_PORT", help="0: no metrics.")] = 9108,
    data_dir: Annotated[Path, typer.Option(envvar="BRANDMELDER_DATA_DIR")] = Path("brandmelder-data"),
    log_level: Annotated[str, typer.Option(envvar="BRANDMELDER_LOG_LEVEL")] = "info",
    slack_token: Annotated[str | None, typer.Option(envvar="SLACK_BOT_TOKEN", hidden=True)] = None,
    slack_app_token: Annotated[str | None, typer.Option(envvar="SLACK_APP_TOKEN", hidden=True)] = None,
    slack_url: Annotated[str, typer.Option(envvar="SLACK_API_URL", hidden=True)] = "https://slack.com/api/",
    pseudonym_key: PseudonymKey = None,
    models: ModelFolder = MODELS,
    checkpoint_s: Annotated[
        float,
        typer.Option(min=0.1, envvar="BRANDMELDER_CHECKPOINT_S", help="Seconds between checkpoints of the threads."),
    ] = 5.0,
    session_s: Annotated[
        float,
        typer.Option(min=1.0, envvar="BRANDMELDER_SESSION_S", help="Silence after which others take over."),
    ] = 6.0,
    max_threads: Annotated[
        int,
        typer.Option(min=1, envvar="BRANDMELDER_MAX_THREADS", help="Live threads of a partition that are kept."),
    ] = 200_000,
    ready_file: Annotated[Path | None, typer.Option(help="Created once the worker has its partitions.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Log notifications instead of sending them.")] = False,
) -> None:
    """Run the Faust worker: mentions from Kafka to alerts in Slack."""
    from streams.desk import load_desk  # noqa: PLC0415
    from streams.log import configure_logging  # noqa: PLC0415
    from streams.secret import Secret  # noqa: PLC0415
    from streams.settings import WorkerSettings  # noqa: PLC0415
    from streams.worker import run_worker  # noqa: PLC0415

    if clock not in ("wall", "event"):
        raise UserError(f"--clock is {clock!r}; allowed are wall and event")
    if slack_token is None and not dry_run:
        raise UserError("SLACK_BOT_TOKEN is not set; set it to the bot's token, or give --dry-run")
    configure_logging(log_level)
    settings = WorkerSettings(
        kafka=kafka_at(bootstrap),
        group=group,
        topic_prefix=topic_prefix,
        partitions=partitions,
        clock="event" if clock == "event" else "wall",
        slack_token=None if dry_run or slack_token is None else Secret(slack_token),
        slack_app_token=None if dry_run or slack_app_token is None else Secret(slack_app_token),
        slack_url=slack_url,
        pseudonym_key=None if pseudonym_key is None else Secret(pseudonym_key),
        metrics_host=metrics_host,
        metrics_port=metrics_port,
        data_dir=data_dir,
        log_level=log_level,
        models=models,
        ready_file=ready_file,
        checkpoint_s=checkpoint_s,
        session_s=session_s,
        max_threads=max_threads,
    )
    run_worker(settings, load_desk(desk))


def topics(
    bootstrap: Bootstrap = LOCAL, partitions: Partitions = DEFAULT_PARTITIONS, topic_prefix: Prefix = ""
) -> None:
    """Create the topics that are missing, and verify those that are there."""
    from streams.topics import ensure_topics, topic_specs  # noqa: PLC0415

    kafka, specs = kafka_at(bootstrap), topic_specs(partitions, prefix=topic_prefix)
    report = ensure_topics(kafka.bootstrap, specs, **kafka.client)
    table = Table("topic", "partitions", "kept", "state", box=SIMPLE_HEAD)
    table.columns[1].justify = "right"
    for spec in specs:
        made = "[green]created[/]" if spec.name in report.created else "as it should be"
        differs = "\n".join(f"[yellow]{escape(text)}[/]" for text in report.differs.get(spec.name, ()))
        table.add_row(escape(spec.name), str(spec.partitions), spec.kept, differs or made)
    Console().print(table)


def check(
    desk: DeskFile = None,
    bootstrap: Bootstrap = LOCAL,
    topic_prefix: Prefix = "",
    models: ModelFolder = MODELS,
    slack_token: Annotated[str | None, typer.Option(envvar="SLACK_BOT_TOKEN", hidden=True)] = None,
    app_token: Annotated[str | None, typer.Option(envvar="SLACK_APP_TOKEN", hidden=True)] = None,
    slack_url: Annotated[str, typer.Option(envvar="SLACK_API_URL", hidden=True)] = "https://slack.com/api/",
    pseudonym_key: PseudonymKey = None,
) -> None:
    """Validate a desk file, the models, and the connections to Kafka and Slack, in words."""
    from streams.checkup import Places, look_at_everything, render  # noqa: PLC0415
    from streams.secret import Secret  # noqa: PLC0415

    places = Places(
        desk=desk,
        models=models,
        kafka=lambda: kafka_at(bootstrap),
        topic_prefix=topic_prefix,
        slack_url=slack_url,
        slack_token=Secret(slack_token) if slack_token else None,
        app_token=Secret(app_token) if app_token else None,
        pseudonym_key=None if pseudonym_key is None else Secret(pseudonym_key),
    )
    console = Console()
    failed = []
    for part in look_at_everything(places, time.time()):
        console.print(render(part))
        if part.works is False:
            failed.append(part.name)
    if failed:
        raise UserError(f"not everything is well: {', '.join(failed)}")
