"""Mention events as JSON Lines, one per line, what is unknown left out."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

import msgspec

from scoring.mention import Author, Counts, Mention


class LineAuthor(Author, frozen=True, omit_defaults=True, gc=False):
    """An author, written without what is unknown."""


class LineCounts(Counts, frozen=True, omit_defaults=True, gc=False):
    """Running totals, written without what is unknown."""


class Line(Mention, omit_defaults=True, gc=False):
    """A mention, written without what is unknown."""


_encoder = msgspec.json.Encoder()


def encode_line(line: Line) -> bytes:
    """Encode one mention as a line of JSON with its line feed."""
    return _encoder.encode(line) + b"\n"


def encode(mention: Mention) -> bytes:
    """Encode any mention as a line of JSON with its line feed, what is unknown left out."""
    author, counts = mention.author, mention.counts
    fields = msgspec.structs.asdict(mention)
    fields["author"] = author and LineAuthor(*msgspec.structs.astuple(author))
    fields["counts"] = counts and LineCounts(*msgspec.structs.astuple(counts))
    return encode_line(Line(**fields))


@contextmanager
def open_lines(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing, gzipped if it is called `.gz`, with the same bytes for the same content."""
    with ExitStack() as stack:
        target: IO[bytes] = stack.enter_context(path.open("wb"))
        if path.suffix == ".gz":
            # Without the name and the time of writing, which would differ at each run.
            packed = gzip.GzipFile("", "wb", 5, target, mtime=0)
            target = cast(IO[bytes], stack.enter_context(packed))
        yield target


def write_events(mentions: Iterable[Mention], path: Path) -> int:
    """Write mentions in the order given, gzipped if the file is called `.gz`; give their number."""
    number = 0
    with open_lines(path) as target:
        for mention in mentions:
            target.write(encode(mention))
            number += 1
    return number
