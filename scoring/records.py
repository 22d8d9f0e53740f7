"""Files of one JSON object per line, read so that whatever is wrong is named by file and line."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from scoring.errors import UserError

T = TypeVar("T")


def read_records(
    path: Path, decode: Callable[[bytes], T], error: type[UserError], progress: Callable[[int], None] | None = None
) -> Iterator[T]:
    """Read one file line by line, gzipped if it is called `.gz`; blank lines are skipped.

    Parameters
    ----------
    path
        JSON Lines file.
    decode
        Reads a line; what it raises as a `ValueError` or from msgspec says what is wrong with the line.
    error
        What is raised then.
    progress
        Called at every record with the bytes of the file read so far.

    Raises
    ------
    UserError
        Of the kind `error`, with the file, the line and what is wrong with it.
    OSError
        If the file cannot be opened.
    """
    number = 0
    with path.open("rb") as file:
        lines: Iterable[bytes] = gzip.open(file) if path.suffix == ".gz" else file  # noqa: SIM115 - the file is closed
        try:
            for line in lines:
                number += 1
                if not line.isspace():
                    yield decode(line)
                if progress:
                    progress(file.tell())
        except (gzip.BadGzipFile, EOFError, zlib.error) as damage:
            raise error(f"{path}, after line {number}: damaged gzip file: {damage}") from damage
        except (msgspec.MsgspecError, ValueError, RecursionError) as wrong:
            raise error(f"{path}, line {number}: {wrong}") from wrong
