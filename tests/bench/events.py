"""The events that all contestants read: from a file, or made up simply and always the same."""

import gzip
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

START = 1_760_000_000.0


def made_up(count: int, seed: int = 7, threads: int = 5_000) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value of `count` mention events: a few threads get most shares, most get hardly any."""
    chance = random.Random(seed)
    encode = msgspec.json.Encoder().encode
    for number in range(count):
        thread = f"t{int(threads * chance.random() ** 3)}"
        kind = chance.choices(("share", "reply", "post"), (8, 3, 1))[0]
        event = {
            "id": f"e{number}",
            "thread_id": thread,
            "kind": kind,
            "parent_id": None if kind == "post" else thread,
            "created_at": START + number / 50,
            "platform": "x",
            "author": {"id": f"a{chance.randrange(50_000)}", "followers": int(10 ** chance.uniform(0, 5))},
            "brand": f"brand{chance.randrange(5)}",
            "text": None if kind == "share" else "Al drie keer gebeld en nog steeds geen internet, hoe kan dat nou?",
            "lang": "nl",
        }
        yield thread.encode(), encode(event)


def from_file(path: Path, count: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value of the first `count` events of a `.jsonl` or `.jsonl.gz` file."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        for line in islice(lines, count):
            yield msgspec.json.decode(line)["thread_id"].encode(), line.rstrip(b"\n")
