"""The mention event: one post, reply, share, quote or count that concerns a brand."""

from typing import Literal

import msgspec

Kind = Literal["post", "reply", "share", "quote", "counts"]

SPREADING: frozenset[str] = frozenset(("share", "quote", "reply"))
"""Kinds that count towards a thread's spread, unless the brand itself wrote them."""


class Author(msgspec.Struct, frozen=True, gc=False):
    """Who wrote a mention; `brand` is set when the account belongs to that brand."""

    id: str
    handle: str | None = None
    followers: int | None = None
    verified: bool = False
    brand: str | None = None


class Counts(msgspec.Struct, frozen=True, gc=False):
    """Running totals of a post on a platform that hides who shared it."""

    shares: int | None = None
    likes: int | None = None
    replies: int | None = None
    views: int | None = None


class Mention(msgspec.Struct, gc=False):
    """One event of a thread.

    `created_at` is in epoch seconds. `author` is absent on counts only, `counts` is there on counts only.
    `parent_id` may be unknown, or name a post that arrives later.
    """

    id: str
    thread_id: str
    kind: Kind
    created_at: float
    platform: str
    brand: str
    author: Author | None = None
    parent_id: str | None = None
    text: str | None = None
    lang: str | None = None
    url: str | None = None
    counts: Counts | None = None
