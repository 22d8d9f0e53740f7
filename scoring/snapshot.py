"""How threads and an engine are written down, and read again years later or not at all.

What is written begins with the number of its format and a checksum, which also covers the name that it is kept
under. What cannot be vouched for is refused, so that a thread is as it was or is not read.
"""

from collections.abc import Callable, Mapping
from math import inf
from struct import Struct
from typing import Final, NamedTuple, TypeVar
from zlib import crc32

import msgspec

from scoring.errors import UserError
from scoring.thread_state import ThreadState

FORMAT: Final = 1
"""Rises whenever a class whose fields are written down gains, loses or changes one."""

MIGRATIONS: Mapping[int, Callable[[str, bytes], bytes]] = {}
"""By format, what makes of a content in that format one in the next: it is given the name ("" for an engine) too."""

_HEAD: Final = Struct(">HBI")
"""Format, kind of content, checksum."""


class SnapshotError(UserError, ValueError):
    """What was written down cannot be read: another version wrote it, or it is damaged."""


class Begun(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What is kept of a thread that was let go: when it began (epoch seconds), and as which of all it went."""

    root_at: float
    buried: int


class EngineState(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Clocks (epoch seconds) and counters of an engine."""

    now: float = -inf
    arrived: float = -inf
    repeats: int = 0
    started: int = 0
    buried: int = 0
    touches: int = 0


class Changes(NamedTuple):
    """What is to be written down: rows by thread, None for those that are gone altogether, and the engine's own."""

    rows: list[tuple[str, bytes | None]]
    state: bytes


Content = TypeVar("Content", ThreadState, Begun, EngineState)

_KINDS: Final = {ThreadState: 1, Begun: 2, EngineState: 3}
_DECODERS: Final = {number: msgspec.msgpack.Decoder(kind) for kind, number in _KINDS.items()}
_encode: Final = msgspec.msgpack.Encoder().encode


def write(name: str, content: ThreadState | Begun | EngineState) -> bytes:
    """Write a thread of this name down, or, with no name, an engine."""
    body, kind = _encode(content), _KINDS[type(content)]
    return _HEAD.pack(FORMAT, kind, _checksum(FORMAT, kind, name, body)) + body


def read_thread(name: str, raw: bytes) -> ThreadState | Begun:
    """Read what was written of the thread of this name.

    Raises
    ------
    SnapshotError
        If it is damaged, another's, or of a format that cannot be read.
    """
    found = _read(name, raw)
    if isinstance(found, EngineState):
        raise SnapshotError("the snapshot of a thread is one of an engine")
    return found


def read_engine(raw: bytes) -> EngineState:
    """Read what was written of an engine; raises what `read_thread` does."""
    found = _read("", raw)
    if not isinstance(found, EngineState):
        raise SnapshotError("the snapshot of an engine is one of a thread")
    return found


def _read(name: str, raw: bytes) -> ThreadState | Begun | EngineState:
    if len(raw) < _HEAD.size:
        raise SnapshotError(f"a snapshot of {len(raw)} bytes is damaged; its head alone has {_HEAD.size}")
    version, kind, checksum = _HEAD.unpack_from(raw)
    body = raw[_HEAD.size :]
    migrates = all(step in MIGRATIONS for step in range(version, FORMAT))
    if version > FORMAT or not migrates:
        raise SnapshotError(f"a snapshot has format {version}; this version reads format {FORMAT}")
    if checksum != _checksum(version, kind, name, body):
        raise SnapshotError(f"a snapshot of {len(raw)} bytes is damaged: its checksum is wrong")
    try:
        for step in range(version, FORMAT):
            body = MIGRATIONS[step](name, body)
        found: ThreadState | Begun | EngineState = _DECODERS[kind].decode(body)
    except Exception as error:
        raise SnapshotError(f"a snapshot of {len(raw)} bytes is damaged ({type(error).__name__})") from error
    return found


def _checksum(version: int, kind: int, name: str, body: bytes) -> int:
    return crc32(body, crc32(b"%d %d %s" % (version, kind, name.encode())))
