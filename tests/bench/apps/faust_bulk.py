"""Faust on the bulk path: an agent that decodes the JSON of whole chunks."""

import sys
from typing import Any

import faust
import msgspec
from faust.types import TP

from streams.bulk import bulk_scheduler, bulk_topic, commit_offsets
from tests.bench.apps.counter import Counter

if __name__ == "__main__":
    bootstrap, topic, partitions, events, scratch = sys.argv[1:]
    app = faust.App(
        "bench-faust-bulk",
        broker=f"kafka://{bootstrap}",
        datadir=scratch,
        ConsumerScheduler=bulk_scheduler([topic]),
        stream_buffer_maxsize=128,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        table_standby_replicas=0,
        web_enabled=False,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=2.0,
    )
    counter = Counter(int(events))
    done: dict[TP, int] = {}

    @app.agent(bulk_topic(app, topic, int(partitions)), concurrency=1)
    async def decode(chunks: Any) -> None:
        loads = msgspec.json.Decoder().decode
        async for chunk in chunks:
            for record in chunk.records:
                loads(record.value)
            done[chunk.tp] = chunk.next_offset
            counter.add(len(chunk))

    @app.timer(interval=1.0)
    async def checkpoint() -> None:
        await commit_offsets(app, done)

    faust.Worker(app, loglevel="warning", quiet=True).execute_from_commandline()
