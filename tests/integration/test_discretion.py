"""Neither what people write, nor who they are, nor what lets one in stands in logs or metrics, whatever happens."""

import asyncio
import os
import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from alerts.standin.server import APP_TOKEN, TOKEN
from tests.integration.bench import Bench, slack_of, until
from tests.integration.mentions import fire, line, post

TEXT, HANDLE, AUTHOR = "Zeergeheimetekst", "zeergeheimehandle", "zeergeheimeauteur"
SECRET = "zeergeheimesleutel-zeergeheimesleutel"
MARKS = (TEXT, HANDLE, AUTHOR, SECRET, TOKEN, APP_TOKEN)
WHO = {"id": AUTHOR, "handle": HANDLE, "followers": 900}


def marked(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"author": WHO | {"id": f"{AUTHOR}-{event['id']}"}}


def bad() -> list[bytes]:
    """Records that are no mentions, each with a mark where it is wrong."""
    root = marked(post("slecht", 0.0, TEXT))
    wrong: list[dict[str, Any]] = [
        {"kind": TEXT},
        {"created_at": f"{TEXT} {HANDLE}"},
        {"created_at": 9e12},
        {"author": {"id": AUTHOR * 60, "handle": HANDLE}},
        {"author": {"id": AUTHOR, "handle": HANDLE, "followers": -5}},
        {"author": {"id": [AUTHOR], "handle": HANDLE}},
        {"author": None},
        {"brand": TEXT * 30},
        {"counts": {"shares": TEXT}},
        {"text": {TEXT: HANDLE}},
    ]
    records = [line(root | changes) for changes in wrong]
    return [*records, line(root)[:-9], f'{{"{TEXT}'.encode(), TEXT.encode("utf-16"), f"[{'[' * 9_999}{TEXT}".encode()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leaks(text: str) -> list[str]:
    return [f"{mark}: {found[:300]}" for mark in MARKS for found in text.splitlines() if mark.lower() in found.lower()]


@pytest.mark.parametrize("key", [None, SECRET], ids=["own names", "pseudonyms"])
async def test_logs_and_metrics_name_nobody(bench: Bench, key: str | None, monkeypatch: pytest.MonkeyPatch):
    if key is not None:
        monkeypatch.setenv("BRANDMELDER_PSEUDONYM_KEY", key)
    port = free_port()
    async with slack_of(bench) as (slack, channel):
        for error in ("fatal_error", "internal_error", "ratelimited"):
            slack.fail("chat.postMessage", error)
        worker = await channel.start("--metrics-port", str(port), "--log-level", "debug")
        await asyncio.to_thread(bench.produce, [marked(event) for event in fire("brand", text=f"{TEXT}! Schande!")])
        await asyncio.to_thread(_send, bench, [*bad()])
        bench.pass_time(4_000.0)
        await until(lambda: bench.caught_up() and channel.revision("brand") > 1, worker)
        channel.press("brand", "acknowledge")
        slack.fail("chat.update", "fatal_error", times=2)
        await until(lambda: channel.says("brand", "has this"), worker)
        metrics = await asyncio.to_thread(_metrics, port)
        letters = await asyncio.to_thread(bench.records, "mentions.rejected", len(bad()))
        assert {letter["reason"] for letter in letters} >= {"wrong_type", "bad_time", "in_future", "bad_value"}
        assert "brandmelder_rejected_events_total" in metrics
        assert leaks(metrics) == []
        assert (channel.says("brand", HANDLE), channel.says("brand", "author-")) == (key is None, key is not None)
        await channel.end()
        assert leaks(worker.log.read_text(errors="replace")) == []


async def test_a_crash_names_nobody_either(bench: Bench, start_process: Any, tmp_path: Path):
    worker = start_process(
        *("tests.integration.apps.crashing_worker", "worker", "--dry-run", "--partitions", "4", "--log-level", "debug"),
        *("--topic-prefix", bench.prefix, "--group", bench.prefix + "group", "--metrics-port", "0"),
        *("--data-dir", str(tmp_path / "data")),
        env={"KAFKA_BOOTSTRAP": bench.bootstrap} | dict(os.environ),
    )
    await asyncio.to_thread(bench.produce, [marked(post("brand", 0.0, TEXT))])
    code = await asyncio.to_thread(worker.wait, 120.0)
    log = worker.log.read_text(errors="replace")
    assert code != 0, log
    assert "KeyError" in log, "what kind of error it was is said"
    assert "crashing_worker.py" in log, "and where"
    assert leaks(log) == []


def _send(bench: Bench, records: list[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=bench.bootstrap, acks="all")
    for record in records:
        producer.send(bench.prefix + "mentions", key=HANDLE.encode(), value=record)
    producer.flush()
    producer.close()


def _metrics(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())
