"""The bulk path: chunks of one partition, in order, none lost, none committed unasked."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import faust
import msgspec
import pytest
from aiokafka import ConsumerRecord
from faust.exceptions import ImproperlyConfigured
from faust.types import TP, Message
from hypothesis import given
from hypothesis import strategies as st
from kafka import KafkaProducer

from streams.bulk import Chunk, bulk_scheduler, bulk_topic, commit_offsets
from streams.topics import TopicSpec, ensure_topics, lag
from tests.integration.apps.bulk_reader import GROUP, Seen
from tests.integration.conftest import Process

PARTITIONS = 4


def record(topic: str, partition: int, offset: int, value: bytes = b"{}") -> ConsumerRecord[bytes, bytes]:
    return ConsumerRecord(topic, partition, offset, 1_700_000_000_000, 0, b"k", value, None, 1, len(value), ())


def fetch(topic: str, partition: int, offsets: range) -> dict[TP, list[ConsumerRecord[bytes, bytes]]]:
    return {TP(topic, partition): [record(topic, partition, offset) for offset in offsets]}


class TestScheduler:
    def test_gathers_a_partition_into_chunks_of_at_most_the_maximum(self) -> None:
        scheduler = bulk_scheduler(["mentions"], max_records=3)()
        delivered = list(scheduler.iterate(fetch("mentions", 1, range(10, 18))))
        assert [(tp, message.offset) for tp, message in delivered] == [
            (TP("mentions", 1), 12),
            (TP("mentions", 1), 15),
            (TP("mentions", 1), 17),
        ]
        chunk = delivered[-1][1].value
        assert (chunk.tp, [r.offset for r in chunk.records]) == (TP("mentions", 1), [16, 17])
        assert (len(chunk), chunk.next_offset) == (2, 18)

    def test_leaves_other_topics_alone(self) -> None:
        scheduler = bulk_scheduler(["mentions"])()
        records = fetch("verdicts", 0, range(3))
        assert [message for _, message in scheduler.iterate(records)] == records[TP("verdicts", 0)]

    def test_takes_turns_between_topics_and_partitions(self) -> None:
        scheduler = bulk_scheduler(["mentions"], max_records=2)()
        records = fetch("mentions", 0, range(4)) | fetch("mentions", 1, range(4)) | fetch("verdicts", 0, range(2))
        turns = [(tp.topic, tp.partition) for tp, _ in scheduler.iterate(records)]
        assert turns[:4] == [("mentions", 0), ("verdicts", 0), ("mentions", 1), ("verdicts", 0)]

    @given(
        lengths=st.lists(st.integers(0, 40), max_size=6),
        max_records=st.integers(1, 20),
    )
    def test_delivers_every_record_once_and_in_order(self, lengths: list[int], max_records: int) -> None:
        records: dict[TP, list[ConsumerRecord[bytes, bytes]]] = {}
        for partition, length in enumerate(lengths):
            records |= fetch("mentions", partition, range(7, 7 + length))
        got: dict[TP, list[int]] = defaultdict(list)
        for tp, message in bulk_scheduler(["mentions"], max_records)().iterate(records):
            assert 1 <= len(message.value) <= max_records
            got[tp] += [r.offset for r in message.value.records]
        assert got == {tp: [r.offset for r in batch] for tp, batch in records.items() if batch}

    @pytest.mark.parametrize(
        ("topics", "max_records", "says"),
        [
            pytest.param("mentions", 500, "topics: 'mentions'", id="a name instead of names"),
            pytest.param(["mentions"], 0, "max_records: 0", id="chunks of nothing"),
        ],
    )
    def test_refuses(self, topics: list[str], max_records: int, says: str) -> None:
        with pytest.raises(ValueError, match=says):
            bulk_scheduler(topics, max_records)


class TestChunk:
    @pytest.mark.parametrize(
        ("offset", "left"),
        [(0, [5, 6, 9]), (5, [5, 6, 9]), (6, [6, 9]), (7, [9]), (9, [9]), (10, [])],
        ids=str,
    )
    def test_since_an_offset(self, offset: int, left: list[int]) -> None:
        chunk = Chunk(TP("mentions", 0), [record("mentions", 0, at) for at in (5, 6, 9)])
        assert [r.offset for r in chunk.since(offset)] == left


async def test_a_bulk_topic_without_its_scheduler_says_what_is_missing() -> None:
    topic = bulk_topic(faust.App("forgetful", web_enabled=False), "mentions", partitions=1)
    single = Message("mentions", 0, 0, 0.0, 0, None, b"k", b"{}", None)
    with pytest.raises(ImproperlyConfigured, match=r"ConsumerScheduler=bulk_scheduler\(\['mentions'\]\)"):
        await topic.decode(single)


async def test_committing_nothing_needs_no_broker() -> None:
    assert not await commit_offsets(faust.App("idle", web_enabled=False), {})


class Reader:
    """The bulk reader as a process, what it has written so far, and what its group has committed."""

    def __init__(self, bootstrap: str, topic: str, out: Path, start: Callable[..., Process]) -> None:
        self._bootstrap, self._topic, self._out, self._start = bootstrap, topic, out, start

    def start(self, commit_up_to: int = 1_000_000) -> Process:
        app = "tests.integration.apps.bulk_reader"
        return self._start(app, self._bootstrap, self._topic, str(PARTITIONS), str(self._out), str(commit_up_to))

    def committed(self) -> set[int | None]:
        lags = lag(self._bootstrap, GROUP.format(topic=self._topic), self._topic)
        return {part.committed for part in lags.values()}

    def chunks(self) -> list[Seen]:
        lines = self._out.read_bytes().split(b"\n")[:-1] if self._out.exists() else []
        return [msgspec.json.decode(line, type=Seen) for line in lines]


def offsets(chunks: list[Seen]) -> dict[int, list[int]]:
    seen: dict[int, list[int]] = {number: [] for number in range(PARTITIONS)}
    for chunk in chunks:
        seen[chunk.partition] += chunk.offsets
    return seen


def every(start: int, stop: int) -> dict[int, list[int]]:
    return {number: list(range(start, stop)) for number in range(PARTITIONS)}


def produce(bootstrap: str, topic: str, values: list[bytes | None]) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, linger_ms=5)
    for number, value in enumerate(values):
        producer.send(topic, value, key=b"thread-%d" % number, partition=number % PARTITIONS)
    producer.close()


@pytest.fixture
def topic(kafka_bootstrap: str, topic_prefix: str) -> str:
    name = f"{topic_prefix}mentions"
    ensure_topics(kafka_bootstrap, [TopicSpec(name, PARTITIONS)])
    return name


@pytest.mark.both_brokers
def test_a_worker_reads_all_once_in_order_and_resumes_where_it_committed(
    kafka_bootstrap: str, topic: str, tmp_path: Path, start_process: Callable[..., Process]
) -> None:
    values: list[bytes | None] = [b'{"id": %d}' % number for number in range(20_000)]
    poison = {0: b"{not json", 1: None, 6_002: b"\xff\xfe", 19_999: b'["no", "object"]'}
    for number, value in poison.items():
        values[number] = value
    produce(kafka_bootstrap, topic, values)
    reader = Reader(kafka_bootstrap, topic, tmp_path / "seen.jsonl", start_process)

    first = reader.start(commit_up_to=0)
    first.until(lambda: sum(len(chunk.offsets) for chunk in reader.chunks()) >= 20_000)
    first.stop()
    chunks = reader.chunks()
    assert offsets(chunks) == every(0, 5_000)
    assert max(len(chunk.offsets) for chunk in chunks) == 300
    rejected = {(chunk.partition, offset) for chunk in chunks for offset in chunk.rejected}
    assert rejected == {(number % PARTITIONS, number // PARTITIONS) for number in poison}
    assert reader.committed() == {None}, "nothing is committed unasked, not even at a clean end"

    second = reader.start(commit_up_to=1_234)
    second.until(lambda: reader.committed() == {1_234})
    second.kill()
    read = len(reader.chunks())

    produce(kafka_bootstrap, topic, values[:1_000])
    third = reader.start()
    third.until(lambda: reader.committed() == {5_250})
    assert offsets(reader.chunks()[read:]) == every(1_234, 5_250)


@pytest.mark.both_brokers
def test_a_second_worker_takes_its_share_and_none_is_lost(
    kafka_bootstrap: str, topic: str, tmp_path: Path, start_process: Callable[..., Process]
) -> None:
    produce(kafka_bootstrap, topic, [b"{}"] * 4_000)
    one = Reader(kafka_bootstrap, topic, tmp_path / "one.jsonl", start_process)
    two = Reader(kafka_bootstrap, topic, tmp_path / "two.jsonl", start_process)

    first = one.start(commit_up_to=400)
    first.until(lambda: one.committed() == {400})
    second = two.start()
    second.until(lambda: bool(two.chunks()), within_s=60)
    produce(kafka_bootstrap, topic, [b"{}"] * 4_000)
    first.until(lambda: all(1_999 in seen for seen in offsets(one.chunks() + two.chunks()).values()))

    assert {part: set(seen) for part, seen in offsets(one.chunks() + two.chunks()).items()} == {
        part: set(range(2_000)) for part in range(PARTITIONS)
    }
    taken = {part: seen for part, seen in offsets(two.chunks()).items() if seen}
    assert 0 < len(taken) < PARTITIONS
    assert {seen[0] for seen in taken.values()} == {400}, "it starts where the group committed"
