"""A sealed changelog on real Kafka: it compacts, and it goes down and comes back."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from kafka import KafkaAdminClient

from streams.changelog import Recovered
from streams.changelog.records import CLAIM, CLAIM_VALUE, SEAL, Record
from streams.kafka import KafkaAccess
from streams.topics import TopicSpec, ensure_topics
from tests.brokers import RealKafka, tools_are_there
from tests.integration.changelogs import Member, Stage, owner_of, soon

pytestmark = pytest.mark.skipif(not tools_are_there(), reason="needs java and mvn")

LAG_S = 3.0
COMPACTED_SOON = {
    "cleanup.policy": "compact",
    "min.compaction.lag.ms": f"{1000 * LAG_S:.0f}",
    "min.cleanable.dirty.ratio": "0.01",
    "segment.ms": "200",
    "delete.retention.ms": "500",
}


@asynccontextmanager
async def stage_at(kafka: RealKafka, topic: str) -> AsyncIterator[Stage]:
    stage = Stage(KafkaAccess(kafka.bootstrap), topic)
    try:
        yield stage
    finally:
        await stage.close()


def make_topic(kafka: RealKafka, topic: str) -> None:
    """Make a topic that is compacted sooner than the service's are."""
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1, "configs": COMPACTED_SOON}})
    admin.wait_for_topics([topic])
    admin.close()


async def keep_sealing(member: Member, stage: Stage, within_s: float = 60.0) -> None:
    """Write empty checkpoints until compaction has taken all but one claim and a few seals, and the deletion."""
    deadline = time.monotonic() + within_s
    while True:
        await member.log.write(0, [], b"last")
        keys = [record.key for record in await stage.records()]
        if keys.count(CLAIM) == 1 and b"gone" not in keys and keys.count(b"a") == keys.count(b"b") == 1:
            return
        assert time.monotonic() < deadline, keys


async def test_what_is_recovered_is_the_same_after_compaction(real_kafka: RealKafka, topic_prefix: str) -> None:
    topic = topic_prefix + "threads"
    make_topic(real_kafka, topic)
    async with stage_at(real_kafka, topic) as stage:
        first = await stage.member()
        await first.log.take_over([0])
        for number in range(5):
            await first.log.write(0, [("a", b"%d" % number), ("gone", b"1")], b"first")
        await first.log.write(0, [("b", b"1"), ("gone", None)], b"first")
        second = await stage.member()
        await second.log.take_over([0])
        await second.log.write(0, [("a", b"5")], b"second")
        third = await stage.member()
        await third.log.take_over([0])
        await stage.straggler(
            owner_of(0, checkpoints=6), [("a", b"late"), ("b", b"late"), ("gone", b"late")], sealed=True
        )
        await soon(lambda: len(third.stray) == 3)
        await third.log.write(0, [("gone", None), ("b", b"1"), ("a", b"5")], b"third")
        await keep_sealing(third, stage)
        left = await stage.records()
        assert [record.key for record in left if record.key != SEAL] == [CLAIM, b"b", b"a"]
        assert await stage.read() == Recovered({"b": b"1", "a": b"5"}, b"last", frozenset())


async def test_a_row_is_used_rather_than_lost_if_nobody_healed_it(real_kafka: RealKafka, topic_prefix: str) -> None:
    topic = topic_prefix + "threads"
    make_topic(real_kafka, topic)
    async with stage_at(real_kafka, topic) as stage:
        member = await stage.member()
        await member.log.take_over([0])
        await member.log.write(0, [("a", b"1"), ("b", b"1")], b"sealed")
        await stage.straggler(owner_of(0), [("a", b"half"), ("new", b"half")], sealed=False)
        deadline = time.monotonic() + 60.0
        while (await stage.values_of(b"a")) != [b"half"]:
            await stage.send([Record(CLAIM, CLAIM_VALUE, None)])
            assert time.monotonic() < deadline
        assert await stage.read() == Recovered({"b": b"1", "a": b"half"}, b"sealed", frozenset({"a", "new"}))


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealKafka]:
    """A broker that may be restarted."""
    with RealKafka(tmp_path_factory.mktemp("own")) as broker:
        yield broker


async def test_all_goes_on_after_the_broker_was_away(own_kafka: RealKafka, topic_prefix: str) -> None:
    topic = topic_prefix + "threads"
    ensure_topics(own_kafka.bootstrap, [TopicSpec(topic, 2, compacted=True)])
    async with stage_at(own_kafka, topic) as stage:
        member = await stage.member(patience_s=60.0)
        await member.log.take_over([0])
        await member.log.take_over([0])
        await member.log.write(0, [("a", b"1"), ("b", b"1")], b"before")
        other = await stage.member(patience_s=60.0)
        restart = asyncio.create_task(asyncio.to_thread(own_kafka.restart, 2.0, crash=True))
        await asyncio.sleep(0.5)
        _, found, _ = await asyncio.gather(
            member.log.write(0, [("a", b"2")], b"after"), other.log.take_over([1]), restart
        )
        assert found == {1: Recovered({}, None, frozenset())}
        await stage.straggler(owner_of(0), [("b", b"late")], sealed=False)
        await soon(lambda: member.stray == [(0, "b")])
        assert member.superseded == []
        assert await stage.read() == Recovered({"b": b"1", "a": b"2"}, b"after", frozenset({"b"}))
