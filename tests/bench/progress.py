"""How far a contestant is, seen from outside: what it prints, or what its consumer group has committed."""

import time
from threading import Thread
from typing import IO, NamedTuple, Protocol

from kafka import KafkaAdminClient, TopicPartition


class Sample(NamedTuple):
    """So many events were done at that time (seconds on the monotonic clock)."""

    at: float
    events: int


class Progress(Protocol):
    """Where to ask."""

    def __call__(self) -> Sample:
        """Return the latest that is known."""

    def close(self) -> None:
        """Let go of what it holds."""


class Printed:
    """The last number that the process printed on a line of its own, and when; other lines are ignored."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._latest = Sample(time.monotonic(), 0)
        self._reader = Thread(target=self._read, args=(stream,), daemon=True)
        self._reader.start()

    def _read(self, stream: IO[bytes]) -> None:
        for line in stream:
            if line.strip().isdigit():
                self._latest = Sample(time.monotonic(), int(line))

    def __call__(self) -> Sample:
        return self._latest

    def close(self) -> None:
        self._reader.join()


class Committed:
    """The sum of the offsets that a consumer group has committed; as coarse as it commits."""

    def __init__(self, bootstrap: str, group: str, topic: str, partitions: int) -> None:
        self._admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        self._spec = {group: [TopicPartition(topic, number) for number in range(partitions)]}
        self._group = group

    def __call__(self) -> Sample:
        offsets = self._admin.list_group_offsets(self._spec)[self._group]
        return Sample(time.monotonic(), sum(max(0, part.offset) for part in offsets.values()))

    def close(self) -> None:
        self._admin.close()
