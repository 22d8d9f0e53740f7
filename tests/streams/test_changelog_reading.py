"""A sealed changelog is read as its rightful owner left it, whatever others write and the broker throws away."""

from random import Random

from changelog_life import Life
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streams.changelog.records import SEAL, decode_key

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
        assert found.stray == {decode_key(key) for key in life.unhealed if key != SEAL}

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
    @rule(at=st.integers(0, 9), count=COUNT)
    def arrive_twice(self, at: int, count: int) -> None:
        assert self.life.worker is not None
        for record in self.life.worker.sent[at : at + count]:
            self.life.write(record)

    @rule()
    def bury_the_frozen(self) -> None:
        self.life.frozen.clear()

    @rule(share=st.sampled_from([0.3, 0.7, 1.0]), chance=CHANCE)
    def compact(self, share: float, chance: Random) -> None:
        self.life.compact(share, chance)

    @invariant()
    def reads_the_same_whole_or_compacted(self) -> None:
        offsets = [entry.offset for entry in self.life.log]
        assert offsets == sorted(set(offsets))


ChangelogLife.TestCase.settings = settings(max_examples=100, stateful_step_count=40)
TestChangelogLife = ChangelogLife.TestCase
