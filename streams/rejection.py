"""Why a record is no mention: a reason for the metric, and a sentence with key, value and what is allowed."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

import msgspec

from scoring.mention import Kind, Mention

Reason = Literal[
    "empty",
    "not_utf8",
    "bad_json",
    "missing_field",
    "wrong_type",
    "bad_value",
    "bad_time",
    "in_future",
    "too_large",
]
"""Few enough to be a metric's label."""

REASONS: tuple[str, ...] = get_args(Reason)

MAX_ID, MAX_NAME, MAX_COUNT = 512, 64, 2**53

_SHOWN = 40
"""So much of a value is shown; the record itself is at hand where the sentence is read."""

_AT = " - at `$"
"""How msgspec goes on to where something is wrong; before that it may quote the record."""

_LACKS = re.compile(r"Object missing required field `(\w+)`")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Ids and names are keys of records and of ledgers, where such characters have meanings of their own."""

_ID = f"text of 1 to {MAX_ID} characters"
_NAME = f"text of 1 to {MAX_NAME} characters"
_COUNT = "a whole number from 0 to 2**53 - 1, or null"
_TEXT = "text, or null"

TIME = "epoch seconds since 1970, or RFC 3339 with a zone"

_ALLOWED: dict[str, str] = {
    "": "an object",
    "id": _ID,
    "thread_id": _ID,
    "parent_id": f"text of at most {MAX_ID} characters, or null",
    "kind": ", ".join(get_args(Kind)),
    "created_at": TIME,
    "platform": _NAME,
    "brand": _NAME,
    "author": "an object, or null",
    "author.id": _ID,
    "author.handle": f"text of at most {MAX_ID} characters, or null",
    "author.followers": _COUNT,
    "author.verified": "true or false",
    "author.brand": f"text of at most {MAX_NAME} characters, or null",
    "counts": "an object, or null",
    "counts.shares": _COUNT,
    "counts.likes": _COUNT,
    "counts.replies": _COUNT,
    "counts.views": _COUNT,
    "text": _TEXT,
    "lang": f"text of at most {MAX_NAME} characters, or null",
    "url": _TEXT,
}


class _Number(str):
    """A number with a point or an exponent, as it is written."""

    __slots__ = ()


_anything = msgspec.json.Decoder(float_hook=_Number)


class Rejection(NamedTuple):
    """A record that is no mention: the reason for the metric, and what is wrong for a person."""

    reason: Reason
    detail: str


def refused(reason: Reason, key: str, value: object) -> Rejection:
    """Say of a key that its value is not allowed."""
    return Rejection(reason, f"{key or 'the record'} is {_shown(value)}; allowed is {_ALLOWED[key]}")


def missing(key: str, why: str = "") -> Rejection:
    """Say of a key that it must be there."""
    return Rejection("missing_field", f"{key} is missing; {why}allowed is {_ALLOWED[key]}")


def malformed(error: Exception, raw: bytes) -> Rejection:
    """Say of a record that it is no JSON."""
    if raw.startswith(b"\xef\xbb\xbf"):
        return Rejection("bad_json", "the record begins with a byte order mark; allowed is JSON in UTF-8 without one")
    if isinstance(error, RecursionError):
        return Rejection("bad_json", "the record is nested too deep; allowed are the keys of a mention")
    return Rejection("bad_json", f"the record is no JSON: {error}")


def unfit(raw: bytes, message: str) -> Rejection:
    """Say what is wrong with JSON that is no mention, from msgspec's message about it, which leaves out the value."""
    said, _, path = message.rpartition(_AT) if _AT in message else (message, "", "")
    path = path.strip(".`")
    lacks = _LACKS.fullmatch(said)
    if lacks is not None:
        return missing(f"{path}.{lacks.group(1)}" if path else lacks.group(1))
    reason: Reason = "bad_time" if path == "created_at" else "wrong_type"
    try:
        value = _anything.decode(raw)
        for key in path.split(".") if path else ():
            value = value[key]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, TypeError, KeyError):
        # A number beyond measure, a key that is there twice, or what comes behind is not even JSON.
        return Rejection(reason, f"{path or 'the record'}: {said[:_SHOWN]}; allowed is {_ALLOWED[path]}")
    return refused(reason, path, value)


def find_wrong(mention: Mention) -> Rejection | None:
    """Find an id or a name that is too long or cannot be a key, or a number that counts nothing."""
    for key, name, least, most in _names(mention):
        if not least <= len(name) <= most:
            return refused("bad_value", key, name)
        if _CONTROL.search(name) is not None:
            return Rejection("bad_value", f"{key} is {_shown(name)}; allowed is {_ALLOWED[key]}, no control characters")
    for key, number in _numbers(mention):
        if number is not None and not 0 <= number < MAX_COUNT:
            return refused("bad_value", key, number)
    return None


def _names(mention: Mention) -> Iterator[tuple[str, str, int, int]]:
    """Each id and name, with its fewest and most characters."""
    yield "id", mention.id, 1, MAX_ID
    yield "thread_id", mention.thread_id, 1, MAX_ID
    yield "brand", mention.brand, 1, MAX_NAME
    yield "platform", mention.platform, 1, MAX_NAME
    yield "parent_id", mention.parent_id or "", 0, MAX_ID
    yield "lang", mention.lang or "", 0, MAX_NAME
    if mention.author is not None:
        yield "author.id", mention.author.id, 1, MAX_ID
        yield "author.handle", mention.author.handle or "", 0, MAX_ID
        yield "author.brand", mention.author.brand or "", 0, MAX_NAME


def _numbers(mention: Mention) -> Iterator[tuple[str, int | None]]:
    if mention.author is not None:
        yield "author.followers", mention.author.followers
    if mention.counts is not None:
        for key in ("shares", "likes", "replies", "views"):
            yield f"counts.{key}", getattr(mention.counts, key)


def _shown(value: object) -> str:
    """As much of a value as a sentence can bear; of an object or a list only that it is one."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, bool) or value is None:
        return str(value).lower().replace("none", "null")
    if isinstance(value, str) and not isinstance(value, _Number):
        return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}… ({len(value)} characters)"
    text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} digits)"
