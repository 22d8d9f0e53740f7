"""Outboxes at work on a stand-in, with time that can run faster than a clock's."""

import asyncio
import time
from contextlib import asynccontextmanager

from alert_samples import NOON

from alerts.slack.client import slack_client
from alerts.slack.delivery.outbox import Outbox, Pacing
from alerts.standin.server import CHANNEL, TOKEN

AT_ONCE = Pacing(10_000.0, 10_000.0, 10_000.0)


class Clock:
    """Time that runs `speed` times as fast as a clock's, from noon."""

    def __init__(self, speed=1.0):
        self.speed = speed
        self._began = time.monotonic()

    def now(self):
        return (time.monotonic() - self._began) * self.speed

    def wall(self):
        return NOON + self.now()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / self.speed)


@asynccontextmanager
async def outbox_at(slack, store, *, clock=None, token=TOKEN, channel=CHANNEL, timeout_s=15, **settings):
    """An outbox that runs; its `counted` lists what it counted."""
    clock = clock or Clock()
    counted = []
    given = {"charts": False, "pacing": AT_ONCE} | settings
    outbox = Outbox(
        slack_client(token, slack.api_url, timeout_s=timeout_s),
        channel,
        store,
        count=counted.append,
        now=clock.now,
        wall=clock.wall,
        sleep=clock.sleep,
        random=lambda: 0.0,
        **given,
    )
    outbox.counted = counted
    running = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def results(outbox, *told, again=False):
    """Deliver things one after another, and say what became of each."""
    return [(await asyncio.wait_for(outbox.add(one, again=again), 10.0)).result for one in told]


async def until(condition, seconds=5.0):
    """Wait for something to become true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 -- the stand-in tells nobody
            await asyncio.sleep(0.005)
