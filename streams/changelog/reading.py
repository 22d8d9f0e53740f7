"""The rule by which a sealed changelog is read: what of it is valid, and what must be written anew.

The rule
--------
Records are read in the order of the log. The highest checkpoint met so far is *the latest*; a claim counts as
checkpoint 0 of its owner.

- A row or a seal of a lower checkpoint than the latest is **void**: somebody has taken over since its owner claimed, or
  the broker got it a second time, late. So is a row of a checkpoint that is sealed already.
- Other rows wait for the next seal that is not void. It names its own checkpoint and the one that was sealed last
  before it. Rows of its own checkpoint are valid then, and so are those of the one before it or of any earlier; the
  rest is void: their owner has died before it sealed them. What still waits at the end of the log is void as well.
- The value of a key is that of its last valid row, and the state as a whole is that of the last valid seal.

Without compaction the second half of that (rows of *earlier* checkpoints are valid) would never be needed. With it, a
record may be gone if a later one has its key and both are older than ``min.compaction.lag.ms``; call that part of the
log *old* and the rest *recent*.

Why it holds
------------
Void records must be *healed*, that is followed by a valid record of the same key, before they are old. So each void
record of the old part has a valid one after it.

- *A valid row still counts, when claims and seals are gone.* It is not below the latest, since leaving records out only
  makes the latest lower. If its own seal is gone, a later seal is in the log, and names as its predecessor this
  row's checkpoint or a higher one.
- *A void row of the recent part is known as void.* The last claim of the old part and all later ones are there, so
  the latest is as high as it should be; and the first seal after the row is there, and names a lower predecessor.
- *A void row or seal of the old part may be taken for a valid one*, when the claim that made it void is gone. It does
  no harm, since the valid one that healed it comes later.

None of this needs that compaction goes from the beginning to the end of a log, nor that it does not run while the log
is being read.

What can go wrong
-----------------
All is lost of a key whose valid record was compacted away because a void one, never healed, came after it: half a
checkpoint is written, and then nobody takes over for longer than the lag while the broker goes on to compact (it never
touches the segment that it is appending to, where half a checkpoint is found as a rule). Such a record is used rather
than lost, and reported as stray: it is the work of an owner as well, only not that of the exact moment of the last
seal. It is told from a void record of a key that never had a valid one by what its writer knew: see
:attr:`~streams.changelog.records.Mark.fresh`. The seals' key is treated in the same way. Records that no owner has
written, such as those of an older version, are void and not fresh: they are used, too, until somebody has written
their keys.

Deletions are kept for ``delete.retention.ms`` (a day). An owner that writes after having been frozen for longer than
that may bring a deleted row back; and logs whose end a broker has lost (an unclean election of a leader) may have two
owners of one number.
"""

from typing import NamedTuple

from streams.changelog.records import CLAIM, NOTHING, SEAL, Checkpoint, Mark, decode_key, read_mark


class Recovered(NamedTuple):
    """What is valid in a partition.

    Attributes
    ----------
    rows
        By key, in the order of the log.
    seal
        What came with the last valid seal; None if nothing was ever sealed.
    stray
        Keys whose last record is void. The owner writes them anew with its next checkpoint: its own row, or a
        deletion if it has none.
    """

    rows: dict[str, bytes]
    seal: bytes | None
    stray: frozenset[str]


class Fence:
    """Tells void records from those that may be valid, one by one in the order of the log."""

    def __init__(self) -> None:
        self.latest = NOTHING
        self.sealed = NOTHING

    def claim(self, offset: int) -> None:
        """Take note of a claim."""
        self.latest = max(self.latest, (offset, 0))

    def row(self, checkpoint: Checkpoint) -> bool:
        """Return whether a row may be valid."""
        if checkpoint < self.latest or checkpoint == self.sealed:
            return False
        self.latest = checkpoint
        return True

    def seal(self, checkpoint: Checkpoint) -> bool:
        """Return whether a seal is valid."""
        if checkpoint < self.latest:
            return False
        self.latest = self.sealed = checkpoint
        return True


_Row = tuple[str, bytes | None, bool, Checkpoint | None]
"""A row's key and value, whether it is fresh, and its checkpoint; no checkpoint if it is known to be void."""


class Reading:
    """Reads a partition from its beginning.

    Attributes
    ----------
    fence
        As it is after what was read, for whoever reads on.
    """

    def __init__(self) -> None:
        self.fence = Fence()
        self._waiting: list[_Row] = []  # until the next seal
        self._marks: dict[bytes | None, Mark | None] = {}  # decoded; by far the most are like the one before
        self._valid: dict[str, bytes | None] = {}
        self._void: dict[str, _Row] = {}  # keys whose last record is void
        self._seal: bytes | None = None
        self._void_seal: bytes | None = None
        self._seal_is_stray = False

    def feed(self, offset: int, key: bytes, value: bytes | None, mark: bytes | None) -> None:
        """Read the next record of the log.

        Parameters
        ----------
        offset, key, value
            The record's own.
        mark
            What its header says, if it has one.
        """
        if key == CLAIM:
            self.fence.claim(offset)
            return
        read = self._marks.get(mark)
        if read is None:
            read = self._marks[mark] = read_mark(mark)
        if key == SEAL:
            self._feed_seal(value, read)
        elif read is None:
            self._waiting.append((decode_key(key), value, False, None))
        else:
            checkpoint, fresh, _ = read
            may_count = self.fence.row(checkpoint)
            self._waiting.append((decode_key(key), value, fresh, checkpoint if may_count else None))

    def result(self) -> Recovered:
        """Return what is valid if the log ends here."""
        self._settle(NOTHING, NOTHING)
        rows = {key: value for key, value in self._valid.items() if value is not None}
        rows |= {
            key: value
            for key, value, fresh, _ in self._void.values()
            if key not in self._valid and value is not None and not fresh
        }
        return Recovered(rows, self._void_seal if self._seal is None else self._seal, frozenset(self._void))

    def drain(self) -> dict[str, bytes | None]:
        """Take the rows that have become valid since the last call, for those who only follow."""
        valid, self._valid = self._valid, {}
        self._void.clear()
        return valid

    @property
    def seal_is_stray(self) -> bool:
        """Whether the last seal in the log is void: the valid one must be written anew."""
        return self._seal_is_stray

    def _feed_seal(self, value: bytes | None, mark: Mark | None) -> None:
        self._seal_is_stray = mark is None or not self.fence.seal(mark.checkpoint)
        if mark is None:
            return
        if not self._seal_is_stray:
            self._settle(mark.checkpoint, mark.after)
            self._seal = value
        elif not mark.fresh:
            self._void_seal = value

    def _settle(self, sealed: Checkpoint, after: Checkpoint) -> None:
        """Decide on the rows that wait."""
        valid, void = self._valid, self._void
        for row in self._waiting:
            key, value, _, checkpoint = row
            if checkpoint is not None and (checkpoint == sealed or checkpoint <= after):
                valid.pop(key, None)  # so that its place in the order is that of the last
                valid[key] = value
                void.pop(key, None)
            else:
                void[key] = row
        self._waiting.clear()
        self._marks.clear()
