"""The events that all contestants read: from a file, or made up and always the same."""

import gzip
import heapq
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter
from pathlib import Path

import msgspec
import numpy as np

from scoring.mention import Mention
from streams.incidents import background
from streams.incidents.parameters import bundled
from streams.incidents.recipes import grow_from, wave_recipe
from streams.incidents.write import encode

START = 1_760_000_000.0
SPAN_S = 24 * 3600.0
ORDINARY = 120.0
"""Ordinary threads an hour: a sixth of the events or so, most of the threads, and nearly all of the texts."""

SMALLEST, LARGEST = 50.0, 2_000.0
"""Expected sizes of the cascades that make up the rest, as in the real data sets: 410 events each at the mean."""


def made_up(count: int, seed: int = 7) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value of `count` mention events of a day: ordinary traffic, and cascades that go far."""
    ordinary = ((m.created_at, m.thread_id.encode(), encode(m).rstrip()) for m in _ordinary(seed))
    merged = heapq.merge(sorted(ordinary, key=itemgetter(0)), _cascades(count, seed), key=itemgetter(0))
    for _, thread, value in islice(merged, count):
        yield thread, value


def _ordinary(seed: int) -> list[Mention]:
    # What comes twice in the background is left out: contestants that count would count it twice.
    return list({m.id: m for m in background(seed, START, SPAN_S, ORDINARY)}.values())


def _cascades(count: int, seed: int) -> list[tuple[float, bytes, bytes]]:
    """Write cascades with `count` events or more within the day, in order of time."""
    rng, parameters = np.random.default_rng(seed), bundled()
    line = msgspec.json.Encoder().encode
    events: list[tuple[float, bytes, bytes]] = []
    number = 0
    while len(events) < 1.3 * count:
        roots = np.sort(rng.uniform(START, START + SPAN_S, 50))
        sizes = np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST), len(roots)))
        growths = grow_from(rng, parameters, wave_recipe(rng, parameters, roots, sizes)).one_by_one()
        for root, growth in zip(roots.tolist(), growths, strict=True):
            number += 1
            thread = f"cascade{number}"
            common = {"thread_id": thread, "platform": "x", "brand": f"brand{number % 5}"}
            author = {"id": f"{thread}-author", "followers": 900}
            text = "Al drie keer gebeld en nog steeds geen internet" if number % 3 == 0 else "Kijk nou eens"
            post = {"id": thread, "kind": "post", "created_at": root, "author": author, "text": text, "lang": "nl"}
            events.append((root, thread.encode(), line(common | post)))
            spread = zip(growth.time.tolist(), growth.parent.tolist(), growth.followers.tolist(), strict=True)
            for i, (after, parent, followers) in enumerate(spread):
                share = {
                    "id": f"{thread}-{i}",
                    "kind": "share",
                    "parent_id": thread if parent < 0 else f"{thread}-{parent}",
                    "created_at": root + after,
                    "author": {"id": f"{thread}-sharer-{i}", "followers": followers},
                }
                events.append((root + after, thread.encode(), line(common | share)))
    events.sort(key=itemgetter(0))
    return events


def from_file(path: Path, count: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value of the first `count` events of a `.jsonl` or `.jsonl.gz` file."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for line in islice(lines, count):
            yield msgspec.json.decode(line)["thread_id"].encode(), line.rstrip(b"\n")
