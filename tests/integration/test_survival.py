"""What is left of a worker when it has ended, and what the next one makes of it."""

import asyncio
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import msgspec
import pytest

from alerts.standin.server import StandIn
from streams.changelog import Changelog
from streams.kafka import KafkaAccess
from streams.order import Envelope
from streams.partition import partition_of
from tests.chaos.record import read_topic
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


async def test_what_was_said_before_the_first_checkpoint_is_no_news_when_it_is_said_again(bench: Bench) -> None:
    never = ("--checkpoint-s", "3600")
    async with StandIn(pace=None) as slack:
        first = await asyncio.to_thread(Running, bench, slack, *never)
        await asyncio.to_thread(bench.produce, fire("brand", shares=PAGES))
        await until(lambda: bool(said(bench)), first.process)
        before = said(bench)
        first.process.kill()

        second = await asyncio.to_thread(Running, bench, slack, *never, name="second")
        await until(lambda: len(said(bench)) > len(before), second.process)
        again = said(bench)
    assert len({envelope.life for envelope in again}) == 1
    items: dict[int, Any] = {}
    for envelope in again:
        for number, item in zip(envelope.numbers, envelope.items, strict=True):
            assert items.setdefault(number, item) == item


def said(bench: Bench) -> list[Envelope]:
    """What the source of the thread `brand` said that has something in it."""
    source = partition_of("brand", PARTITIONS)
    records = read_topic(bench.bootstrap, bench.prefix + "assessments")
    envelopes = (msgspec.json.decode(record.value or b"", type=Envelope) for record in records)
    return [envelope for envelope in envelopes if envelope.items and envelope.source == source]


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


async def test_a_worker_says_that_it_is_live_and_ready(bench: Bench) -> None:
    async with StandIn(pace=None) as slack:
        first = await asyncio.to_thread(Running, bench, slack)
        assert await asyncio.to_thread(eventually, lambda: get(first.port, "/ready")[0] == 200)
        assert get(first.port, "/live") == (200, "gets on\n")
        assert get(first.port, "/ready")[1].endswith(" records behind\n")
        assert first.counted("brandmelder_recovered_ratio 1.0")


async def test_a_worker_that_is_told_to_end_while_it_recovers_ends_well(bench: Bench) -> None:
    async with StandIn(pace=None) as slack:
        worker = await asyncio.to_thread(bench.start, slack.api_url, said='"partitions assigned"')
        assert await asyncio.to_thread(worker.stop, 20.0) == 0, worker.tail()
        assert "cannot be recovered" not in worker.log.read_text()
