"""Somebody asks to be forgotten while the service runs: state, changelogs and the message in Slack."""

import asyncio
import subprocess
import sys

from kafka import KafkaConsumer

from tests.integration.bench import Bench, slack_of, until
from tests.integration.conftest import ROOT
from tests.integration.mentions import fire, post, share

KIM = {"id": "author-77", "handle": "Kim_de_Klager", "followers": 900}
TEXT = "Wat een schande, al drie weken geen internet, zegt @Kim_de_Klager. Nooit meer!"


def forget(bench: Bench, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "streams.cli", "forget", *arguments]
    options = ["--bootstrap", bench.bootstrap, "--topic-prefix", bench.prefix]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def latest(bench: Bench, topic: str) -> bytes:
    """The latest record of each key: what compaction leaves."""
    consumer = KafkaConsumer(
        bench.prefix + topic, bootstrap_servers=bench.bootstrap, auto_offset_reset="earliest", group_id=None
    )
    rows: dict[tuple[int, bytes], bytes] = {}
    try:
        while batch := consumer.poll(timeout_ms=1_500):
            for records in batch.values():
                rows.update(((record.partition, record.key or b""), record.value or b"") for record in records)
    finally:
        consumer.close()
    return b"".join(rows.values())


async def test_somebody_is_forgotten_everywhere_and_the_message_edited_without_a_sound(bench: Bench):
    async with slack_of(bench) as (_, channel):
        worker = await channel.start()
        burning = fire("brand", text=TEXT)
        burning[0]["author"] = KIM
        other = [post("ander", 5.0, "ook hier"), share("ander", 1, 9.0, author=KIM)]
        await asyncio.to_thread(bench.produce, [*burning, *other])
        bench.pass_time(4_000.0)
        await until(lambda: channel.says("brand", "Kim", "schande") and bench.caught_up(), worker)
        await until(lambda: b"schande" in latest(bench, "incidents"), worker)
        called, revision = channel.called("brand"), channel.revision("brand")
        ran = await asyncio.to_thread(forget, bench, "author-77", "@kim_de_klager")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "1 incident (1 open)" in ran.stdout
        assert "Kim" not in ran.stdout + ran.stderr
        await until(lambda: channel.revision("brand") > revision and not channel.says("brand", "schande"), worker)
        assert not channel.says("brand", "Kim")
        assert channel.called("brand") == called
        for topic in ("incidents", "threads", "erasures"):
            kept = await asyncio.to_thread(latest, bench, topic)
            assert not any(mark in kept for mark in (b"Kim_de", b"kim_de", b"schande", b"author-77")), topic
        again = await asyncio.to_thread(forget, bench, "author-77", "@kim_de_klager")
        assert "0 live threads, 0 incidents (0 open)" in again.stdout
        assert "Kim_de" not in worker.log.read_text()


async def test_a_wish_waits_for_a_worker(bench: Bench):
    ran = await asyncio.to_thread(forget, bench, "author-77", "--within", "2")
    assert ran.returncode == 1
    assert "is a worker running?" in ran.stdout
    async with slack_of(bench) as (_, channel):
        worker = await channel.start()
        await until(lambda: latest(bench, "erasures").count(b'"type":"incidents"') >= 1, worker)
