"""Event files: JSON Lines, plain or gzipped, one or several, read in event-time order."""

import gzip
import heapq
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

import msgspec

T = TypeVar("T")


class EventFileError(OSError):
    """An event file that cannot be read; says which and why."""


class ByteCount:
    """How many bytes of the files on disk have been read: what a progress bar shows."""

    def __init__(self) -> None:
        self.files: list[IO[bytes]] = []
        self.done = 0

    @property
    def read(self) -> int:
        """Bytes read so far."""
        return self.done + sum(f.tell() for f in self.files if not f.closed)


def total_bytes(paths: Sequence[Path]) -> int:
    """Bytes on disk of all files.

    Raises
    ------
    EventFileError
        If one is missing or cannot be read.
    """
    try:
        return sum(path.stat().st_size for path in paths)
    except OSError as error:
        raise EventFileError(f"{error.filename}: {error.strerror}") from error


def read_lines(paths: Sequence[Path], count: ByteCount) -> Iterator[bytes]:
    """Lines of all files; those of several are merged by `created_at`, each file's own order kept.

    Raises
    ------
    EventFileError
        If a file is missing, unreadable, or no gzip although it is called so.
    """
    if len(paths) == 1:
        yield from _lines(paths[0], count)
        return
    streams = [_dated(_lines(path, count), i) for i, path in enumerate(paths)]
    for _, _, line in heapq.merge(*streams, key=lambda item: item[:2]):
        yield line


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` consecutive items."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _lines(path: Path, count: ByteCount) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            count.files.append(file)
            stream = gzip.open(file) if path.suffix == ".gz" else file  # noqa: SIM115 - the file is closed
            for line in stream:
                if not line.isspace():
                    yield line
            count.done += file.tell()
    except (OSError, EOFError, zlib.error) as error:
        raise EventFileError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


class _When(msgspec.Struct):
    created_at: float | str


def _dated(lines: Iterator[bytes], index: int) -> Iterator[tuple[float, int, bytes]]:
    """Lines with their time; one whose time cannot be read goes with the line before it."""
    decoder = msgspec.json.Decoder(_When)
    at = 0.0
    for line in lines:
        try:
            when = decoder.decode(line).created_at
            at = datetime.fromisoformat(when).timestamp() if isinstance(when, str) else when
        except (msgspec.DecodeError, ValueError, OverflowError, RecursionError):
            pass
        yield at, index, line
