"""The edge of a sealed changelog: owners, stragglers and a broker, over real sockets."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from streams.broker import EmbeddedBroker
from streams.changelog import Changelog, Recovered, RowTooLarge, Superseded, follow
from streams.changelog.records import CLAIM, CLAIM_VALUE, SEAL, Record
from streams.kafka import KafkaAccess
from streams.topics import BrokerUnreachable, TopicSpec, ensure_topics
from tests.integration.changelogs import Stage, owner_of, soon

pytestmark = pytest.mark.both_brokers


@pytest.fixture
async def stage(kafka_bootstrap: str, topic_prefix: str) -> AsyncIterator[Stage]:
    topic = topic_prefix + "threads"
    ensure_topics(kafka_bootstrap, [TopicSpec(topic, 3, compacted=True)])
    stage = Stage(KafkaAccess(kafka_bootstrap), topic)
    yield stage
    await stage.close()


async def test_what_was_sealed_is_found_by_the_next_owner(stage: Stage) -> None:
    first = await stage.member()
    assert await first.log.take_over([0, 2]) == dict.fromkeys([0, 2], Recovered({}, None, frozenset()))
    await first.log.write(0, [("a", b"1"), ("b", b"2"), ("\x00claim", b"hostile")], b"at 5")
    await first.log.write(0, [("a", b"3"), ("b", None)], b"at 9")
    await first.log.write(2, [], b"at 1")
    second = await stage.member()
    told: list[tuple[int, int]] = []
    found = await second.log.take_over([0, 1, 2], lambda read, expected: told.append((read, expected)))
    assert found == {
        0: Recovered({"\x00claim": b"hostile", "a": b"3"}, b"at 9", frozenset()),
        1: Recovered({}, None, frozenset()),
        2: Recovered({}, b"at 1", frozenset()),
    }
    assert [*found[0].rows] == ["\x00claim", "a"]
    assert told[-1] == (13, 13)  # claims of two owners, of which one has not claimed partition 1; rows and seals
    await soon(lambda: sorted(first.superseded) == [0, 2])
    assert second.superseded == second.stray == []


async def test_rows_without_a_seal_do_not_count_and_are_to_be_healed(stage: Stage) -> None:
    first = await stage.member()
    await first.log.take_over([0])
    await first.log.write(0, [("a", b"1")], b"sealed")
    await stage.straggler(owner_of(0), [("a", b"half"), ("new", b"half")], sealed=False)
    second = await stage.member()
    found = (await second.log.take_over([0]))[0]
    assert found == Recovered({"a": b"1"}, b"sealed", frozenset({"a", "new"}))
    await second.log.write(0, [("a", b"1"), ("new", None)], b"sealed")
    assert await stage.read() == Recovered({"a": b"1"}, b"sealed", frozenset())


async def test_a_straggler_changes_nothing_and_its_keys_are_reported(stage: Stage) -> None:
    first = await stage.member()
    await first.log.take_over([0])
    await first.log.write(0, [("a", b"1"), ("b", b"1")], b"first")
    second = await stage.member()
    await second.log.take_over([0])
    await second.log.write(0, [("a", b"2")], b"second")
    await stage.straggler(owner_of(0), [("b", b"late"), ("a", b"late")], sealed=True)
    await soon(lambda: second.stray == [(0, "b"), (0, "a")])
    await second.log.write(0, [("b", b"1"), ("a", b"2")], b"second")
    assert await stage.read() == Recovered({"b": b"1", "a": b"2"}, b"second", frozenset())


async def test_the_last_seal_is_made_ours_again_after_a_stragglers(stage: Stage) -> None:
    first = await stage.member()
    await first.log.take_over([0])
    await first.log.write(0, [("a", b"1")], b"ours")
    second = await stage.member()
    await second.log.take_over([0])
    await stage.straggler(owner_of(0), [], sealed=True)
    for _ in range(100):
        if (seals := await stage.values_of(SEAL))[-1] == b"ours":
            break
        await asyncio.sleep(0.05)
    assert seals == [b"ours", b"straggler", b"ours"]
    assert second.superseded == second.stray == []


async def test_a_stragglers_seal_before_the_take_over_is_healed_at_once(stage: Stage) -> None:
    first = await stage.member()
    await first.log.take_over([0])
    await first.log.write(0, [("a", b"1")], b"ours")
    await stage.send([Record(CLAIM, CLAIM_VALUE, None)])
    await stage.straggler(owner_of(0), [], sealed=True)
    assert await stage.read() == Recovered({"a": b"1"}, b"ours", frozenset())
    assert await stage.values_of(SEAL) == [b"ours", b"straggler", b"ours"]


async def test_a_checkpoint_that_comes_too_late_raises(stage: Stage) -> None:
    first = await stage.member()
    await first.log.take_over([0, 1])
    await first.log.write(0, [("a", b"1")], b"first")
    await stage.send([Record(CLAIM, CLAIM_VALUE, None)])
    with pytest.raises(Superseded, match="claimed by somebody else"):
        await first.log.write(0, [("a", b"2")], b"too late")
    with pytest.raises(Superseded, match="held by somebody else"):
        await first.log.write(0, [("a", b"2")], b"still")
    await first.log.write(1, [("a", b"2")], b"of another partition")
    assert first.superseded == [0]
    assert await stage.read() == Recovered({"a": b"1"}, b"first", frozenset({"a"}))


async def test_a_checkpoint_counts_though_a_straggler_writes_before_it(stage: Stage) -> None:
    member = await stage.member()
    await member.log.take_over([0])
    await member.log.take_over([0])
    await stage.straggler(owner_of(0), [("b", b"late")], sealed=False)
    await member.log.write(0, [("b", b"1")], b"ours")
    await member.log.write(0, [("a", b"1")], b"ours")
    assert await stage.read() == Recovered({"b": b"1", "a": b"1"}, b"ours", frozenset())


async def test_what_was_released_is_neither_written_nor_followed(stage: Stage) -> None:
    member = await stage.member()
    await member.log.take_over([0])
    member.log.release()
    with pytest.raises(Superseded, match="not held"):
        await member.log.write(0, [("a", b"1")], b"")
    await stage.read()
    assert member.superseded == []
    await member.log.take_over([0])
    await member.log.write(0, [("a", b"1")], b"again")
    assert (await stage.read()).seal == b"again"


async def test_rows_that_nobody_marked_are_used_until_somebody_writes_them(stage: Stage) -> None:
    await stage.send([Record(b"old", b"1", None), Record(b"older", b"1", None), Record(b"older", None, None)])
    member = await stage.member()
    assert (await member.log.take_over([0]))[0] == Recovered({"old": b"1"}, None, frozenset({"old", "older"}))
    await member.log.write(0, [("old", b"2"), ("older", None)], b"new")
    await stage.send([Record(b"old", b"by hand", None)])
    await soon(lambda: member.stray == [(0, "old")])
    assert await stage.read() == Recovered({"old": b"2"}, b"new", frozenset({"old"}))


async def test_large_rows_go_through_and_too_large_ones_are_refused(stage: Stage) -> None:
    member = await stage.member()
    await member.log.take_over([0])
    large = {f"row {number}": bytes([number]) * 940_000 for number in range(3)}
    with pytest.raises(RowTooLarge, match=r"key has 9 bytes and its value 950000, both together may have 950000"):
        await member.log.write(0, [*large.items(), ("too large", bytes(950_000))], b"")
    await member.log.write(0, [*large.items(), ("small", b"1")], b"sealed")
    assert await stage.read() == Recovered({**large, "small": b"1"}, b"sealed", frozenset())


async def test_a_hundred_thousand_rows_are_found_again(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {f"thread {number:024}": b"%0200d" % number for number in range(100_000)}
    first = await stage.member()
    await first.log.take_over([0])
    start = time.perf_counter()
    await first.log.write(0, [*rows.items()], b"sealed")
    wrote = time.perf_counter() - start
    start = time.perf_counter()
    found = await stage.read()
    read = time.perf_counter() - start
    assert found == Recovered(rows, b"sealed", frozenset())
    with capsys.disabled():
        sys.stdout.write(f"\nchangelog: {len(rows) / wrote:,.0f} rows/s written, {len(rows) / read:,.0f} rows/s read\n")


async def test_followers_see_what_is_sealed(stage: Stage) -> None:
    member = await stage.member()
    await member.log.take_over([0, 2])
    await member.log.write(0, [("a", b"1"), ("b", b"1")], b"")
    async with asyncio.timeout(20), aclosing(follow(stage.kafka, [stage.topic], 3)) as changes:
        assert [(await anext(changes))[1:] for _ in range(2)] == [(0, "a", b"1"), (0, "b", b"1")]
        await stage.straggler(owner_of(0), [("a", b"half")], sealed=False)
        await member.log.write(2, [("c", b"2")], b"")
        assert await anext(changes) == (stage.topic, 2, "c", b"2")
        await member.log.take_over([0])
        await member.log.write(0, [("a", None)], b"")
        assert await anext(changes) == (stage.topic, 0, "a", None)


async def test_a_broker_that_is_not_there_is_given_up(unused_tcp_port: int) -> None:
    log = Changelog(
        KafkaAccess(f"127.0.0.1:{unused_tcp_port}"),
        "none",
        on_stray=lambda *_: None,
        on_superseded=lambda _: None,
        patience_s=1.0,
    )
    with pytest.raises(BrokerUnreachable, match="no Kafka broker has answered for 1 s, cannot write 'none'"):
        await log.start()


async def test_a_broker_that_goes_away_is_given_up() -> None:
    with EmbeddedBroker() as broker:
        ensure_topics(broker.bootstrap, [TopicSpec("threads", 1, compacted=True)])
        stage = Stage(KafkaAccess(broker.bootstrap), "threads")
        member = await stage.member(patience_s=1.0)
    with pytest.raises(BrokerUnreachable, match="no Kafka broker has answered for 1 s, cannot write 'threads'"):
        await member.log.take_over([0])
    await stage.close()


async def test_who_cannot_take_note_of_others_any_more_is_told_so(stage: Stage) -> None:
    lost: list[int] = []

    def fail(_partition: int, _key: str) -> None:
        raise RuntimeError

    log = Changelog(stage.kafka, stage.topic, on_stray=fail, on_superseded=lost.append)
    await log.start()
    await log.take_over([0, 1])
    await stage.send([Record(b"a", b"by hand", None)])
    await soon(lambda: sorted(lost) == [0, 1])
    with pytest.raises(Superseded):
        await log.write(0, [], b"")
    await log.stop()
