"""What all workers of the group rejected lately, as the topic of dead letters tells it to whoever looks."""

import time
from collections import Counter
from collections.abc import Iterator

import msgspec
from kafka import KafkaConsumer, TopicPartition

from scoring.unreadable import UNREADABLE
from streams.kafka import KafkaAccess
from streams.topics import lag

SAMPLE = 2_000
"""So many of a partition's latest letters are read per look; the reasons of more are those of these, in proportion."""

WITHIN_S = 10.0
_FETCH_WAIT_MS = 200


class _Letter(msgspec.Struct):
    reason: str
    reasons: dict[str, int] = {}


_decoder = msgspec.json.Decoder(_Letter)


class Rejections:
    """Follows the dead letters.

    Parameters
    ----------
    kafka, group
        Where to look, and a consumer group's name that says who asks; nothing is committed for it.
    topic
        The dead letters' name on the broker.
    """

    def __init__(self, kafka: KafkaAccess, group: str, topic: str) -> None:
        self._kafka = kafka
        self._group = group
        self._topic = topic
        self._ends: dict[int, int] = {}

    def look(self) -> dict[str, int]:
        """How many records were rejected since the last look, by reason; at the first one, none. Blocks.

        Raises
        ------
        BrokerUnreachable, LookupError, OSError
            If no broker answers, or there is no such topic.
        """
        known = lag(self._kafka.bootstrap, self._group, self._topic, **self._kafka.client)
        ends = {partition: each.end for partition, each in known.items()}
        before, self._ends = self._ends, ends
        news = {partition: end - before.get(partition, end) for partition, end in ends.items()}
        starts = {
            TopicPartition(self._topic, partition): max(known[partition].start, ends[partition] - min(number, SAMPLE))
            for partition, number in news.items()
            if number > 0
        }
        tallies = {part: Tally() for part in starts}
        for part, value in self._read(starts):
            tallies[part].add(value)
        total: Counter[str] = Counter()
        for part, tally in tallies.items():
            total.update(tally.total(of=news[part.partition]))
        return dict(total)

    def _read(self, starts: dict[TopicPartition, int]) -> Iterator[tuple[TopicPartition, bytes]]:
        """Read from some offsets to the end as it is known."""
        if not starts:
            return
        settings = {"fetch_max_wait_ms": _FETCH_WAIT_MS, "enable_auto_commit": False} | self._kafka.client
        consumer = KafkaConsumer(bootstrap_servers=self._kafka.servers, **settings)
        try:
            consumer.assign(list(starts))
            for part, offset in starts.items():
                consumer.seek(part, offset)
            deadline = time.monotonic() + WITHIN_S
            while time.monotonic() < deadline and any(consumer.position(p) < self._ends[p.partition] for p in starts):
                for part, records in consumer.poll(timeout_ms=_FETCH_WAIT_MS).items():
                    yield from ((part, each.value) for each in records if each.offset < self._ends[part.partition])
        finally:
            consumer.close()


class Tally:
    """Counts rejected records by reason, from the latest dead letters of a partition."""

    def __init__(self) -> None:
        self._letters = 0
        self._alone: Counter[str] = Counter()
        self._withheld: Counter[str] = Counter()

    def add(self, value: bytes) -> None:
        """Read a letter; one that stands for many tells how many of which reason."""
        self._letters += 1
        try:
            letter = _decoder.decode(value)
        except UNREADABLE:
            return  # somebody else's
        if letter.reasons:
            self._withheld.update(letter.reasons)
        else:
            self._alone[letter.reason] += 1

    def total(self, *, of: int) -> dict[str, int]:
        """How many were rejected, if there were `of` letters in all, of which these are the latest."""
        scale = max(1.0, of / self._letters) if self._letters else 1.0
        return dict(Counter({reason: round(n * scale) for reason, n in self._alone.items()}) + self._withheld)
