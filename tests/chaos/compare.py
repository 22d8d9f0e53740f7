"""Two runs' files next to each other, and what differs in words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST = 5
WIDTH = 160
_NAMES = ("row", "thread", "incident")


def differences(one: Path, other: Path) -> list[str]:
    """What differs between two folders of lines of JSON, at most five things a file; nothing if all is equal."""
    names = sorted({path.name for folder in (one, other) for path in folder.glob("*.jsonl")})
    return [f"{name}: {what}" for name in names for what in _of_files(one / name, other / name)]


def _of_files(one: Path, other: Path) -> Iterator[str]:
    if not (one.exists() and other.exists()):
        yield f"only in {(one if one.exists() else other).parent.name}"
        return
    if one.read_bytes() == other.read_bytes():
        return
    left, right = _rows(one), _rows(other)
    wrong = [key for key in sorted(left.keys() | right.keys()) if left.get(key) != right.get(key)]
    yield f"{len(wrong)} of {max(len(left), len(right))} lines differ ({one.parent.name} / {other.parent.name})"
    for key in wrong[:MOST]:
        if key not in left or key not in right:
            yield f"{key} only in {(one if key in left else other).parent.name}"
        else:
            where, here, there = next(_unlike("", left[key], right[key]))
            yield f"{key}{where}: {_short(here)} / {_short(there)}"


def _rows(path: Path) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for line in path.read_bytes().splitlines():
        row = json.loads(line)
        rows[_name(row)] = row
    return rows


def _name(row: dict[str, Any]) -> str:
    if "alert" in row:
        return f"{row['alert']['incident_id']} revision {row['incident']['revision']}"
    return next(str(row[key]) for key in _NAMES if key in row)


def _unlike(where: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            if one.get(key) != other.get(key):
                yield from _unlike(f"{where}.{key}", one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (here, there) in enumerate(zip(one, other, strict=True)):
            if here != there:
                yield from _unlike(f"{where}[{place}]", here, there)
    else:
        yield where, one, other


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}…"
