"""How far a consumer group is behind."""

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import RetriableError

from streams.topics.reach import ANSWER_S, BrokerUnreachable, admin_of
from streams.topics.verify import partition_counts

FETCH_WAIT_MS = 100
"""How long a broker may wait for records before it answers where a partition ends."""


class PartitionLag(msgspec.Struct, frozen=True):
    """How far a consumer group is behind in a partition, in records.

    `committed` is the next offset that the group will read, None if it has not committed any; `start` and
    `end` are the first offset there is and the one that the next record will get.
    """

    committed: int | None
    start: int
    end: int

    @property
    def behind(self) -> int:
        """Records that are still to be read: all there are, if nothing is committed."""
        return max(0, self.end - max(self.start, self.committed or 0))


def lag(bootstrap: str, group: str, topic: str, **client: Any) -> dict[int, PartitionLag]:
    """Return by partition how far consumer group `group` is behind in `topic`.

    Raises
    ------
    BrokerUnreachable, KafkaRefused
        No broker answers, or it does not let us in.
    LookupError
        There is no such topic.

    Notes
    -----
    The end of a partition is taken from a fetch, not from the answer to "what is the latest offset": the
    embedded broker answers that one with the *first* offset of the last batch, plus one.
    """
    with admin_of(bootstrap, client) as admin:
        count = partition_counts(admin, [topic]).get(topic)
        if count is None:
            raise LookupError(f"topic {topic!r} does not exist")
        parts = [TopicPartition(topic, number) for number in range(count)]
        committed = _group_offsets(admin, group, parts)
        starts = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.EARLIEST))
        latest = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST))
        ends = _ends(bootstrap, {part: latest[part].offset for part in parts}, client)
    return {
        part.partition: PartitionLag(
            committed=committed[part].offset if committed[part].offset >= 0 else None,
            start=starts[part].offset,
            end=ends[part],
        )
        for part in parts
    }


def _group_offsets(admin: KafkaAdminClient, group: str, parts: Sequence[TopicPartition]) -> dict[TopicPartition, Any]:
    """Return what a group has committed; who keeps that may have to be made first, or to be found anew."""
    deadline = time.monotonic() + ANSWER_S
    while True:
        try:
            return dict(admin.list_group_offsets({group: list(parts)})[group])
        except RetriableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _ends(bootstrap: str, latest: dict[TopicPartition, int], client: dict[str, Any]) -> dict[TopicPartition, int]:
    """Return the offsets that the next records will get, as a fetch from `latest` on tells them."""
    settings = {"fetch_max_wait_ms": FETCH_WAIT_MS, "enable_auto_commit": False} | client
    consumer = KafkaConsumer(bootstrap_servers=bootstrap.split(","), **settings)
    try:
        consumer.assign(list(latest))
        for part, offset in latest.items():
            consumer.seek(part, offset)
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            consumer.poll(timeout_ms=2 * FETCH_WAIT_MS)
            ends = {part: consumer.highwater(part) for part in latest}
            if None not in ends.values():
                return ends
        raise BrokerUnreachable(f"{bootstrap} does not serve every partition of {min(latest).topic!r}")
    finally:
        consumer.close()
