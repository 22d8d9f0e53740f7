"""Run the soak: `python -m tests.soak`, or `make soak`."""

import asyncio
import math
import os
import shutil
import socket
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from alerts.standin import StandIn, as_slack
from alerts.standin.server import TOKEN
from streams.broker import EmbeddedBroker
from streams.topics import ensure_topics, topic_specs
from tests.brokers import RealKafka, tools_are_there
from tests.chaos.reaper import Reaper
from tests.integration.conftest import Process
from tests.soak.feeding import Feeding
from tests.soak.hearing import Hearing
from tests.soak.picture import draw
from tests.soak.samples import Sample, metrics, quantile, rss_mib, slope
from tests.soak.traffic import Traffic

DESK = Path(__file__).with_name("desk.toml")
PARTITIONS = 8
LOOK_S = 0.05
READY_WITHIN_S = 180.0
LAG_S = 30.0
"""The worker may be behind by so many seconds of traffic: a checkpoint's worth, and a slow machine."""

console = Console()


def main(
    minutes: Annotated[float, typer.Option(help="How long.")] = 20.0,
    rate: Annotated[int, typer.Option(help="Mentions a second.")] = 1_500,
    warm: Annotated[float, typer.Option(help="Minutes of that that are warm-up and not judged.")] = 8.0,
    growth: Annotated[float, typer.Option(help="MiB a minute that memory may grow after it.")] = 1.0,
    threads: Annotated[int, typer.Option(help="Live threads of a partition that the worker keeps.")] = 5_000,
    every: Annotated[float, typer.Option(help="Seconds between samples.")] = 5.0,
    embedded: Annotated[bool, typer.Option("--embedded", help="The embedded broker even where there is Java.")] = False,
    folder: Annotated[Path | None, typer.Option(help="For logs, figures and the picture.")] = None,
) -> None:
    """Steady traffic in real time: is memory flat after warm-up, is lag bounded, and how soon do people hear?

    In earnest, a thread lives for three days after it was last heard of, and memory grows with the number of threads
    for as long. Here a partition keeps 5,000 at most, so that after some minutes as many are forgotten as begin, and
    whatever grows from then on is a leak.
    """
    where = folder or Path(tempfile.mkdtemp(prefix="soak-"))
    where.mkdir(parents=True, exist_ok=True)
    real = tools_are_there() and not embedded
    with ExitStack() as stack:
        broker = stack.enter_context(RealKafka(where / "kafka") if real else EmbeddedBroker(log=where / "broker.log"))
        samples, hearing, feeding = asyncio.run(_soak(broker.bootstrap, where, 60 * minutes, rate, threads, every))
    (where / "samples.jsonl").write_bytes(b"".join(msgspec.json.encode(sample) + b"\n" for sample in samples))
    title = f"{rate:,} mentions a second for {minutes:g} minutes, {'Apache Kafka' if real else 'the embedded broker'}"
    draw(samples, 60 * warm, title, where / "soak.png")
    after = [sample for sample in samples if sample.at >= 60 * warm]
    grown, more = slope(samples, "rss", 60 * warm), slope(samples, "threads", 60 * warm)
    worst = max((sample.lag for sample in after), default=math.nan)
    console.print(_table(title, samples, after, grown, more, hearing, feeding))
    console.print(f"picture and figures: {where}")
    wrong = []
    if not grown <= growth:
        wrong.append(f"memory grows {grown:.2f} MiB a minute after warm-up, {growth:g} allowed")
    if not worst <= LAG_S * rate:
        wrong.append(f"lag reached {worst:,.0f} records, {LAG_S * rate:,.0f} allowed")
    for what in wrong:
        console.print(what, style="red")
    sys.exit(1 if wrong else 0)


async def _soak(
    bootstrap: str, where: Path, seconds: float, rate: int, threads: int, every: float
) -> tuple[list[Sample], Hearing, Feeding]:
    prefix = f"s{uuid4().hex[:8]}."
    await asyncio.to_thread(ensure_topics, bootstrap, topic_specs(PARTITIONS, prefix=prefix))
    port = _free_port()
    samples: list[Sample] = []
    async with StandIn(pace=as_slack()) as slack:
        with Reaper() as reaper:
            worker = _start(bootstrap, prefix, slack.api_url, port, threads, where)
            reaper.remember(worker.pid)
            try:
                await asyncio.to_thread(worker.until, (where / "ready").exists, READY_WITHIN_S)
                hearing = Hearing(bootstrap, f"{prefix}notifications", slack)
                feeding = Feeding(bootstrap, f"{prefix}mentions", Traffic(rate))
                began = time.monotonic()
                next_sample = every
                while (at := time.monotonic() - began) < seconds and worker.running:
                    hearing.look()
                    if at >= next_sample:
                        next_sample += every
                        samples.append(await _sample(at, worker, port, hearing, feeding))
                        console.print(_line(samples[-1]), highlight=False, soft_wrap=True)
                    await asyncio.sleep(LOOK_S)
                if not worker.running:
                    console.print(f"the worker ended\n{worker.tail()}", style="red", markup=False)
                    sys.exit(1)
                await asyncio.to_thread(feeding.end)
                hearing.close()
                code = await asyncio.to_thread(worker.stop, 30.0)
                console.print(f"the worker stopped with {code}")
            finally:
                with suppress(ProcessLookupError):
                    worker.kill()
                reaper.forget(worker.pid)
    return samples, hearing, feeding


async def _sample(at: float, worker: Process, port: int, hearing: Hearing, feeding: Feeding) -> Sample:
    known = await asyncio.to_thread(metrics, port)
    told, shown = hearing.take()
    nan = math.nan
    return Sample(
        at=round(at, 1),
        sent=feeding.sent,
        rss=round(rss_mib(worker.pid), 1),
        threads=known.get("brandmelder_live_threads", nan),
        lag=known.get("brandmelder_consumer_lag_records", nan),
        held=known.get("brandmelder_order_held_items", nan),
        outbox=known.get("brandmelder_outbox_messages", nan),
        told_p50=quantile(told, 0.5),
        told_p99=quantile(told, 0.99),
        slack_p50=quantile(shown, 0.5),
        slack_p99=quantile(shown, 0.99),
    )


def _start(bootstrap: str, prefix: str, slack_url: str, port: int, threads: int, where: Path) -> Process:
    shutil.rmtree(where / "data", ignore_errors=True)
    (where / "ready").unlink(missing_ok=True)
    return Process(
        [
            *("streams.cli", "worker", "--partitions", str(PARTITIONS), "--topic-prefix", prefix),
            *("--group", f"{prefix}group", "--metrics-port", str(port), "--data-dir", str(where / "data")),
            *("--desk", str(DESK), "--ready-file", str(where / "ready"), "--max-threads", str(threads)),
        ],
        {"KAFKA_BOOTSTRAP": bootstrap, "SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack_url},
        where / "worker.log",
    )


def _line(one: Sample) -> str:
    return (
        f"{one.at / 60:5.1f} min  sent {one.sent:>9,}  memory {one.rss:6.1f} MiB  threads {one.threads:>8,.0f}  "
        f"lag {one.lag:>6,.0f}  held {one.held:>4,.0f}  outbox {one.outbox:>3,.0f}  "
        f"told {one.told_p50:5.2f} / {one.told_p99:5.2f} s  Slack {one.slack_p50:5.1f} / {one.slack_p99:5.1f} s"
    )


def _table(
    title: str,
    samples: list[Sample],
    after: list[Sample],
    grown: float,
    more: float,
    hearing: Hearing,
    feeding: Feeding,
) -> Table:
    shown = Table("", "", title=title, show_header=False)
    for name, value in (
        ("mentions sent", f"{feeding.sent:,} ({feeding.skipped_s:.0f} s left out: the machine was too busy)"),
        ("cores", f"{os.cpu_count()}, shared with the broker, the traffic and Slack's stand-in"),
        ("memory at the end of warm-up, at the end", _from_to(after, "rss", " MiB")),
        ("memory's growth after warm-up", f"{grown:+.2f} MiB a minute"),
        ("live threads likewise", f"{_from_to(after, 'threads', '')}; {more:+,.0f} a minute"),
        ("memory per live thread", f"{_per_thread(samples):,.0f} bytes, all that grew since the first sample"),
        ("lag, median and worst", _middle_and_most(after, "lag", " records")),
        ("held for order, median and worst", _middle_and_most(after, "held", "")),
        ("waiting for Slack, median and worst", _middle_and_most(after, "outbox", " messages")),
        ("incidents told of, notifications", f"{len(hearing.told_of)}, {len(hearing.all_told):,}"),
        ("mention to notification, p50 / p99", _two(hearing.all_told)),
        ("mention to new message in Slack, p50 / p99", _two(hearing.all_shown)),
    ):
        shown.add_row(name, value)
    return shown


def _from_to(after: list[Sample], field: str, unit: str) -> str:
    if not after:
        return "nothing after warm-up"
    first, last = getattr(after[0], field), getattr(after[-1], field)
    return f"{first:,.0f}{unit}, {last:,.0f}{unit}"


def _per_thread(samples: list[Sample]) -> float:
    known = [sample for sample in samples if sample.threads > 0]
    if len(known) < 2 or known[-1].threads <= known[0].threads:
        return math.nan
    return (known[-1].rss - known[0].rss) * (1 << 20) / (known[-1].threads - known[0].threads)


def _middle_and_most(after: list[Sample], field: str, unit: str) -> str:
    values = [getattr(sample, field) for sample in after]
    return f"{quantile(values, 0.5):,.0f}, {max(values, default=math.nan):,.0f}{unit}"


def _two(values: list[float]) -> str:
    return f"{quantile(values, 0.5):.2f} s / {quantile(values, 0.99):.2f} s"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    typer.run(main)
