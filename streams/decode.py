"""Bytes to mentions: everything that can be wrong with a record gets a reason and a sentence."""

from datetime import datetime
from math import inf
from typing import Any, Literal, NamedTuple, get_args

import msgspec

from scoring.mention import Kind, Mention

DAY_S = 24 * 3600.0

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
"""Why a record was rejected: few enough to be a metric's label."""

REASONS: tuple[str, ...] = get_args(Reason)

MAX_BYTES = 256 * 1024
MAX_ID, MAX_NAME, MAX_COUNT = 512, 64, 2**53


class Rejection(NamedTuple):
    """A record that is no mention: the reason for the metric, and what is wrong for a person."""

    reason: Reason
    detail: str


class _Dated(Mention, gc=False):
    """A mention whose time is written as a date."""

    created_at: str  # type: ignore[assignment]


_decoder = msgspec.json.Decoder(Mention)
_dated_decoder = msgspec.json.Decoder(_Dated)


def decode(raw: bytes | None, now: float) -> Mention | Rejection:
    """Read one record; `now` is the wall clock in epoch seconds. Never raises."""
    if raw is None or not raw.strip():
        return Rejection("empty", "the record has no content")
    if len(raw) > MAX_BYTES:
        return Rejection("too_large", f"the record has {len(raw)} bytes; at most {MAX_BYTES} are allowed")
    try:
        try:
            mention = _decoder.decode(raw)
        except msgspec.ValidationError as error:
            if "$.created_at" not in str(error):
                raise
            mention = _with_seconds(_dated_decoder.decode(raw))
    except msgspec.ValidationError as error:
        return _invalid(str(error))
    except _BadTimeError as error:
        return Rejection("bad_time", str(error))
    except (msgspec.DecodeError, RecursionError) as error:
        return Rejection("bad_json", str(error))
    except UnicodeDecodeError:
        return Rejection("not_utf8", "the record is not UTF-8")
    return _check(mention, now) or mention


class _BadTimeError(ValueError):
    """A date that is none."""


def _with_seconds(dated: _Dated) -> Mention:
    fields = {name: getattr(dated, name) for name in Mention.__struct_fields__}
    return Mention(**(fields | {"created_at": _seconds(dated.created_at)}))


def _seconds(text: str) -> float:
    """RFC 3339 to epoch seconds; a time without a zone is refused, it would be a guess."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.timestamp()
    except (ValueError, OverflowError):
        pass
    raise _BadTimeError(f"created_at: {text[:40]!r} is neither epoch seconds nor RFC 3339 with a zone")


def _invalid(message: str) -> Rejection:
    if "$.created_at" in message:
        return Rejection("bad_time", message)
    if "$.kind" in message:
        message += f"; allowed are {', '.join(get_args(Kind))}"
    return Rejection("missing_field" if "missing required field" in message else "wrong_type", message)


def _check(mention: Mention, now: float) -> Rejection | None:
    """What the types alone do not say."""
    at = mention.created_at
    if not 0.0 <= at < inf:
        return Rejection("bad_time", f"created_at: {at!r} is not a time since 1970")
    if at > now + DAY_S:
        return Rejection("in_future", f"created_at: {at!r} is more than a day ahead")
    author = mention.author
    if not (
        0 < len(mention.id) <= MAX_ID
        and 0 < len(mention.thread_id) <= MAX_ID
        and 0 < len(mention.brand) <= MAX_NAME
        and 0 < len(mention.platform) <= MAX_NAME
        and (mention.parent_id is None or len(mention.parent_id) <= MAX_ID)
        and (author is None or (0 < len(author.id) <= MAX_ID and 0 <= (author.followers or 0) < MAX_COUNT))
        and mention.counts is None
    ):
        wrong = _wrong_name(mention) or _wrong_number(mention)
        if wrong is not None:
            return Rejection("bad_value", wrong)
    if author is None and mention.kind != "counts":
        return Rejection(
            "missing_field", f"author: missing; a {mention.kind} must have it, only counts may lack it"
        )
    if mention.counts is None and mention.kind == "counts":
        return Rejection("missing_field", "counts: missing; a counts event must have it")
    return None


def _wrong_name(mention: Mention) -> str | None:
    for key, value, most in (
        ("id", mention.id, MAX_ID),
        ("thread_id", mention.thread_id, MAX_ID),
        ("brand", mention.brand, MAX_NAME),
        ("platform", mention.platform, MAX_NAME),
    ):
        if not 0 < len(value) <= most:
            return f"{key}: {value[:40]!r} has {len(value)} characters; 1 to {most} are allowed"
    parent = mention.parent_id
    if parent is not None and len(parent) > MAX_ID:
        return f"parent_id: {parent[:40]!r} has {len(parent)} characters; at most {MAX_ID} are allowed"
    author = mention.author
    if author is not None and not 0 < len(author.id) <= MAX_ID:
        return f"author.id: {author.id[:40]!r} has {len(author.id)} characters; 1 to {MAX_ID} are allowed"
    return None


def _wrong_number(mention: Mention) -> str | None:
    author, counts = mention.author, mention.counts
    if author is not None and author.followers is not None and not 0 <= author.followers < MAX_COUNT:
        return f"author.followers: {author.followers} is not a count of people"
    if counts is not None:
        for key in ("shares", "likes", "replies", "views"):
            value: Any = getattr(counts, key)
            if value is not None and not 0 <= value < MAX_COUNT:
                return f"counts.{key}: {value} is not a count"
    return None
