"""A partition's life with owners that die, freeze and wake up, and a broker that compacts; and what should be."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from streams.changelog.reading import Reading, Recovered
from streams.changelog.records import CLAIM, CLAIM_VALUE, SEAL, Record, decode_key, read_mark
from streams.changelog.writing import Owner

Rows = Sequence[tuple[str, bytes | None]]


class Entry(NamedTuple):
    offset: int
    record: Record


class Worker:
    """An owner, what it holds in memory, and what it has not sent yet."""

    def __init__(self, claim: int, reading: Reading, found: Recovered) -> None:
        self.claim = claim
        self.fence = reading.fence
        self.owner = Owner(claim, reading.fence.sealed, found)
        self.rows = dict(found.rows)
        self.stray = set(found.stray)
        self.seal_again = reading.seal_is_stray
        self.unsent: list[Record] = []
        self.sent: list[Record] = []

    def prepare(self, rows: Rows, seal: bytes) -> None:
        changes = {key: self.rows.get(key) for key in self.stray} | dict(rows)
        self.stray = set()
        for key, value in changes.items():
            if value is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = value
        self.sent = self.sent[-5:]
        self.unsent = self.owner.checkpoint([*changes.items()], seal)[1]

    def look(self, offset: int, record: Record) -> bool:
        """Follow the log after the claim; return whether the record is taken for void."""
        mark = read_mark(record.mark)
        assert mark is not None
        if record.key == SEAL:
            void = not self.fence.seal(mark.checkpoint)
            self.seal_again = void
        elif void := not self.fence.row(mark.checkpoint):
            self.stray.add(decode_key(record.key))
        return void


class Life:
    """The log as the broker has it, and beside it what is really so."""

    def __init__(self) -> None:
        self.log: list[Entry] = []
        self.end = 0
        self.worker: Worker | None = None  # runs, and believes rightly that it is the owner
        self.frozen: list[Worker] = []
        self.rows: dict[str, bytes] = {}
        self.seal: bytes | None = None
        self.unhealed: dict[bytes, int] = {}  # offset of the first void record after the last valid one
        self._rightful = -1  # offset of the last claim
        self._pending: list[Entry] = []
        self._done: tuple[int, int] = (-1, 0)

    def claim(self) -> int:
        if self.worker:
            self.frozen.append(self.worker)
            self.worker = None
        for entry in self._pending:
            self.unhealed.setdefault(entry.record.key, entry.offset)
        self._pending = []
        self._rightful = self.end
        self._append(Record(CLAIM, CLAIM_VALUE, None))
        return self._rightful

    def take_over(self, middle: float, compacted: Random | None) -> Recovered:
        """Claim and read; the log may be compacted while it is read, when `middle` (0 to 1) of it was."""
        claim = self.claim()
        reading, turn = Reading(), round(middle * self.end)
        before = [entry for entry in self.log if entry.offset < turn]
        if compacted:
            self.compact(1.0, compacted, while_reading=True)
        for offset, record in [*before, *(entry for entry in self.log if entry.offset >= turn)]:
            reading.feed(offset, *record)
        found = reading.result()
        self.worker = Worker(claim, reading, found)
        return found

    def send(self, worker: Worker, count: int) -> None:
        """Let a worker send some of what it has not sent; it ends if its checkpoint does not count."""
        for record in worker.unsent[:count]:
            worker.sent.append(record)
            self.write(record)
        worker.unsent = worker.unsent[count:]
        if not worker.unsent and worker in self.frozen and worker.claim != self._rightful:
            self.frozen.remove(worker)

    def write(self, record: Record) -> None:
        """Append a row or a seal, perhaps for the second time, and keep the books."""
        mark = read_mark(record.mark)
        assert mark is not None
        offset = self._append(record)
        good = mark.checkpoint[0] == self._rightful and (
            mark.checkpoint > self._done or (record.key == SEAL and mark.checkpoint == self._done and not self._pending)
        )
        if self.worker:
            assert self.worker.look(offset, record) == (not good)
        if not good:
            self.unhealed.setdefault(record.key, offset)
        elif record.key != SEAL:
            self._pending.append(Entry(offset, record))
        else:
            for _, row in self._pending:
                self._apply(decode_key(row.key), row.value)
                self.unhealed = {key: at for key, at in self.unhealed.items() if key != row.key}
            for entry in self._void_after_pending(offset):
                self.unhealed.setdefault(entry.record.key, entry.offset)
            self._pending, self._done, self.seal = [], mark.checkpoint, record.value
            self.unhealed.pop(SEAL, None)

    def compact(self, share: float, chance: Random, *, while_reading: bool = False) -> None:
        """Remove what may be removed, or some of it: `share` (0 to 1) says up to where."""
        old = round(share * min([self.end, *self.unhealed.values(), *(entry.offset for entry in self._pending)]))
        last = {entry.record.key: entry.offset for entry in self.log if entry.offset < old}
        part = chance.choice([0.3, 0.8, 1.0])
        self.log = [
            entry
            for entry in self.log
            if entry.offset >= old or last[entry.record.key] == entry.offset or chance.random() > part
        ]
        if part == 1.0 and not self.frozen and not while_reading:  # no such thing takes as long as deletions are kept
            self.log = [
                entry
                for entry in self.log
                if entry.offset >= old or entry.record.value is not None or entry.record.key in self.unhealed
            ]

    def what_compaction_would_leave(self, but: frozenset[str]) -> dict[str, bytes]:
        """Return the last row of each key in the log, of all keys but some."""
        last = {decode_key(record.key): record.value for _, record in self.log if record.key not in (CLAIM, SEAL)}
        return {key: value for key, value in last.items() if value is not None and key not in but}

    def _append(self, record: Record) -> int:
        offset = self.end
        self.log.append(Entry(offset, record))
        self.end += 1
        return offset

    def _apply(self, key: str, value: bytes | None) -> None:
        self.rows.pop(key, None)
        if value is not None:
            self.rows[key] = value

    def _void_after_pending(self, end: int) -> list[Entry]:
        """Void rows that came after the row of the same key in the checkpoint that is being sealed."""
        row_at = {entry.record.key: entry.offset for entry in self._pending}
        ours = {entry.offset for entry in self._pending}
        return [
            entry
            for entry in self.log
            if entry.offset not in ours and row_at.get(entry.record.key, end) < entry.offset < end
        ]
