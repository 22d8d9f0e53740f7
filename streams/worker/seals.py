"""What seals the state of a partition of the mentions: how far it is, and what of that is still to be said."""

import msgspec

from scoring.unreadable import UNREADABLE
from streams.worker.reporting import Record, Said

VERSION = 1


class SealError(ValueError):
    """A seal of another version, or none at all."""


class FoldedSeal(msgspec.Struct, frozen=True, array_like=True):
    """How far the engine of a partition is.

    Attributes
    ----------
    offset
        Of the next mention to fold.
    engine
        The engine's own state.
    said
        What was said of it.
    unsent
        What has to be said and may not have been sent: of what time alone brought about, which nothing brings again.
    erasures
        Offset of the next wish to be forgotten.
    """

    version: int
    offset: int
    engine: bytes
    said: Said
    unsent: tuple[Record, ...] = ()
    erasures: int = 0


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(FoldedSeal).decode


def write_seal(seal: FoldedSeal) -> bytes:
    """Return the bytes of a seal."""
    return _encode(seal)


def read_seal(raw: bytes, end: int) -> FoldedSeal:
    """Read a seal of a partition whose mentions end at the offset `end`.

    Raises
    ------
    SealError
        If it is of another version, damaged, or of mentions that are not there: of another topic of that name.
    """
    try:
        seal = _decode(raw)
    except UNREADABLE as error:
        raise SealError(f"no seal: {error}") from error
    if seal.version != VERSION:
        raise SealError(f"the seal is of version {seal.version}, {VERSION} is wanted")
    if seal.offset > end:
        raise SealError(f"the seal is of offset {seal.offset}, and the mentions end at {end}")
    return seal
