"""A worker on the wall's clock, with people who press buttons and ask questions while mentions come in."""

import asyncio
import time
from typing import Any

from tests.integration.bench import BRAND, Bench, slack_of, until
from tests.integration.mentions import ANGRY, START, fire, post


def now_(events: list[dict[str, Any]], ago_s: float) -> list[dict[str, Any]]:
    """Events as if the first had happened so many seconds ago, none in the future."""
    shift = time.time() - ago_s - START
    return [event | {"created_at": min(event["created_at"] + shift, time.time())} for event in events]


async def test_a_live_page_is_told_taken_on_and_silenced(bench: Bench) -> None:
    async with slack_of(bench) as (slack, channel):
        worker = await channel.start("--clock", "wall")
        await until(lambda: slack.connections > 0, worker)
        await asyncio.to_thread(bench.produce, now_(fire("nu", shares=150), ago_s=420.0))
        await until(lambda: "@U0ANNA" in channel.called("nu"), worker, 30.0)
        channel.press("nu", "acknowledge")
        await until(lambda: channel.says("nu", "Anna has this"), worker, 30.0)

        slack.command("/brandmelder", "status")
        await until(lambda: any(BRAND in str(m.blocks) for m in slack.ephemerals("U0ANNA")), worker)
        slack.command("/brandmelder", f"silence {BRAND} 2h onderhoud aan de site")
        await until(lambda: any("onderhoud" in str(m.blocks) for m in slack.ephemerals("U0ANNA")), worker)
        other = "Monteur komt weer niet opdagen, dag vrij genomen voor niks. Schandalig bedrijf, blijf er vandaan."
        await asyncio.to_thread(bench.produce, now_(fire("stil", shares=120, text=other), ago_s=800.0))
        await until(lambda: channel.says("stil", "silence"), worker)
        assert channel.called("stil") == [], "a silence keeps pages back, and the message says so"


async def test_a_shift_is_summed_up_once_even_over_a_restart(bench: Bench) -> None:
    async with slack_of(bench) as (slack, channel):
        bench.digest = True
        worker = await channel.start()
        await asyncio.to_thread(bench.produce, fire("dienst", shares=150))
        await asyncio.to_thread(bench.pass_time, 600.0)
        await until(lambda: bool(channel.posts("dienst")), worker)
        midnight = await asyncio.to_thread(bench.pass_midnight)
        await until(lambda: len(digests(slack)) == 1, worker)
        assert "1 incident" in str(digests(slack)[0].blocks)
        await until(lambda: not bench.behind("notifications"), worker)
        await asyncio.sleep(1.5)  # until it is written down where the digest is
        worker.kill()
        worker = await channel.start()
        await asyncio.to_thread(bench.produce, [post("goedemorgen", midnight + 30.0, ANGRY, brand="rust")])
        await asyncio.to_thread(bench.pass_time, midnight + 60.0)
        await until(bench.caught_up, worker)
        await asyncio.sleep(20.0)  # longer than it takes to look at the shift again
        assert len(digests(slack)) == 1


async def test_a_feed_that_falls_silent_is_told_to_whoever_is_on_call(bench: Bench) -> None:
    bench.silent_s = 8.0
    async with slack_of(bench) as (slack, channel):
        worker = await channel.start("--clock", "wall")
        await until(lambda: any("FEED SILENT" in m.text for m in slack.messages), worker)
        (message,) = [m for m in slack.messages if "FEED SILENT" in m.text]
        assert message.mentions == ("@U0ANNA",)


def digests(slack: Any) -> list[Any]:
    return [message for message in slack.messages if "📋 Handover" in message.text]
