"""Reads a topic in bulk and appends to a file which offsets came, chunk by chunk, and which were bad.

Run as `python -m tests.integration.apps.bulk_reader BOOTSTRAP TOPIC PARTITIONS OUT COMMIT_UP_TO`. Offsets
from COMMIT_UP_TO on are read but not committed, as if no checkpoint covered them yet.
"""

import sys
from pathlib import Path
from typing import Any

import faust
import msgspec
from faust.types import TP

from streams.bulk import bulk_scheduler, bulk_topic, commit_offsets


class Seen(msgspec.Struct):
    """A chunk as the agent got it."""

    partition: int
    offsets: list[int]
    rejected: list[int]


GROUP = "reader-of-{topic}"


def build(bootstrap: str, topic: str, partitions: int, out: Path, up_to: int) -> faust.App:
    app = faust.App(
        GROUP.format(topic=topic),
        broker=f"kafka://{bootstrap}",
        datadir=out.parent / "data",
        ConsumerScheduler=bulk_scheduler([topic], max_records=300),
        stream_buffer_maxsize=16,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        table_standby_replicas=0,
        web_enabled=False,
        broker_commit_interval=0.2,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=2.0,
    )
    done: dict[TP, int] = {}

    @app.agent(bulk_topic(app, topic, partitions), concurrency=1)
    async def read(chunks: Any) -> None:
        with out.open("ab", buffering=0) as file:
            async for chunk in chunks:
                seen = Seen(chunk.tp.partition, [record.offset for record in chunk.records], [])
                for record in chunk.records:
                    try:
                        msgspec.json.decode(record.value or b"", type=dict)
                    except msgspec.MsgspecError:
                        seen.rejected.append(record.offset)
                file.write(msgspec.json.encode(seen) + b"\n")
                done[chunk.tp] = chunk.next_offset

    @app.timer(interval=0.2)
    async def checkpoint() -> None:
        await commit_offsets(app, {tp: min(offset, up_to) for tp, offset in done.items() if up_to})

    @app.on_partitions_revoked.connect
    async def forget(_app: faust.App, revoked: set[TP], **_: Any) -> None:
        for tp in revoked:
            done.pop(TP(tp.topic, tp.partition), None)

    return app


if __name__ == "__main__":
    server, name, count, file_name, limit = sys.argv[1:]
    reader = build(server, name, int(count), Path(file_name), int(limit))
    faust.Worker(reader, loglevel="info").execute_from_commandline()
