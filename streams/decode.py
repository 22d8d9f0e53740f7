"""Bytes to mentions: everything that can be wrong with a record gets a reason and a sentence."""

from datetime import datetime

import msgspec

from scoring.mention import Mention
from streams.rejection import (
    MAX_COUNT,
    MAX_ID,
    MAX_NAME,
    REASONS,
    Rejection,
    find_wrong,
    malformed,
    missing,
    refused,
    unfit,
)

__all__ = ["DAY_S", "MAX_BYTES", "MAX_TEXT", "MAX_URL", "REASONS", "Rejection", "decode"]

_AT_TIME = "at `$.created_at`"
"""How msgspec ends a message about the time; before that it may quote the record."""

DAY_S = 24 * 3600.0

MAX_BYTES = 256 * 1024

MAX_TEXT = 10_000
"""Characters of a text that are read and kept: more than people write in a post; articles are cut."""

MAX_URL = 2_000
"""A longer address is left out: no browser and no button opens it."""


class _Dated(Mention, gc=False):
    """A mention whose time is written as a date."""

    created_at: str  # type: ignore[assignment]


_decoder = msgspec.json.Decoder(Mention)
_dated_decoder = msgspec.json.Decoder(_Dated)


def decode(raw: bytes | None, now: float) -> Mention | Rejection:
    """Read one record; `now` is the wall clock in epoch seconds. Never raises, and takes time linear in the bytes."""
    if raw is None or not raw.strip():
        return Rejection("empty", "the record has no content; allowed is one JSON object")
    if len(raw) > MAX_BYTES:
        return Rejection("too_large", f"the record has {len(raw)} bytes; at most {MAX_BYTES} are allowed")
    try:
        try:
            mention = _decoder.decode(raw)
        except msgspec.ValidationError as error:
            if not str(error).endswith(_AT_TIME):
                raise
            mention = _with_seconds(_dated_decoder.decode(raw))
    except msgspec.ValidationError as error:
        return unfit(raw, str(error))
    except _BadTimeError as error:
        return refused("bad_time", "created_at", error.text)
    except (msgspec.DecodeError, RecursionError) as error:
        return malformed(error, raw)
    except UnicodeDecodeError:
        return Rejection("not_utf8", "the record is not UTF-8; allowed is JSON in UTF-8")
    return _check(mention, now) or _cut(mention)


class _BadTimeError(ValueError):
    """A date that is none."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


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
    raise _BadTimeError(text)


def _check(mention: Mention, now: float) -> Rejection | None:
    """What the types alone do not say."""
    at = mention.created_at
    if at < 0.0:
        return refused("bad_time", "created_at", at)
    if at > now + DAY_S:
        return Rejection("in_future", f"created_at is {at!r}, which is more than a day ahead; allowed is a day")
    author = mention.author
    if not (
        0 < len(mention.id) <= MAX_ID
        and 0 < len(mention.thread_id) <= MAX_ID
        and 0 < len(mention.brand) <= MAX_NAME
        and 0 < len(mention.platform) <= MAX_NAME
        and (mention.parent_id is None or len(mention.parent_id) <= MAX_ID)
        and (mention.lang is None or len(mention.lang) <= MAX_NAME)
        and author is not None
        and 0 < len(author.id) <= MAX_ID
        and (author.handle is None or len(author.handle) <= MAX_ID)
        and (author.brand is None or len(author.brand) <= MAX_NAME)
        and 0 <= (author.followers or 0) < MAX_COUNT
        and mention.counts is None
        # One look at all of them at once: what is printable has no control characters.
        and (
            f"{mention.id}{mention.thread_id}{mention.brand}{mention.platform}{mention.parent_id}{mention.lang}"
            f"{author.id}{author.handle}{author.brand}"
        ).isprintable()
    ):
        wrong = find_wrong(mention)
        if wrong is not None:
            return wrong
    if author is None and mention.kind != "counts":
        return missing("author", f"a {mention.kind} must have it, only counts may lack it; ")
    if mention.counts is None and mention.kind == "counts":
        return missing("counts", "a counts event must have it; ")
    return None


def _cut(mention: Mention) -> Mention:
    """Keep of a good mention what anybody can use."""
    if mention.text is not None and len(mention.text) > MAX_TEXT:
        mention.text = mention.text[:MAX_TEXT]
    if mention.url is not None and len(mention.url) > MAX_URL:
        mention.url = None
    return mention
