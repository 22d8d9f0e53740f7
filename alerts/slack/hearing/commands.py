"""What people may ask after `/brandmelder`, read from what they typed."""

import re
import shlex
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo

import msgspec

from alerts.slack.escape import visible
from scoring.errors import UserError

LONGEST_SILENCE_S = 24 * 3600.0
_LONGEST_REASON, _LONGEST_TEXT, _MOST_SHOWN = 200, 1000, 20
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"'})
_HOURS, _MINUTES = r"(\d{1,2}) ?(?:h|u|hours?|uur)", r"(\d{1,4}) ?(?:m|min|minutes?|minuten|minuut)"
_SPAN = re.compile(rf"(?=\d)(?:{_HOURS}(?![a-z]))? ?(?:{_MINUTES})?(?!\S)", re.ASCII | re.IGNORECASE)
_CLOCK = re.compile(r"(?:until|tot) ([01]?\d|2[0-3]):([0-5]\d)(?!\S)", re.ASCII | re.IGNORECASE)
_DURATION = "30m, 2h, 1h30m or until 08:00, at most 24h"
_NAMES = ("status", "silence", "unsilence", "digest", "who", "help")


class CommandError(UserError, ValueError):
    """What was typed is no command; the message, plain text, names what is wrong with it and what is allowed."""


class StatusAsked(msgspec.Struct, frozen=True):
    """What is going on, of one brand or of all."""

    brand: str | None


class SilenceAsked(msgspec.Struct, frozen=True):
    """Quiet about a brand until `until`, epoch seconds, and why."""

    brand: str
    until: float
    reason: str


class UnsilenceAsked(msgspec.Struct, frozen=True):
    """An end to the quiet about a brand."""

    brand: str


class DigestAsked(msgspec.Struct, frozen=True):
    """What the present shift has been like."""


class WhoAsked(msgspec.Struct, frozen=True):
    """Who is on call."""


class HelpAsked(msgspec.Struct, frozen=True):
    """What can be asked."""


_ALONE: dict[str, "Request"] = {"digest": DigestAsked(), "who": WhoAsked(), "help": HelpAsked()}

Request = StatusAsked | SilenceAsked | UnsilenceAsked | DigestAsked | WhoAsked | HelpAsked


def read_command(text: str, now: float, brands: Collection[str], zone: tzinfo) -> Request:
    """Read what was typed after the command's name.

    Parameters
    ----------
    text
        Foreign text. Names of brands need no quotes, and no capitals.
    now
        Epoch seconds.
    brands
        Those there are.
    zone
        The desk's time zone, in which "until 08:00" is meant.

    Raises
    ------
    CommandError
        When it is none; it names the key, the value and what is allowed.
    """
    words = _split(visible(text[:_LONGEST_TEXT]))
    if not words:
        return HelpAsked()
    name, rest = words[0].lower(), words[1:]
    if name == "status":
        return StatusAsked(_only_brand(rest, brands) if rest else None)
    if name == "silence":
        return _silence(rest, now, brands, zone)
    if name == "unsilence":
        return UnsilenceAsked(_only_brand(rest, brands))
    alone = _ALONE.get(name)
    if alone is None:
        raise _wrong("command", words[0], ", ".join(_NAMES))
    if rest:
        raise _wrong(name, " ".join(rest), "nothing after it")
    return alone


def _split(text: str) -> list[str]:
    try:
        # Not posix-like otherwise: an apostrophe is part of a word, as in Albert's.
        lexer = shlex.shlex(text.translate(_QUOTES), posix=True, punctuation_chars=False)
        lexer.whitespace_split = True
        lexer.quotes, lexer.escape, lexer.commenters = '"', "", ""
        return list(lexer)
    except ValueError:
        raise _wrong("quotes", text, "a pair of them around a name") from None


def _only_brand(words: Sequence[str], brands: Collection[str]) -> str:
    brand, rest = _brand(words, brands)
    if rest:
        raise _wrong("brand", " ".join(words), _listed(brands))
    return brand


def _brand(words: Sequence[str], brands: Collection[str]) -> tuple[str, Sequence[str]]:
    """Find the brand that the words begin with, the longest name that fits; and what comes after it."""
    known = {" ".join(visible(brand).split()).casefold(): brand for brand in brands}
    for count in range(len(words), 0, -1):
        brand = known.get(" ".join(words[:count]).casefold())
        if brand is not None:
            return brand, words[count:]
    raise _wrong("brand", words[0] if words else "", _listed(brands))


def _listed(brands: Collection[str]) -> str:
    if not brands:
        return "none, for no brand is known yet"
    names = [f'"{brand}"' if " " in brand else brand for brand in sorted(brands)[:_MOST_SHOWN]]
    more = len(brands) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _silence(words: Sequence[str], now: float, brands: Collection[str], zone: tzinfo) -> SilenceAsked:
    brand, rest = _brand(words, brands)
    until, rest = _until(rest, now, zone)
    reason = " ".join(rest)
    if not reason:
        raise _wrong("reason", "", "a few words, for those who wonder why it is quiet")
    if len(reason) > _LONGEST_REASON:
        raise _wrong("reason", f"{reason[:40]}…", f"at most {_LONGEST_REASON} characters")
    return SilenceAsked(brand, until, reason)


def _until(words: Sequence[str], now: float, zone: tzinfo) -> tuple[float, Sequence[str]]:
    text = " ".join(words)
    clock, span = _CLOCK.match(text), _SPAN.match(text)
    if clock is not None:
        until, read = _next(int(clock[1]), int(clock[2]), now, zone), clock
    elif span is not None:
        until, read = now + 3600.0 * int(span[1] or 0) + 60.0 * int(span[2] or 0), span
    else:
        raise _wrong("duration", " ".join(words[:2]), _DURATION)
    if not now < until <= now + LONGEST_SILENCE_S:
        raise _wrong("duration", read[0], _DURATION)
    return until, text[read.end() :].split()


def _next(hour: int, minute: int, now: float, zone: tzinfo) -> float:
    """When the desk's clock next reads that time."""
    local = datetime.fromtimestamp(now, zone)
    wanted = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    if wanted.timestamp() <= now:
        wanted += timedelta(days=1)
    return wanted.timestamp()


def _wrong(key: str, value: str, allowed: str) -> CommandError:
    said = f"{key} is missing" if not value else f"{key} is “{value[:80]}”"
    return CommandError(f"{said}; allowed: {allowed}")
