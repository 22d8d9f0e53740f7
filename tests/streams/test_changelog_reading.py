"""A sealed changelog is read as its rightful owner left it, whatever others write and the broker throws away."""

from random import Random

import pytest
from changelog_life import Life
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from streams.changelog.reading import Reading, Recovered
from streams.changelog.records import CLAIM, CLAIM_VALUE, NOTHING, SEAL, Record, decode_key, encode_key, read_mark
from streams.changelog.writing import MAX_ROW_BYTES, Owner, RowTooLarge

ROWS = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from([b"1", b"2", b"3", b"4", None])), max_size=4)
SEALS = st.binary(min_size=1, max_size=1)
CHANCE = st.integers(0, 2**16).map(Random)
COUNT = st.integers(1, 5)


class ChangelogLife(RuleBasedStateMachine):
    """Whoever takes over finds what was sealed last by the rightful owner, and what must be healed."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life()

    @rule(middle=st.floats(0, 1), compacted=st.none() | CHANCE)
    def take_over(self, middle: float, compacted: Random | None) -> None:
        life = self.life
        found = life.take_over(middle, compacted)
        assert [*found.rows.items()] == [*life.rows.items()]
        assert found.seal == life.seal
        assert found.stray <= {decode_key(key) for key in life.unhealed}
        assert life.what_compaction_would_leave(found.stray) == {
            key: row for key, row in life.rows.items() if key not in found.stray
        }

    @precondition(lambda self: self.life.worker)
    @rule(rows=ROWS, seal=SEALS)
    def checkpoint(self, rows: list[tuple[str, bytes | None]], seal: bytes) -> None:
        worker = self.life.worker
        assert worker is not None
        if not worker.unsent:
            worker.prepare(rows, seal)
        self.life.send(worker, len(worker.unsent))
        assert worker.rows == self.life.rows

    @precondition(lambda self: self.life.worker and not self.life.worker.unsent)
    @rule(rows=ROWS, seal=SEALS, count=COUNT)
    def part_of_a_checkpoint(self, rows: list[tuple[str, bytes | None]], seal: bytes, count: int) -> None:
        worker = self.life.worker
        assert worker is not None
        worker.prepare(rows, seal)
        self.life.send(worker, count)

    @precondition(lambda self: self.life.worker and self.life.worker.seal_again)
    @rule()
    def seal_again(self) -> None:
        worker = self.life.worker
        assert worker is not None
        if not worker.unsent and worker.owner.seal is not None:
            worker.prepare([], worker.owner.seal)
            self.life.send(worker, len(worker.unsent))

    @precondition(lambda self: self.life.worker)
    @rule()
    def freeze(self) -> None:
        assert self.life.worker is not None
        self.life.frozen.append(self.life.worker)
        self.life.worker = None

    @precondition(lambda self: self.life.frozen)
    @rule(which=st.integers(0, 9), rows=ROWS, seal=SEALS, count=COUNT)
    def wake_up(self, which: int, rows: list[tuple[str, bytes | None]], seal: bytes, count: int) -> None:
        worker = self.life.frozen[which % len(self.life.frozen)]
        if not worker.unsent:
            worker.prepare(rows, seal)
        self.life.send(worker, count)

    @rule()
    def claim_only(self) -> None:
        self.life.claim()

    @precondition(lambda self: self.life.worker and self.life.worker.sent)
    @rule(back=st.integers(1, 6), count=COUNT)
    def arrive_twice(self, back: int, count: int) -> None:
        assert self.life.worker is not None
        for record in self.life.worker.sent[-back:][:count]:
            self.life.write(record)

    @rule()
    def bury_the_frozen(self) -> None:
        self.life.frozen.clear()

    @rule(share=st.sampled_from([0.3, 0.7, 1.0]), chance=CHANCE)
    def compact(self, share: float, chance: Random) -> None:
        self.life.compact(share, chance)


ChangelogLife.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
TestChangelogLife = ChangelogLife.TestCase


def read(*records: Record) -> Recovered:
    reading = Reading()
    for offset, record in enumerate(records):
        reading.feed(offset, *record)
    return reading.result()


def checkpoint(owner: Owner, *rows: tuple[str, bytes | None]) -> list[Record]:
    return owner.checkpoint(rows, b"sealed")[1]


CLAIMED = Record(CLAIM, CLAIM_VALUE, None)
EMPTY = Recovered({}, None, frozenset())


def test_of_a_key_that_never_had_a_valid_row_a_void_one_does_not_count() -> None:
    *rows, _ = checkpoint(Owner(0, NOTHING, EMPTY), ("a", b"half"))
    assert read(CLAIMED, *rows) == Recovered({}, None, frozenset({"a"}))


def test_of_a_key_whose_valid_row_is_gone_a_void_one_counts() -> None:
    owner = Owner(0, NOTHING, EMPTY)
    *_, seal = checkpoint(owner, ("a", b"compacted away"), ("b", b"too"))
    *rows, _ = checkpoint(owner, ("a", b"half"), ("b", None))
    assert read(CLAIMED, seal, *rows) == Recovered({"a": b"half"}, b"sealed", frozenset({"a", "b"}))


def test_a_void_seal_counts_if_the_valid_one_is_gone() -> None:
    owner = Owner(0, NOTHING, EMPTY)
    checkpoint(owner)
    assert read(CLAIMED, CLAIMED, *checkpoint(owner)).seal == b"sealed"
    assert read(CLAIMED, CLAIMED, *checkpoint(Owner(0, NOTHING, EMPTY))).seal is None


@pytest.mark.parametrize("mark", [None, b"", b"not one of ours", bytes(200)], ids=["none", "empty", "short", "long"])
def test_what_no_owner_has_written_is_used_until_its_key_is_written_anew(mark: bytes | None) -> None:
    by_hand = Record(b"a", b"by hand", mark)
    assert read(by_hand, CLAIMED) == Recovered({"a": b"by hand"}, None, frozenset({"a"}))
    written = checkpoint(Owner(1, NOTHING, EMPTY), ("a", b"1"))
    assert read(by_hand, CLAIMED, *written) == Recovered({"a": b"1"}, b"sealed", frozenset())
    assert read(by_hand, CLAIMED, *written, by_hand, Record(SEAL, b"by hand", mark)) == Recovered(
        {"a": b"1"}, b"sealed", frozenset({"a"})
    )


def test_of_a_key_that_is_twice_in_a_checkpoint_the_last_row_counts() -> None:
    owner = Owner(0, NOTHING, EMPTY)
    assert read(CLAIMED, *checkpoint(owner, ("a", b"1"), ("b", b"1"), ("a", b"2"))).rows == {"a": b"2", "b": b"1"}


@pytest.mark.parametrize("key", ["a", "", "é", "\x00claim", "\x00seal", "\x00\x00", "a\x1fb", "\udc80"], ids=repr)
def test_any_key_may_be_a_rows(key: str) -> None:
    assert decode_key(encode_key(key)) == key
    assert read(CLAIMED, *checkpoint(Owner(0, NOTHING, EMPTY), (key, b"1"))) == Recovered(
        {key: b"1"}, b"sealed", frozenset()
    )


def test_after_a_row_that_is_too_large_the_owner_goes_on_as_if_it_had_not_been_asked() -> None:
    owner = Owner(0, NOTHING, EMPTY)
    with pytest.raises(RowTooLarge, match="its key has 5 bytes and its value 949996, both together may have 950000"):
        checkpoint(owner, ("b", b"1"), ("large", bytes(MAX_ROW_BYTES - 4)))
    written = checkpoint(owner, ("a", b"1"), ("large", bytes(MAX_ROW_BYTES - 5)))
    mark = read_mark(written[0].mark)
    assert mark is not None
    assert mark.checkpoint == (0, 1)
    assert read(CLAIMED, *written).rows.keys() == {"a", "large"}


def test_who_follows_takes_each_valid_row_once() -> None:
    reading, owner = Reading(), Owner(0, NOTHING, EMPTY)
    for offset, record in enumerate([CLAIMED, *checkpoint(owner, ("a", b"1"), ("b", None)), *checkpoint(owner)[:-1]]):
        reading.feed(offset, *record)
    assert reading.drain() == {"a": b"1", "b": None}
    assert reading.drain() == {}
