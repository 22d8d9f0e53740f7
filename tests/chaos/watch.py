"""How far a group is, and which worker has what, seen from outside."""

import json
from contextlib import suppress
from pathlib import Path

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import KafkaError

from streams.topics import BrokerUnreachable, lag

ASK_MS = 3_000


class Watch:
    """What a consumer group has committed, of topics whose partitions are known.

    Parameters
    ----------
    bootstrap, group
        Where, and whose.
    topics
        Full names of topics with `partitions` partitions each.
    """

    def __init__(self, bootstrap: str, group: str, topics: tuple[str, ...], partitions: int) -> None:
        self._bootstrap, self._group, self._topics = bootstrap, group, topics
        self._parts = [TopicPartition(topic, number) for topic in topics for number in range(partitions)]
        self._admin: KafkaAdminClient | None = None

    def committed(self) -> dict[str, int] | None:
        """The sum of the committed offsets by topic; None while the broker does not say."""
        try:
            if self._admin is None:
                self._admin = KafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=ASK_MS)
            offsets = self._admin.list_group_offsets({self._group: self._parts})[self._group]
        except (KafkaError, OSError):
            self.close()
            return None
        sums = dict.fromkeys(self._topics, 0)
        for part, known in offsets.items():
            sums[part.topic] += max(known.offset, 0)
        return sums

    def behind(self) -> dict[str, int] | None:
        """Records that are not dealt with by topic; None while the broker does not say."""
        with suppress(KafkaError, OSError, BrokerUnreachable):
            return {
                topic: sum(part.behind for part in lag(self._bootstrap, self._group, topic).values())
                for topic in self._topics
            }
        return None

    def close(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            with suppress(KafkaError, OSError):
                admin.close()


def partitions_in(log: Path) -> str:
    """The partitions that a worker was assigned last, as its log says; "?" before it says anything."""
    with suppress(OSError, ValueError):
        for line in reversed(log.read_text(errors="replace").splitlines()):
            if '"partitions assigned"' in line:
                return ",".join(map(str, json.loads(line)["partitions"])) or "nothing"
    return "?"
