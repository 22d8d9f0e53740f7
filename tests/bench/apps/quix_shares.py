"""Quix Streams counting the shares of each thread, with its state as it comes: RocksDB and a changelog."""

import sys
from typing import Any

from quixstreams import Application, State

from tests.bench.apps.counter import Counter

if __name__ == "__main__":
    bootstrap, topic, _partitions, events, scratch = sys.argv[1:]
    app = Application(
        broker_address=bootstrap,
        consumer_group="bench-quix-shares",
        auto_offset_reset="earliest",
        state_dir=scratch,
        consumer_extra_config={"session.timeout.ms": 6000, "heartbeat.interval.ms": 2000},
    )
    counter = Counter(int(events))

    def count_shares(event: dict[str, Any], state: State) -> int:
        shares: int = state.get("shares", 0)
        if event["kind"] == "share":
            shares += 1
            state.set("shares", shares)
        counter.add()
        return shares

    mentions = app.topic(topic, key_deserializer="str", value_deserializer="json")
    app.dataframe(mentions).apply(count_shares, stateful=True)
    app.run()
