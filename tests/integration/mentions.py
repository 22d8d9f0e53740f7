"""Mentions for integration tests, as a producer would send them."""

import json
from typing import Any

START = 1_790_000_000.0
"""Some moment in 2026, in epoch seconds; the tests play in event time."""


def post(thread: str, at: float, text: str, **more: Any) -> dict[str, Any]:
    """The first post of a thread, `at` seconds after `START`."""
    return {
        "id": thread,
        "thread_id": thread,
        "kind": "post",
        "created_at": START + at,
        "platform": "x",
        "brand": "acme",
        "author": {"id": f"author-of-{thread}", "handle": "klant", "followers": 900},
        "text": text,
        "lang": "nl",
        **more,
    }


def share(thread: str, number: int, at: float, **more: Any) -> dict[str, Any]:
    """A share of a thread's first post."""
    return {
        "id": f"{thread}-{number}",
        "thread_id": thread,
        "kind": "share",
        "parent_id": thread,
        "created_at": START + at,
        "platform": "x",
        "brand": "acme",
        "author": {"id": f"{thread}-sharer-{number}", "followers": 300 + 7 * number},
        **more,
    }


ANGRY = "Wat een schande, al drie weken geen internet en jullie doen niets. Nooit meer!"


def fire(thread: str, shares: int = 300, every_s: float = 6.0, text: str = ANGRY) -> list[dict[str, Any]]:
    """An angry post that spreads ever faster."""
    root = post(thread, 0.0, text)
    return [root, *(share(thread, n, 60.0 + every_s * n - 0.005 * n * n) for n in range(1, shares + 1))]


def line(event: dict[str, Any]) -> bytes:
    """An event as a record's value."""
    return json.dumps(event).encode()
