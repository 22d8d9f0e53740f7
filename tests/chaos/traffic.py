"""Events for a disturbed and an undisturbed run: real cascades where there are any, else made-up ones.

Both end with something harmless in every partition, long after everything else: it tells everybody how late it is,
so that all that is due falls due in either run.
"""

import gzip
import os
from collections.abc import Iterator, Mapping
from itertools import count as count_from
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from scoring.cascades import Cascade, read_cascades
from scoring.mention import Author, Mention
from streams.incidents import generate
from streams.incidents.write import encode
from streams.partition import partition_of
from tests.bench.events import made_up

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("BRANDMELDER_DATA", ROOT.parent / "shared" / "data"))

START = 1_767_225_600.0
"""Thursday 1 January 2026, 00:00 UTC, in epoch seconds; any moment of the past would do."""

ROOTS_WITHIN_S = 18 * 3600.0
LASTS_S = 24 * 3600.0
"""Roots come within the first, what comes after the second is cut."""

QUIET_AFTER_S = 12 * 3600.0

SETS = {
    "seismic_nii": (5_000, 40),
    "twitter15_16": (0, 25),
    "weibo_ced": (0, 25),
    "auspol": (0, 1_884),
    "liang_retweets": (0, 534),
}
"""Of each set, the first cascades of at least so many events, and how many: huge ones, large ones, many small ones."""

BRANDS = tuple(f"merk{number:02}" for number in range(16))
TONES = {"negative": 0.3, "neutral": 0.62, "positive": 0.08}
"""Which part of the threads begins with a post of that tone."""


Texts = Mapping[str, list[str]]
"""Real texts by tone."""


class Labelled(msgspec.Struct):
    """A line of a set of texts."""

    text: str
    label: str


class Head(msgspec.Struct):
    """As much of a mention as its place in the order needs."""

    created_at: float


class Record(NamedTuple):
    """A mention as a record: event time (epoch seconds), key and value."""

    at: float
    key: bytes
    value: bytes


def real(count: int, partitions: int, seed: int = 5) -> list[Record]:
    """The first `count` events of a day on which real cascades happen to sixteen brands, and both bundled incidents.

    Raises
    ------
    FileNotFoundError
        If the data are not there.
    """
    rng = np.random.default_rng([seed, 0xC4A0])
    texts = _texts(DATA / "tone" / "airline_en.jsonl.gz")
    cascades = (cascade for name, (least, most) in SETS.items() for cascade in islice(_read(name, least), most))
    told = [mention for place, cascade in enumerate(cascades) for mention in _thread(cascade, place, texts, rng)]
    for name in ("sanoma", "xs4all"):
        told += generate(name, seed, START + 6 * 3600.0)
    told.sort(key=lambda mention: mention.created_at)
    if len(told) < count:
        raise ValueError(f"{count} events are wanted, and the cascades have {len(told)}")
    records = [Record(m.created_at, m.thread_id.encode(), encode(m).rstrip()) for m in told[:count]]
    return [*records, *_quiet(records[-1].at, partitions)]


def invented(count: int, partitions: int, seed: int = 7) -> list[Record]:
    """The first `count` events of a made-up day, for whoever has no data."""
    head = msgspec.json.Decoder(Head)
    records = [Record(head.decode(value).created_at, key, value) for key, value in made_up(count, seed)]
    return [*records, *_quiet(records[-1].at, partitions)]


def _read(name: str, least: int) -> Iterator[Cascade]:
    return (c for c in read_cascades(DATA / "cascades" / f"{name}.jsonl.gz") if len(c.events) >= least)


def _texts(path: Path) -> Texts:
    decode = msgspec.json.Decoder(Labelled).decode
    texts: dict[str, list[str]] = {}
    with gzip.open(path) as lines:
        for line in map(decode, lines):
            texts.setdefault(line.label, []).append(line.text)
    return texts


def _thread(cascade: Cascade, place: int, texts: Texts, rng: np.random.Generator) -> Iterator[Mention]:
    """A cascade as a thread about some brand, in some tone."""
    thread = f"{cascade.id}.{place}"
    brand = BRANDS[int(rng.integers(len(BRANDS)))]
    said = texts[list(TONES)[int(rng.choice(len(TONES), p=list(TONES.values())))]]
    text = said[int(rng.integers(len(said)))]
    start = START + round(float(rng.uniform(0.0, ROOTS_WITHIN_S)), 3)
    author = Author(f"{thread}:author", followers=cascade.root_followers)
    yield Mention(thread, thread, "post", start, "x", brand, author, None, text, "en")
    for index, (after, followers, above, kind) in enumerate(cascade.events):
        if start + after > START + LASTS_S:
            return
        name = f"{thread}:{index}"
        parent = None if above is None else thread if above < 0 else f"{thread}:{above}"
        author = Author(f"{name}:author", followers=followers)
        yield Mention(name, thread, kind, start + after, "x", brand, author, parent)


def _quiet(last: float, partitions: int) -> Iterator[Record]:
    """Something harmless in every partition, all at one moment long after `last`."""
    at = last + QUIET_AFTER_S
    for partition in range(partitions):
        thread = next(name for n in count_from() if partition_of(name := f"quiet{n}", partitions) == partition)
        post = Mention(thread, thread, "post", at, "x", "quiet", Author(f"{thread}:author"), None, "Fijne dag!", "nl")
        yield Record(at, thread.encode(), encode(post).rstrip())
