"""Commands over event files: replay."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from scoring.resources import MODELS
from streams.cli.options import DeskFile, ModelFolder, Partitions, Prefix, PseudonymKey, kafka_at
from streams.partition import DEFAULT_PARTITIONS

Events = Annotated[list[Path], typer.Argument(help="Event files, .jsonl or .jsonl.gz.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(replay)


def replay(
    events: Events,
    alerts: Annotated[Path | None, typer.Option(help="Write alert events here.")] = None,
    trace: Annotated[Path | None, typer.Option(help="Write every scoring here.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report here.")] = None,
    desk: DeskFile = None,
    partitions: Partitions = DEFAULT_PARTITIONS,
    models: ModelFolder = MODELS,
    into_kafka: Annotated[str | None, typer.Option(help="Produce into this broker instead, host:port.")] = None,
    speed: Annotated[float, typer.Option(min=0.0, help="With --into-kafka: times event time; 0: flat out.")] = 0.0,
    topic_prefix: Prefix = "",
    pseudonym_key: PseudonymKey = None,
) -> None:
    """Replay event files through the worker's own code, or into Kafka."""
    from streams.events import ByteCount, total_bytes  # noqa: PLC0415

    total, count = total_bytes(events), ByteCount()
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    started = time.monotonic()
    with progress:
        task = progress.add_task("replaying", total=total, rate="")

        def show(done: int) -> None:
            rate = f"{done / max(time.monotonic() - started, 1e-6):,.0f} events/s"
            progress.update(task, completed=count.read, rate=rate)

        if into_kafka is not None:
            from streams.feed import feed  # noqa: PLC0415

            sent = feed(events, kafka_at(into_kafka), speed=speed, prefix=topic_prefix, count=count, tell=show)
            Console().print(f"{sent:,} records produced into {into_kafka}")
            return
        from scoring.engine import Models  # noqa: PLC0415
        from streams.desk import load_desk  # noqa: PLC0415
        from streams.process import tune_memory  # noqa: PLC0415
        from streams.pseudonyms import pseudonyms_of  # noqa: PLC0415
        from streams.replay import replay_files  # noqa: PLC0415

        wanted = load_desk(desk)
        pseudonyms = pseudonyms_of(pseudonym_key, wanted.brands)
        loaded = Models.load(models)
        tune_memory()
        summary = replay_files(
            events,
            loaded,
            wanted,
            now=time.time(),
            alerts=alerts,
            trace=trace,
            partitions=partitions,
            pseudonyms=pseudonyms,
            count=count,
            tell=lambda s: show(s.events),
        )
    elapsed = time.monotonic() - started
    table = Table(show_header=False, box=None)
    table.add_row("events", f"{summary.events:,} in {elapsed:.1f} s, {summary.events / elapsed:,.0f} a second")
    if summary.rejected:
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in summary.rejected.most_common())
        table.add_row("rejected", f"{reasons} (first: {summary.first_rejection})")
    table.add_row("threads", f"{summary.threads:,}, scored {summary.scorings:,} times")
    told = sum(1 for n in summary.alerts if n.alert.event == "opened")
    pages = sum(1 for n in summary.alerts if n.notifies)
    table.add_row("incidents", f"{told:,}; people were interrupted {pages:,} times")
    Console().print(table)
    if report is not None:
        from streams.report import write_report  # noqa: PLC0415

        write_report(report, summary)
        Console().print(f"report: {report}")
