"""What the records of a sealed changelog look like: three kinds, and a mark that says which checkpoint wrote them.

A *claim* makes its writer the owner of the partition; the claim's own offset is the owner's number, so that later
owners have higher ones and no two are the same. A *checkpoint* of an owner is a series of *rows* and one *seal* after
them; it is named by the owner's number and by a running number of its own. Rows and seals carry that name in a header.
"""

from collections.abc import Sequence
from struct import Struct, error
from typing import NamedTuple

Checkpoint = tuple[int, int]
"""Name of a checkpoint: the offset of its owner's claim, and a number that counts the owner's checkpoints from 1.

Names are in the order in which checkpoints may come: a later owner's are higher, and so are an owner's later ones.
"""

NOTHING: Checkpoint = (-1, 0)
"""Comes before any checkpoint."""

CLAIM = b"\x00claim"
SEAL = b"\x00seal"
CLAIM_VALUE = b"1"  # of no meaning, but a record without a value would be a deletion
HEADER = "checkpoint"

_RESERVED = b"\x00"
_ROW = Struct(">qq?")
_SEAL = Struct(">qq?qq")


class Mark(NamedTuple):
    """What the header of a row or a seal says.

    Attributes
    ----------
    checkpoint
        Which one the record is part of.
    fresh
        Whether the owner knew of no valid record of this key when it wrote this one.
    after
        Seals: the last sealed checkpoint before this one; :data:`NOTHING` in rows.
    """

    checkpoint: Checkpoint
    fresh: bool
    after: Checkpoint = NOTHING


class Record(NamedTuple):
    """A record to write: key, value (None deletes), and the header's value."""

    key: bytes
    value: bytes | None
    mark: bytes | None


def row_mark(checkpoint: Checkpoint, *, fresh: bool) -> bytes:
    """Return the header's value for a row."""
    return _ROW.pack(*checkpoint, fresh)


def seal_mark(checkpoint: Checkpoint, *, fresh: bool, after: Checkpoint) -> bytes:
    """Return the header's value for a seal."""
    return _SEAL.pack(*checkpoint, fresh, *after)


def mark_in(headers: Sequence[tuple[str, bytes | None]]) -> bytes | None:
    """Return the header's value among a record's `headers`; None in a record that no owner wrote."""
    for name, value in headers:
        if name == HEADER:
            return value
    return None


def read_mark(mark: bytes | None) -> Mark | None:
    """Decode the header's value; None if there is none or if it is not one."""
    if mark is None:
        return None
    try:
        if len(mark) == _ROW.size:
            owner, number, fresh = _ROW.unpack(mark)
            return Mark((owner, number), fresh)
        owner, number, fresh, after_owner, after_number = _SEAL.unpack(mark)
    except error:
        return None
    return Mark((owner, number), fresh, (after_owner, after_number))


def encode_key(key: str) -> bytes:
    """Return a row's key as it is in the topic, out of the way of claims and seals whatever it is."""
    raw = key.encode("utf-8", "surrogateescape")
    return _RESERVED + raw if raw.startswith(_RESERVED) else raw


def decode_key(raw: bytes) -> str:
    """Return the key of a row, given as it is in the topic."""
    return raw.removeprefix(_RESERVED).decode("utf-8", "surrogateescape")
