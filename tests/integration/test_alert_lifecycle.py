"""Incidents from the first mention to people's clicks and back, through the worker's process and over restarts."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import KafkaConsumer

from alerts.event import Notification
from scoring.verdicts import read_verdicts
from streams.changelog import Changelog
from streams.kafka import KafkaAccess
from streams.partition import partition_of
from tests.integration.bench import BRAND, PARTITIONS, Bench, Channel, slack_of, until
from tests.integration.conftest import Process, eventually
from tests.integration.mentions import START, fire, share

ANGER = {
    "open": "Al drie weken geen internet en jullie doen helemaal niets, nooit meer een abonnement bij deze club!",
    "taken": "Belachelijk: mijn pakket is kapot bezorgd en niemand neemt de telefoon op, waardeloze klantenservice.",
    "later": "Vreselijk slecht behandeld in de winkel vanmiddag, de verkoper lachte me uit waar iedereen bij was.",
    "over": "Factuur voor de vierde keer fout. Ik ben er helemaal klaar mee, wat een oplichters zijn jullie!",
}
MINUTE = 60.0


def page(thread: str) -> list[dict[str, Any]]:
    return fire(thread, shares=120, text=ANGER[thread])


async def paged(bench: Bench, channel: Channel, worker: Process, *threads: str) -> None:
    """Let threads become pages."""
    events = sorted((e for thread in threads for e in page(thread)), key=lambda e: e["created_at"])
    await asyncio.to_thread(bench.produce, events)
    await asyncio.to_thread(bench.pass_time, 9 * MINUTE)
    await until(lambda: all("@U0ANNA" in channel.called(t) for t in threads), worker)


async def test_acknowledging_stops_the_chain_and_shows_who_did(bench: Bench, tmp_path: Path) -> None:
    async with slack_of(bench) as (slack, channel):
        worker = await channel.start()
        await paged(bench, channel, worker, "taken", "open")
        await until(lambda: slack.connections > 0, worker)

        channel.press("taken", "acknowledge")
        await until(lambda: channel.says("taken", "Anna has this"), worker)
        channel.press("taken", "false_alarm", "U0BRAM")
        verdicts = await asyncio.to_thread(bench.records, "verdicts", 1)
        await asyncio.to_thread(bench.pass_time, 27 * MINUTE)
        await until(lambda: "!here" in channel.called("open"), worker)
        assert [name for name in channel.called("open") if name != "@U0ANNA"] == ["@U0BRAM", "!here"]
        assert set(channel.called("taken")) == {"@U0ANNA"}

        slack.press(channel.posts("open")[0], "acknowledge", "U0GUEST")
        await until(lambda: bool(slack.ephemerals("U0GUEST")), worker)
        assert not channel.says("open", "U0GUEST")
    assert [(v["thread_id"], v["verdict"], v["by"]) for v in verdicts] == [("taken", "false_alarm", "bram")]
    file = tmp_path / "verdicts.jsonl"
    file.write_text("".join(json.dumps(v) + "\n" for v in verdicts))
    assert read_verdicts([file])["taken"].verdict == "false_alarm"


async def test_a_kill_in_any_state_changes_nothing(bench: Bench) -> None:
    async with slack_of(bench) as (slack, channel):
        worker = await channel.start()
        await paged(bench, channel, worker, *ANGER)
        await until(lambda: slack.connections > 0, worker)
        for thread, action in (("taken", "acknowledge"), ("later", "snooze_2h"), ("over", "resolve")):
            before = channel.revision(thread)
            channel.press(thread, action)
            await until(lambda thread=thread, before=before: channel.revision(thread) > before, worker)
        await asyncio.to_thread(bench.pass_time, 16 * MINUTE)
        await until(lambda: "@U0BRAM" in channel.called("open"), worker)
        worker.kill()
        entries, posted = await asyncio.to_thread(ledger, bench), len(slack.messages)
        assert {thread: entry["state"] for thread, entry in entries.items()} == {
            "open": "open",
            "taken": "acknowledged",
            "later": "snoozed",
            "over": "resolved",
        }

        worker = await channel.start()
        await until(lambda: bench.caught_up() and not bench.behind("notifications"), worker)
        assert await asyncio.to_thread(ledger, bench) == entries
        assert len(slack.messages) == posted, "nothing is told twice"

        await asyncio.to_thread(bench.pass_time, 27 * MINUTE)
        await until(lambda: "!here" in channel.called("open"), worker)
        assert channel.called("open").count("@U0BRAM") == 1
        assert {name for t in ("taken", "later", "over") for name in channel.called(t)} == {"@U0ANNA"}
        again = [share("later", 1000 + n, 115 * MINUTE + 2.0 * n) for n in range(120)]
        await asyncio.to_thread(bench.produce, again)
        await asyncio.to_thread(bench.pass_time, 150 * MINUTE)
        await until(lambda: channel.called("later").count("@U0ANNA") == 2, worker)
        assert all(len(channel.posts(thread)) == 1 for thread in ANGER)


async def test_a_page_that_a_crash_left_unsent_is_sent(bench: Bench) -> None:
    """As if the worker had died between writing the ledger and sending what it decided."""
    async with slack_of(bench) as (_, channel):
        worker = await channel.start("--dry-run")
        await asyncio.to_thread(bench.produce, page("open"))
        await asyncio.to_thread(bench.pass_time, 9 * MINUTE)
        await until(lambda: bench.caught_up() and not bench.behind("notifications"), worker)
        told = (await asyncio.to_thread(bench.records, "notifications", 2))[-1]
        worker.kill()
        entry = (await asyncio.to_thread(ledger, bench))["open"]
        assert entry["revision"] == told["incident"]["revision"]
        row = msgspec.json.encode({"entry": entry, "unsent": [msgspec.convert(told, Notification)]})
        await write_down(bench, {"acme\x1fopen": row, "acme\x1fold": b'{"version":1}'})
        worker = await channel.start()
        await until(lambda: bool(channel.posts("open")), worker)
        assert "a row cannot be read" in worker.log.read_text()
        assert channel.revision("open") == entry["revision"]


async def test_slack_that_fails_for_a_while_delays_but_loses_nothing(bench: Bench) -> None:
    async with slack_of(bench) as (slack, channel):
        slack.fail("chat.postMessage", "internal_error", status=503, times=3)
        worker = await channel.start()
        await asyncio.to_thread(bench.produce, page("open"))
        await asyncio.to_thread(bench.pass_time, 9 * MINUTE)
        await until(lambda: len([m for m, _ in slack.calls if m == "chat.postMessage"]) >= 1, worker)
        assert await asyncio.to_thread(bench.behind, "notifications") > 0, "not delivered is not done"
        await until(lambda: bool(channel.posts("open")), worker)
        await until(lambda: not bench.behind("notifications"), worker)
        (message,) = channel.posts("open")
        assert message.mentions == ("@U0ANNA",)


async def test_two_workers_share_brands_and_clicks_and_one_takes_over(bench: Bench) -> None:
    async with slack_of(bench) as (slack, channel):
        first = await channel.start()
        second = await channel.start(name="second")
        assert await asyncio.to_thread(eventually, lambda: shared(first, second))
        await paged(bench, channel, first, "taken", "open")
        await until(lambda: slack.connections == 2, first)
        channel.press("taken", "acknowledge")
        await until(lambda: channel.says("taken", "Anna has this"), first)

        owner, other = (first, second) if 0 in partitions(first) else (second, first)
        owner.kill()
        await until(lambda: slack.connections == 1, other)
        channel.press("open", "acknowledge", "U0BRAM")
        await until(lambda: channel.says("open", "Bram has this"), other)
        await asyncio.to_thread(bench.pass_time, 27 * MINUTE)
        await until(bench.caught_up, other)
        assert all(len(channel.posts(thread)) == 1 for thread in ("taken", "open"))
        assert {name for t in ("taken", "open") for name in channel.called(t)} == {"@U0ANNA"}


async def write_down(bench: Bench, rows: dict[str, bytes]) -> None:
    """Add rows to those of the tests' brand, as a worker would that has its partition."""
    log = Changelog(
        KafkaAccess(bench.bootstrap),
        bench.prefix + "incidents",
        on_stray=lambda _partition, _key: None,
        on_superseded=lambda _: None,
    )
    await log.start()
    where = partition_of(BRAND, PARTITIONS)
    known = (await log.take_over([where]))[where]
    assert known.seal is not None
    await log.write(where, [*rows.items()], known.seal)
    await log.stop()


def ledger(bench: Bench) -> dict[str, Any]:
    """The entries of the tests' brand by thread, as the compacted topic has them."""
    consumer = KafkaConsumer(
        bench.prefix + "incidents", bootstrap_servers=bench.bootstrap, auto_offset_reset="earliest", group_id=None
    )
    rows: dict[bytes, bytes | None] = {}
    for _ in range(10):
        for batch in consumer.poll(timeout_ms=200).values():
            rows.update((record.key, record.value) for record in batch)
    consumer.close()
    entries = [json.loads(value)["entry"] for key, value in rows.items() if value is not None and b"\x1f" in key]
    return {entry["thread_id"]: entry for entry in entries if entry["brand"] == BRAND}


def partitions(worker: Process) -> list[int]:
    """What a worker was assigned last, as its log says."""
    said = [json.loads(line) for line in worker.log.read_text().splitlines() if '"partitions assigned"' in line]
    return said[-1]["partitions"] if said else []


def shared(first: Process, second: Process) -> bool:
    """Whether each has a part of the partitions."""
    one, two = partitions(first), partitions(second)
    return sorted(one + two) == list(range(PARTITIONS)) and 0 < len(one) < PARTITIONS


@pytest.mark.parametrize("thread", list(ANGER))
def test_the_tests_threads_are_hot_enough_to_page(thread: str) -> None:
    assert len(page(thread)) == 121
    assert page(thread)[0]["created_at"] == START
