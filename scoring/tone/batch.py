"""Tone of a file of texts: the form of `brandmelder tone`."""

import gzip
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from scoring.errors import UserError
from scoring.tone.reader import Tone, ToneReader

BATCH = 256


class TextError(UserError, ValueError):
    """A line that holds no text to read; says which and why."""


class Text(msgspec.Struct):
    """A text, and its language where somebody declared it."""

    text: str
    lang: str | None = None


def read_file(source: Path, out: Path, reader: ToneReader) -> int:
    """Read the tone of every line of `source` (gzipped or not) into `out`, and return how many there were.

    Raises
    ------
    TextError
        With the file, the line and what is wrong with it.
    OSError
        If a file cannot be read or written.
    """
    encode = msgspec.json.Encoder().encode
    lines = 0
    texts = _texts(source)
    with out.open("wb") as file:
        while batch := list(islice(texts, BATCH)):
            tones: list[Tone] = reader.read([one.text for one in batch], [one.lang for one in batch])
            file.writelines(encode(tone) + b"\n" for tone in tones)
            lines += len(tones)
    return lines


def _texts(source: Path) -> Iterator[Text]:
    decode = msgspec.json.Decoder(Text).decode
    with gzip.open(source) if source.suffix == ".gz" else source.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield decode(line)
                except msgspec.MsgspecError as error:
                    raise TextError(f"{source.name}:{number}: {error}") from error
