"""Faust as it comes: an agent that does nothing with its JSON events."""

import sys
from typing import Any

import faust

from tests.bench.apps.counter import Counter

if __name__ == "__main__":
    bootstrap, topic, partitions, events, scratch = sys.argv[1:]
    app = faust.App(
        "bench-faust-noop",
        broker=f"kafka://{bootstrap}",
        datadir=scratch,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=2.0,
    )
    counter = Counter(int(events))

    @app.agent(app.topic(topic, partitions=int(partitions)))
    async def nothing(stream: Any) -> None:
        async for _ in stream:
            counter.add()

    faust.Worker(app, loglevel="warning", quiet=True).execute_from_commandline()
