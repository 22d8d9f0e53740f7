"""What the owner of a partition writes."""

from collections.abc import Sequence

from streams.changelog.reading import Recovered
from streams.changelog.records import SEAL, Checkpoint, Record, encode_key, row_mark, seal_mark

MAX_ROW_BYTES = 950_000
"""Of a row's key and value together; brokers take batches of 1 MiB by default."""


class RowTooLarge(ValueError):  # noqa: N818 - reads as what is wrong
    """A row does not fit in a record."""


class Owner:
    """The owner of a partition, from its claim on: turns rows into the records of a checkpoint.

    Parameters
    ----------
    claim
        Offset of its claim.
    sealed
        The last sealed checkpoint before that.
    found
        What it has read.
    """

    def __init__(self, claim: int, sealed: Checkpoint, found: Recovered) -> None:
        self._sealed = sealed
        self._checkpoint: Checkpoint = (claim, 0)
        self._keys = set(found.rows)
        self.seal = found.seal

    def checkpoint(self, rows: Sequence[tuple[str, bytes | None]], seal: bytes) -> tuple[Checkpoint, list[Record]]:
        """Return the next checkpoint's name and its records.

        Of a key that is there twice, the last row counts. The checkpoint before must have been sealed: if it is
        not known whether it was, this owner may write no more.

        Raises
        ------
        RowTooLarge
            One of the rows is; it is as if nothing had been asked.
        """
        changes = dict(rows)
        encoded = [(key, encode_key(key), value) for key, value in changes.items()]
        for _, raw, value in (*encoded, (None, SEAL, seal)):
            if len(raw) + len(value or b"") > MAX_ROW_BYTES:
                raise RowTooLarge(
                    f"a row is too large: its key has {len(raw)} bytes and its value {len(value or b'')}, "
                    f"both together may have {MAX_ROW_BYTES}"
                )
        owner, number = self._checkpoint
        self._checkpoint = checkpoint = (owner, number + 1)
        known, fresh = row_mark(checkpoint, fresh=False), row_mark(checkpoint, fresh=True)
        records = [Record(raw, value, known if key in self._keys else fresh) for key, raw, value in encoded]
        self._keys.update(key for key, value in changes.items() if value is not None)
        self._keys.difference_update(key for key, value in changes.items() if value is None)
        mark = seal_mark(checkpoint, fresh=self.seal is None, after=self._sealed)
        records.append(Record(SEAL, seal, mark))
        self._sealed, self.seal = checkpoint, seal
        return checkpoint, records
