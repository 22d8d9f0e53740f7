"""The worker as a process, on a real broker, against a Slack of its own."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec
import pytest

from alerts.standin.server import TOKEN, StandIn
from scoring.engine import Models
from streams.desk import Desk
from streams.replay import replay_files
from tests.integration.bench import PARTITIONS, Bench, produce, producer
from tests.integration.broken import BROKEN
from tests.integration.conftest import eventually, free_port
from tests.integration.mentions import START, fire, line, post, share


@pytest.mark.both_brokers
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


@pytest.mark.both_brokers
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
        port = free_port()
        await asyncio.to_thread(bench.start, slack.api_url, "--metrics-port", str(port))
        await asyncio.to_thread(produce, bench.bootstrap, bench.prefix + "mentions", fire("meten"))

        def text() -> str:
            with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                return str(answer.read().decode())

        def counted() -> bool:
            return 'brandmelder_events_total{kind="share",outcome="folded"} 300.0' in text()

        assert await asyncio.to_thread(eventually, counted)
        told = re.compile(r'brandmelder_notifications_total\{result="(posted|pinged)"\} 1')
        assert await asyncio.to_thread(eventually, lambda: told.search(text()) is not None)
        assert await asyncio.to_thread(eventually, lambda: "brandmelder_consumer_lag_records{" in text())
        assert TOKEN not in await asyncio.to_thread(text)


ANGER = {
    "een": "Wat een schande, al drie weken geen internet en jullie doen niets. Nooit meer!",
    "twee": "Belachelijk: mijn pakket is kapot bezorgd en niemand neemt de telefoon op, waardeloze klantenservice.",
    "drie": "Vreselijk slecht behandeld in de winkel vanmiddag, de verkoper lachte me uit waar iedereen bij was.",
    "vier": "Factuur voor de vierde keer fout. Ik ben er helemaal klaar mee, wat een oplichters zijn jullie!",
    "vijf": "Wat een schande, al drie weken geen internet en jullie doen echt niets. Nooit meer!",
    "zes": "Monteur komt weer niet opdagen, dag vrij genomen voor niks. Schandalig bedrijf, blijf er ver vandaan.",
}
"""Of these, the first and the fifth are about the same."""


def _busy_day() -> list[dict[str, Any]]:
    """Several threads, some of them hot, some events late, one twice; and a last event in every partition."""
    events = [e for name, text in ANGER.items() for e in fire(name, shares=220, text=text)]
    events.sort(key=lambda e: e["created_at"])
    events[100], events[130] = events[130], events[100]
    events.insert(400, events[390])
    quiet = [post(f"stil-{n}", 4 * 3600.0 + n, "Goedemorgen allemaal") for n in range(40)]
    return [*events, share("een", 900, 3_000.0), *quiet]


def _encode(value: Any) -> bytes:
    return msgspec.json.encode(value)


def _order(notification: dict[str, Any]) -> tuple[float, str, int]:
    return notification["alert"]["at"], notification["alert"]["incident_id"], notification["incident"]["revision"]
