"""What is left of a worker when it has ended, and what the next one makes of it."""

import asyncio
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from alerts.standin.server import StandIn
from streams.changelog import Changelog
from streams.kafka import KafkaAccess
from tests.integration.bench import PARTITIONS, Bench, until
from tests.integration.conftest import Process, eventually, free_port
from tests.integration.mentions import fire, post, share

MINUTE = 60.0
PAGES = 120


def get(port: int, path: str) -> tuple[int, str]:
    """Ask a worker about itself."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5.0) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


class Running:
    """A worker that can be asked about itself."""

    def __init__(self, bench: Bench, slack: StandIn, *options: str, name: str = "worker") -> None:
        self.port = free_port()
        self.process: Process = bench.start(slack.api_url, *options, "--metrics-port", str(self.port), name=name)

    def counted(self, metric: str) -> bool:
        """Whether the worker's metrics have a line."""
        return metric in get(self.port, "/metrics")[1].splitlines()


def owner(bench: Bench, topic: str) -> Changelog:
    """Somebody who takes over what workers wrote down."""
    return Changelog(
        KafkaAccess(bench.bootstrap),
        bench.prefix + topic,
        on_stray=lambda _partition, _key: None,
        on_superseded=lambda _: None,
    )


async def written(bench: Bench, topic: str) -> dict[str, bytes]:
    """The rows of all partitions."""
    log = owner(bench, topic)
    await log.start()
    recovered = await log.take_over(range(PARTITIONS))
    await log.stop()
    return {key: row for state in recovered.values() for key, row in state.rows.items()}


def crowd(threads: int = 400, each: int = 20) -> list[dict[str, Any]]:
    """Many threads that spread at the same time."""
    roots = [post(f"druk-{n}", 0.1 * n, "Geen internet", brand="rust") for n in range(threads)]
    shares = [
        share(f"druk-{n}", place, 60.0 + 30.0 * place + 0.05 * n, brand="rust")
        for place in range(each)
        for n in range(threads)
    ]
    return roots + shares


@pytest.mark.both_brokers
async def test_a_worker_that_is_told_to_end_ends_soon_and_leaves_all_written_down(bench: Bench) -> None:
    async with StandIn(pace=None) as slack:
        first = await asyncio.to_thread(Running, bench, slack)
        await asyncio.to_thread(bench.produce, crowd())
        await until(lambda: first.counted('brandmelder_live_threads{partition="0"} 0.0') is False, first.process)
        began = time.monotonic()
        code = await asyncio.to_thread(first.process.stop, 20.0)
        took = time.monotonic() - began
        assert code == 0, first.process.tail()
        assert took < 10.0, first.process.tail()

        second = await asyncio.to_thread(Running, bench, slack)
        await until(bench.caught_up, second.process)
        assert not second.counted("brandmelder_unreadable_records_total")
        assert (await asyncio.to_thread(second.process.stop, 20.0)) == 0
        rows = await written(bench, "threads")
        assert len(rows) == 400, "every thread is written down"


@pytest.mark.both_brokers
async def test_a_worker_that_is_killed_is_followed_by_one_that_knows_every_post(bench: Bench) -> None:
    events = crowd(threads=60)
    async with StandIn(pace=None) as slack:
        first = await asyncio.to_thread(Running, bench, slack, "--checkpoint-s", "0.5")
        await asyncio.to_thread(bench.produce, events)
        await until(bench.caught_up, first.process)
        first.process.kill()

        second = await asyncio.to_thread(Running, bench, slack, "--checkpoint-s", "0.5")
        assert await asyncio.to_thread(eventually, lambda: get(second.port, "/ready")[0] == 200)
        await asyncio.to_thread(bench.produce, events)
        repeated = f'brandmelder_events_total{{kind="any",outcome="repeated"}} {float(len(events))}'
        await until(lambda: second.counted(repeated), second.process)


async def test_an_incident_goes_on_in_its_message_though_its_threads_were_lost(bench: Bench) -> None:
    """As after an upgrade that cannot read what the version before it wrote: it is made anew of the mentions."""
    async with StandIn(pace=None) as slack:
        first = await asyncio.to_thread(Running, bench, slack)
        await asyncio.to_thread(bench.produce, fire("brand", shares=PAGES))
        await asyncio.to_thread(bench.pass_time, 9 * MINUTE)
        await until(lambda: len(slack.messages) > 0 and bench.caught_up(), first.process)
        assert await asyncio.to_thread(first.process.stop, 20.0) == 0
        posted = [message.ts for message in slack.messages if message.thread_ts is None]

        log = owner(bench, "threads")
        await log.start()
        for partition in await log.take_over(range(PARTITIONS)):
            await log.write(partition, [], b"of a version to come")
        await log.stop()

        second = await asyncio.to_thread(Running, bench, slack, name="second")
        await until(lambda: "made anew of their mentions" in second.process.log.read_text(), second.process)
        more = [share("brand", 1000 + n, 10 * MINUTE + 0.5 * n) for n in range(400)]
        await asyncio.to_thread(bench.produce, more)
        await asyncio.to_thread(bench.pass_time, 20 * MINUTE)
        await until(lambda: any("520" in str(m.blocks) for m in slack.messages), second.process)
        assert [message.ts for message in slack.messages if message.thread_ts is None] == posted


async def test_it_is_ready_once_its_state_is_recovered_and_live_all_along(bench: Bench, tmp_path: Path) -> None:
    async with StandIn(pace=None) as slack:
        first = await asyncio.to_thread(Running, bench, slack)
        assert await asyncio.to_thread(eventually, lambda: get(first.port, "/ready")[0] == 200)
        assert get(first.port, "/live") == (200, "gets on\n")
        assert get(first.port, "/ready")[1] == "is 0 records behind\n"
        assert first.counted("brandmelder_recovered_ratio 1.0")
