"""Events as they stand in files and topics."""

import gzip
import json

import msgspec

NOW = 1_700_000_000.0


def event(**changes):
    """A good event as an object, with fields changed; one that is `...` is left out."""
    whole = {
        "id": "1",
        "thread_id": "1",
        "kind": "post",
        "created_at": NOW,
        "platform": "x",
        "brand": "b",
        "author": {"id": "kim", "handle": "kim", "followers": 10},
        "text": "slecht",
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not ...}


def raw(**changes):
    return json.dumps(event(**changes)).encode()


def lines_of(mentions):
    return [msgspec.json.encode(mention) for mention in mentions]


def write_lines(path, lines):
    content = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
