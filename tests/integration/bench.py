"""A worker on a broker of the tests, with its topics, its desk and its Slack."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kafka import KafkaConsumer, KafkaProducer

from alerts.ledger import incident_id
from alerts.standin import Message
from alerts.standin.server import APP_TOKEN, TOKEN, StandIn
from streams.topics import ensure_topics, lag, topic_specs
from tests.integration.conftest import Process, eventually
from tests.integration.mentions import START, line, post

PARTITIONS = 4
BRAND = "acme"
Starter = Callable[..., Process]

DESK = """
[feed]
silent_s = {silent_s}

[slack]
charts = false
digest = {digest}

[brands.acme]

[people.anna]
slack = "U0ANNA"
[people.bram]
slack = "U0BRAM"

[[oncall.shifts]]
name = "always"
from = "00:00"
until = "00:00"
page = [{{ who = ["anna"] }}, {{ after_min = 10, who = ["bram"] }}, {{ after_min = 20, who = ["here"] }}]
"""


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
        self._quiet = 0
        self.digest, self.silent_s = False, 0.0
        ensure_topics(bootstrap, topic_specs(PARTITIONS, prefix=prefix))

    def start(self, slack_url: str, *options: str, name: str = "worker", said: str | None = None) -> Process:
        """Start a worker that has no buttons, and wait until it has partitions, or has said something in its log."""
        return self._begin({"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack_url}, options, name, said)

    def start_desk(self, slack: StandIn, *options: str, name: str = "worker") -> Process:
        """Start a worker with a desk of people, and with buttons."""
        desk = self._folder / "desk.toml"
        settings = {"digest": str(self.digest).lower(), "silent_s": self.silent_s}
        desk.write_text(DESK.format(**settings), encoding="utf-8")
        env = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": slack.api_url}
        return self._begin(env, ("--desk", str(desk), *options), name)

    def _begin(self, env: dict[str, str], options: tuple[str, ...], name: str, said: str | None = None) -> Process:
        ready = self._folder / f"{name}-ready"
        ready.unlink(missing_ok=True)
        process = self._start(
            *("streams.cli", "worker", "--clock", "event", "--partitions", str(PARTITIONS)),
            *("--topic-prefix", self.prefix, "--group", self.prefix + "group", "--metrics-port", "0"),
            *("--data-dir", str(self._folder / name), "--ready-file", str(ready), *options),
            env={"KAFKA_BOOTSTRAP": self.bootstrap, **env},
        )
        process.until(ready.exists if said is None else lambda: said in process.log.read_text())
        return process

    def produce(self, events: list[dict[str, Any]]) -> None:
        """Send mentions."""
        produce(self.bootstrap, self.prefix + "mentions", events)

    def pass_time(self, at: float) -> None:
        """Let everybody hear of a time, in seconds after the start: something harmless in every partition."""
        self._quiet += 1
        self.produce([post(f"stil-{self._quiet}-{n}", at, "Fijne dag!", brand="rust") for n in range(40)])

    def pass_midnight(self) -> float:
        """Let everybody hear of the next day, by the desk's clock; returns when that is, in seconds after the start."""
        start = datetime.fromtimestamp(START, ZoneInfo("Europe/Amsterdam"))
        midnight = (start + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight.timestamp() - START
        self.pass_time(at + 10.0)
        return at

    def behind(self, topic: str = "mentions") -> int:
        """How many records of a topic are not dealt with."""
        known = lag(self.bootstrap, self.prefix + "group", self.prefix + topic)
        return sum(partition.behind for partition in known.values())

    def caught_up(self) -> bool:
        return not self.behind()

    def records(self, topic: str, count: int) -> list[dict[str, Any]]:
        """The first `count` records of a topic; fails if they do not come in time."""
        got: list[dict[str, Any]] = []
        consumer = KafkaConsumer(
            self.prefix + topic, bootstrap_servers=self.bootstrap, auto_offset_reset="earliest", group_id=None
        )

        def enough() -> bool:
            for batch in consumer.poll(timeout_ms=200).values():
                got.extend(json.loads(record.value) for record in batch)
            return len(got) >= count

        try:
            assert eventually(enough), f"{len(got)} of {count} records of {topic}"
        finally:
            consumer.close()
        return got


class Channel:
    """Slack's stand-in with what stands in its channel about the tests' brand, and the workers that speak to it."""

    def __init__(self, bench: Bench, slack: StandIn) -> None:
        self._bench = bench
        self._slack = slack
        self._workers: list[Process] = []

    async def start(self, *options: str, name: str = "worker") -> Process:
        """Start a worker."""
        worker = await asyncio.to_thread(self._bench.start_desk, self._slack, *options, name=name)
        self._workers.append(worker)
        return worker

    async def end(self) -> None:
        """Let the workers that still run end; they should do so by themselves, and soon."""
        for worker in self._workers:
            if worker.running:
                assert await asyncio.to_thread(worker.stop, 20.0) == 0, worker.tail()

    def posts(self, thread: str, ordinal: int = 1) -> list[Message]:
        """The messages of a thread's incident that are no replies; there should be one at most."""
        wanted = incident_id(BRAND, thread, ordinal)
        return [m for m in self._slack.messages if m.thread_ts is None and _about(m) == wanted]

    def revision(self, thread: str) -> int:
        """The revision that a thread's message shows, 0 without one."""
        (message,) = self.posts(thread) or (None,)
        return 0 if message is None or message.metadata is None else message.metadata["event_payload"]["revision"]

    def says(self, thread: str, *words: str) -> bool:
        """Whether a thread's message shows all of these words."""
        return any(all(word in str((m.text, m.blocks)) for word in words) for m in self.posts(thread))

    def called(self, thread: str) -> list[str]:
        """Whom a thread's incident interrupted, in order; what was edited away since counts."""
        wanted = incident_id(BRAND, thread, 1)
        return [
            name
            for method, given in self._slack.calls
            if method == "chat.postMessage" and _incident(given.get("metadata")) == wanted
            for name in _MENTION.findall(str((given.get("text"), given.get("blocks"))))
        ]

    def press(self, thread: str, action: str, user: str = "U0ANNA") -> None:
        """Press a button of a thread's message."""
        self._slack.press(self.posts(thread)[0], action, user)


_MENTION = re.compile(r"<(!here|!channel|@\w+)>")


def _about(message: Message) -> str:
    return _incident(message.metadata)


def _incident(metadata: Any) -> str:
    given = json.loads(metadata) if isinstance(metadata, str) else metadata
    return str((given or {}).get("event_payload", {}).get("incident_id", ""))


@asynccontextmanager
async def slack_of(bench: Bench) -> AsyncIterator[tuple[StandIn, Channel]]:
    """A Slack for a test, where no worker is left behind."""
    async with StandIn(pace=None) as slack:
        channel = Channel(bench, slack)
        yield slack, channel
        await channel.end()


async def until(done: Callable[[], bool], worker: Process, within_s: float = 60.0) -> None:
    """Wait until something shows; fail with the worker's log if it does not, or if the worker ends."""
    arrived = await asyncio.to_thread(eventually, lambda: done() or not worker.running, within_s)
    assert arrived, worker.tail()
    assert done(), worker.tail()
