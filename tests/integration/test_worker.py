"""The worker as a process, on a real broker, against a Slack of its own."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec
import pytest
from kafka import KafkaConsumer, KafkaProducer

from alerts.standin.server import TOKEN, StandIn
from scoring.engine import Models
from streams.desk import Desk
from streams.replay import replay_files
from streams.topics import ensure_topics, lag, topic_specs
from tests.integration.broken import BROKEN
from tests.integration.conftest import Process, eventually
from tests.integration.mentions import START, fire, line, post, share

PARTITIONS = 4
Starter = Callable[..., Process]


@contextmanager
def producer(bootstrap: str) -> Iterator[KafkaProducer]:
    client = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    yield client
    client.close()


def produce(bootstrap: str, topic: str, events: list[dict[str, Any]]) -> None:
    with producer(bootstrap) as client:
        for event in events:
            client.send(topic, key=event["thread_id"].encode(), value=line(event))
        client.flush()


class Bench:
    """A worker with its broker, its topics' prefix and its Slack."""

    def __init__(self, bootstrap: str, prefix: str, start: Starter, folder: Path) -> None:
        self.bootstrap, self.prefix, self._start, self._folder = bootstrap, prefix, start, folder
        ensure_topics(bootstrap, topic_specs(PARTITIONS, prefix=prefix))

    def start(self, slack_url: str, *options: str) -> Process:
        ready = self._folder / "ready"
        ready.unlink(missing_ok=True)
        process = self._start(
            *("streams.cli", "worker", "--clock", "event", "--partitions", str(PARTITIONS)),
            *("--topic-prefix", self.prefix, "--group", self.prefix + "group", "--metrics-port", "0"),
            *("--data-dir", str(self._folder / "data"), "--ready-file", str(ready), *options),
            env={"KAFKA_BOOTSTRAP": self.bootstrap, "SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack_url},
        )
        process.until(ready.exists)
        return process

    def caught_up(self) -> bool:
        behind = lag(self.bootstrap, self.prefix + "group", self.prefix + "mentions")
        return not sum(partition.behind for partition in behind.values())

    def records(self, topic: str, count: int) -> list[dict[str, Any]]:
        """The first `count` records of a topic; fails if they do not come in time."""
        consumer = KafkaConsumer(
            self.prefix + topic, bootstrap_servers=self.bootstrap, auto_offset_reset="earliest", group_id=None
        )
        got: list[dict[str, Any]] = []

        def enough() -> bool:
            for batch in consumer.poll(timeout_ms=200).values():
                got.extend(json.loads(record.value) for record in batch)
            return len(got) >= count

        try:
            assert eventually(enough), f"{len(got)} of {count} records of {topic}"
        finally:
            consumer.close()
        return got


@pytest.fixture
def bench(kafka_bootstrap: str, topic_prefix: str, start_process: Starter, tmp_path: Path) -> Bench:
    return Bench(kafka_bootstrap, topic_prefix, start_process, tmp_path)


async def test_mentions_become_one_slack_message(bench: Bench) -> None:
    async with StandIn(pace=None) as slack:
        worker = await asyncio.to_thread(bench.start, slack.api_url)
        await asyncio.to_thread(produce, bench.bootstrap, bench.prefix + "mentions", fire("brand-in-de-tent"))

        def paged() -> bool:
            return any("PAGE" in m.text or "CRITICAL" in m.text for m in slack.messages)

        assert await asyncio.to_thread(eventually, paged), await asyncio.to_thread(worker.tail)
        assert await asyncio.to_thread(eventually, bench.caught_up)
        assert await asyncio.to_thread(worker.stop, 15.0) == 0
        roots = [m for m in slack.messages if m.thread_ts is None]
    assert len(roots) == 1, "one message per incident"
    assert "acme" in roots[0].text
    assert roots[0].metadata is not None
    assert roots[0].metadata["event_payload"]["revision"] > 1, "updated in place"


async def test_broken_input_is_dead_lettered_and_good_events_go_on(bench: Bench) -> None:
    async with StandIn(pace=None) as slack:
        await asyncio.to_thread(bench.start, slack.api_url)
        good = fire("goed", shares=200)
        with producer(bench.bootstrap) as client:
            topic = bench.prefix + "mentions"
            for event, broken in zip(good, [*BROKEN.values(), *[None] * len(good)], strict=False):
                client.send(topic, key=b"goed", value=line(event))
                if broken is not None:
                    client.send(topic, key=b"goed", value=broken.value)
            client.flush()
        letters = await asyncio.to_thread(bench.records, "mentions.rejected", len(BROKEN))
        assert await asyncio.to_thread(
            eventually, lambda: any("goed" in str(c) for c in slack.calls) or bool(slack.messages)
        )
        assert await asyncio.to_thread(eventually, bench.caught_up)
    assert [letter["reason"] for letter in letters] == [broken.reason for broken in BROKEN.values()]
    for letter, broken in zip(letters, BROKEN.values(), strict=True):
        assert broken.names in letter["detail"]
        assert letter["topic"] == bench.prefix + "mentions"


async def test_worker_decides_as_the_replay_of_the_same_events(bench: Bench, tmp_path: Path) -> None:
    events = _busy_day()
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"".join(line(event) + b"\n" for event in events))
    replayed = replay_files([file], Models.load(), Desk(), now=START + 1e6, partitions=PARTITIONS)
    # The replay lets time pass after the last event; the worker's partitions end at different moments.
    end = START + 3 * 3600
    expected = sorted((json.loads(_encode(n)) for n in replayed.alerts if n.alert.at <= end), key=_order)
    assert len({n["alert"]["incident_id"] for n in expected}) >= 3
    async with StandIn(pace=None) as slack:
        await asyncio.to_thread(bench.start, slack.api_url, "--dry-run")
        await asyncio.to_thread(produce, bench.bootstrap, bench.prefix + "mentions", events)
        decided = await asyncio.to_thread(bench.records, "notifications", len(expected))
        assert await asyncio.to_thread(eventually, bench.caught_up)
    told = sorted((n for n in decided if n["alert"]["at"] <= end), key=_order)
    assert told == expected


async def test_metrics_are_served(bench: Bench, tmp_path: Path) -> None:
    async with StandIn(pace=None) as slack:
        port = _free_port()
        await asyncio.to_thread(bench.start, slack.api_url, "--metrics-port", str(port))
        await asyncio.to_thread(produce, bench.bootstrap, bench.prefix + "mentions", fire("meten"))

        def text() -> str:
            with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                return str(answer.read().decode())

        def counted() -> bool:
            return 'brandmelder_events_total{kind="share",outcome="folded"} 300.0' in text()

        assert await asyncio.to_thread(eventually, counted)
        assert await asyncio.to_thread(
            eventually, lambda: 'brandmelder_notifications_total{result="posted"} 1.0' in text()
        )
        assert await asyncio.to_thread(eventually, lambda: "brandmelder_consumer_lag_records{" in text())
        assert TOKEN not in await asyncio.to_thread(text)


def _busy_day() -> list[dict[str, Any]]:
    """Several threads, some of them hot, some events late, one twice; and a last event in every partition."""
    events = [e for name in ("een", "twee", "drie", "vier", "vijf", "zes") for e in fire(name, shares=220)]
    events.sort(key=lambda e: e["created_at"])
    events[100], events[130] = events[130], events[100]
    events.insert(400, events[390])
    quiet = [post(f"stil-{n}", 4 * 3600.0 + n, "Goedemorgen allemaal") for n in range(40)]
    return [*events, share("een", 900, 3_000.0), *quiet]


def _encode(value: Any) -> bytes:
    return msgspec.json.encode(value)


def _order(notification: dict[str, Any]) -> tuple[float, str, int]:
    return notification["alert"]["at"], notification["alert"]["incident_id"], notification["revision"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
