"""Plays the bundled incidents through a real worker, and says whether they were told as they should be."""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from alerts.severity import Severity
from alerts.standin.server import APP_TOKEN, TOKEN, StandIn
from scoring.engine import Models
from scoring.errors import UserError
from scoring.mention import Mention
from streams.broker import EmbeddedBroker
from streams.demo.screen import Screen
from streams.desk import load_desk
from streams.events import ByteCount
from streams.feed import feed
from streams.guard import guarded
from streams.incidents import scene, write_events
from streams.kafka import ENVIRONMENT, KafkaAccess
from streams.partition import partition_of
from streams.replay import Summary, replay_files
from streams.report import write_report
from streams.topics import ensure_topics, lag, topic_specs

INCIDENTS = ("sanoma", "xs4all")
START = datetime(2026, 3, 9, 13, 0, tzinfo=UTC).timestamp()
LEAD_S, DURATION_S = 1_800.0, 5 * 3600.0
PARTITIONS = 4
GROUP = "brandmelder"
WALL_S = 60.0
"""How long the feed takes; event time runs as much faster as that needs."""

READY_WITHIN_S, DRAINED_WITHIN_S = 60.0, 60.0

DESK = Path(__file__).parent / "desk.toml"


class DemoError(UserError, RuntimeError):
    """The demo did not come to its end; says what was missing."""


def run_demo(report: Path, seed: int) -> int:
    """Play the bundled incidents through Kafka, and return 0 if they were told as they should be.

    Raises
    ------
    EmbeddedBrokerError, DemoError
        If a part does not come up.
    """
    console = Console()
    with tempfile.TemporaryDirectory(prefix="brandmelder-demo-") as folder:
        events = Path(folder) / "events.jsonl"
        mentions = scene(INCIDENTS, seed, START, lead=LEAD_S, duration=DURATION_S)
        write_events(mentions, events)
        span = mentions[-1].created_at - mentions[0].created_at
        with suppress(KeyboardInterrupt), EmbeddedBroker(log=Path(folder) / "broker.log") as broker:
            shown = asyncio.run(_play(console, broker.bootstrap, events, len(mentions), span, Path(folder)))
            desk = load_desk(DESK)
            summary = replay_files([events], Models.load(), desk, now=time.time(), partitions=PARTITIONS)
            return _conclude(console, summary, shown, _common_end(mentions), report)
    console.print("stopped")
    return 130


class _Shown(NamedTuple):
    """The incidents that Slack was told of, and how often somebody pressed something."""

    incidents: set[str]
    presses: int


async def _play(console: Console, bootstrap: str, events: Path, count: int, span: float, folder: Path) -> _Shown:
    """Feed the events through a real worker."""
    ensure_topics(bootstrap, topic_specs(PARTITIONS))
    async with StandIn() as slack, _worker(bootstrap, slack.api_url, folder):
        console.print(f"Kafka on {bootstrap}; Slack's stand-in, open it in a browser: [link]{slack.page_url}[/link]")
        speed = span / WALL_S
        console.print(
            f"{count:,} mentions of {span / 3600:.1f} hours, {speed:.0f} times as fast: "
            f"{' and '.join(INCIDENTS)} in everyday traffic\n"
        )
        stopped = threading.Event()
        feeding = asyncio.create_task(asyncio.to_thread(_feed, events, bootstrap, speed, stopped))
        screen = Screen(console, slack.page_url)
        try:
            with Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                console=console,
                transient=True,
            ) as progress:
                task = progress.add_task("mentions", total=WALL_S)
                started = time.monotonic()
                while not feeding.done():
                    screen.show(slack.calls)
                    progress.update(task, completed=time.monotonic() - started)
                    await asyncio.sleep(0.1)
                await feeding
                await _drain(bootstrap, slack)
                screen.show(slack.calls)
        finally:
            stopped.set()
        clicks = await asyncio.to_thread(lag, bootstrap, GROUP, "clicks")
        return _Shown(screen.incidents, sum(partition.end for partition in clicks.values()))


class _Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The demo ends before the feed."""


def _feed(events: Path, bootstrap: str, speed: float, stopped: threading.Event) -> None:
    def sleep(seconds: float) -> None:
        if stopped.wait(seconds):
            raise _Stopped

    with suppress(_Stopped):
        feed([events], KafkaAccess(bootstrap), speed=speed, count=ByteCount(), sleep=sleep)


@asynccontextmanager
async def _worker(bootstrap: str, slack_url: str, folder: Path) -> AsyncIterator[None]:
    """A worker process that is consuming when the block begins, and gone when it ends."""
    log = folder / "worker.log"
    ready = folder / "ready"
    environment = os.environ | {
        **dict.fromkeys(ENVIRONMENT, ""),  # the demo's broker asks for no login, whatever the user's own wants
        "KAFKA_BOOTSTRAP": bootstrap,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack_url,
    }
    command = [sys.executable, "-m", "streams.cli", "worker", "--clock", "event", "--metrics-port", "0"]
    command += [
        "--desk",
        str(DESK),
        "--partitions",
        str(PARTITIONS),
        "--data-dir",
        str(folder / "data"),
        "--ready-file",
        str(ready),
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own command, and it returns at once  # nosec B603
            guarded(command),
            env=environment,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        await _until(ready.exists, READY_WITHIN_S, lambda: f"the worker did not start: {_last_line(log)}", process)
        yield
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await asyncio.to_thread(process.wait)


async def _until(done: Any, within_s: float, failure: Any, process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = time.monotonic() + within_s
    while not done():
        if time.monotonic() > deadline or (process is not None and process.poll() is not None):
            raise DemoError(failure())
        await asyncio.sleep(0.1)


async def _drain(bootstrap: str, slack: StandIn) -> None:
    """Wait until the worker has committed all, and Slack has been quiet for a moment."""
    quiet_since, calls = time.monotonic(), len(slack.calls)

    def done() -> bool:
        nonlocal quiet_since, calls
        if len(slack.calls) != calls:
            quiet_since, calls = time.monotonic(), len(slack.calls)
        return time.monotonic() - quiet_since > 3.0

    def behind() -> int:
        topics = ("mentions", "assessments", "notifications")
        return sum(p.behind for topic in topics for p in lag(bootstrap, GROUP, topic).values())

    deadline = time.monotonic() + DRAINED_WITHIN_S
    while await asyncio.to_thread(behind):
        if time.monotonic() > deadline:
            raise DemoError(f"the worker is still behind after {DRAINED_WITHIN_S:.0f} s")
        await asyncio.sleep(0.5)
    await _until(done, DRAINED_WITHIN_S, lambda: "Slack's stand-in does not come to rest")


def _common_end(mentions: list[Mention]) -> float:
    """Until when every partition of the worker has heard of the time; later, its alerts are still to come."""
    last: dict[int, float] = {}
    for mention in mentions:
        partition = partition_of(mention.thread_id, PARTITIONS)
        last[partition] = max(mention.created_at, last.get(partition, 0.0))
    return min(last.values())


def _conclude(console: Console, summary: Summary, shown: _Shown, end: float, report: Path) -> int:
    """Say how it ended, and whether it ended as it should."""
    first_page = next((n for n in summary.alerts if n.alert.brand == "sanoma" and n.alert.severity.interrupts), None)
    worst = max((n.alert.severity for n in summary.alerts if n.alert.brand == "xs4all"), default=None)
    told = {n.alert.incident_id for n in summary.alerts}
    due = {n.alert.incident_id for n in summary.alerts if n.alert.at <= end}
    paged_early = first_page is not None and first_page.shares < 70
    calm = worst is None or worst <= Severity.WATCH
    same = due <= shown.incidents <= told
    report.parent.mkdir(parents=True, exist_ok=True)
    write_report(report, summary)
    console.print()
    if first_page is not None:
        minutes = (first_page.alert.at - first_page.card.root_at) / 60
        console.print(
            f"{_mark(paged_early)} sanoma: paged at {first_page.shares} shares, {minutes:.0f} minutes after the post"
        )
    else:
        console.print(f"{_mark(False)} sanoma: never paged")
    console.print(f"{_mark(calm)} xs4all: {'nothing to tell' if worst is None else f'never above {worst.value}'}")
    if shown.presses:
        pressed = f"{shown.presses} press{'es' if shown.presses > 1 else ''} of yours"
        console.print(f"[yellow]·[/] {pressed} changed the course: it is not compared with a replay, where nobody does")
    else:
        said = f"{len(shown.incidents)} incidents in Slack; a replay of the same events decides the same"
        console.print(f"{_mark(same)} {said}")
    console.print(f"report: {report.resolve()}")
    return 0 if paged_early and calm and (same or shown.presses) else 1


def _mark(good: bool) -> str:
    return "[green]✓[/]" if good else "[red]✗[/]"


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
