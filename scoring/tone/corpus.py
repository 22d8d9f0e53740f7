"""Labelled texts to fit and judge the tone classifier on."""

import gzip
import re
import xml.etree.ElementTree as ET  # see where it parses  # nosec B405
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.errors import UserError

Label = Literal["negative", "neutral", "positive"]

SENTENCES = Path(__file__).parent / "sentences"
"""Our own webcare sentences; files that begin with `heldout` are never fitted on."""

OWN = "own"
DESK = "desk"
REVIEWS = "bol_nl"
TWEETS = "airline_en"
LEXICON = "nl-sentiment.xml"

TERMS = {
    OWN: "written for this project, Apache-2.0",
    REVIEWS: "examples of `pattern` (University of Antwerp), BSD",
    TWEETS: "tweets at US airlines, CrowdFlower, CC BY-NC-SA 4.0: no commercial use",
    LEXICON: "lexicon of pattern.nl, PDDL",
}
"""Terms of each set."""

DESK_TERMS = "the desk's own, labelled by its verdicts"


class CorpusError(UserError, ValueError):
    """A file of labelled texts is not as it should be."""


class Labelled(msgspec.Struct, frozen=True):
    """A text, its language and its tone, and the set that it is from."""

    text: str
    lang: str
    label: Label
    source: str = OWN


def read_texts(path: Path, source: str) -> list[Labelled]:
    """Read labelled texts, one JSON object with text, lang and label per line, gzipped or not.

    Raises
    ------
    CorpusError
        Names the file, the line and what is wrong with it.
    """
    found = []
    try:
        for number, line in enumerate(_lines(path), 1):
            found.append(_labelled(line, f"{path.name}:{number}", source))
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(f"{path.name}: cannot be read ({error})") from error
    return found


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        yield from lines


def _labelled(line: bytes, where: str, source: str) -> Labelled:
    try:
        one = msgspec.json.decode(line, type=Labelled)
    except msgspec.MsgspecError as error:
        raise CorpusError(f"{where}: {error}") from error
    return msgspec.structs.replace(one, source=source)


def own_sentences(held_out: bool = False) -> list[Labelled]:
    """Return our own sentences, to fit on or held out."""
    start = "heldout" if held_out else "webcare"
    return [one for path in sorted(SENTENCES.glob(f"{start}_*.jsonl")) for one in read_texts(path, OWN)]


def training_texts(data_dir: Path | None, commercial: bool = False, desk: Iterable[Labelled] = ()) -> list[Labelled]:
    """Return all texts to fit on.

    Parameters
    ----------
    data_dir
        Folder with a `tone` folder in it; sets that are absent are left out. None: our own sentences only.
    commercial
        Leave out the sets that may not be used commercially.
    desk
        Texts that the desk has judged.
    """
    found = [*own_sentences(), *desk]
    for source in (REVIEWS,) if commercial else (REVIEWS, TWEETS):
        path = data_dir / "tone" / f"{source}.jsonl.gz" if data_dir else None
        if path and path.exists():
            found += read_texts(path, source)
    return found


def read_polarity(data_dir: Path | None) -> dict[str, float]:
    """Return the mean polarity over its senses of each Dutch word in the lexicon, if there is one.

    Raises
    ------
    CorpusError
        If the lexicon is not readable.
    """
    path = data_dir / "tone" / LEXICON if data_dir else None
    if path is None or not path.exists():
        return {}
    senses: dict[str, list[float]] = defaultdict(list)
    try:
        for word in ET.parse(path).getroot():  # noqa: S314 - a file of the user's own, read only to fit  # nosec B314
            senses[word.attrib["form"].lower()].append(float(word.attrib["polarity"]))
    except (ET.ParseError, KeyError, ValueError) as error:
        raise CorpusError(f"{path.name}: {error}") from error
    return {word: round(sum(values) / len(values), 3) for word, values in sorted(senses.items()) if any(values)}


def fold(text: str, folds: int) -> int:
    """Return which of `folds` parts a text belongs to; texts that differ in case and signs only share one."""
    return _hash(text) % folds


def hashes(texts: Iterable[str]) -> npt.NDArray[np.uint32]:
    """Return a number for each text, by which it is known again; the same for texts that share a `fold`."""
    return np.array([_hash(text) for text in texts], dtype=np.uint32)


def _hash(text: str) -> int:
    return zlib.crc32(re.sub(r"\W+", "", text.lower()).encode())
