"""Reading a desk file, and saying in one line what is wrong with it and where."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from scoring.errors import UserError
from streams.desk.paths import within
from streams.desk.settings import Desk
from streams.tokens import without_tokens

_LONGEST_VALUE = 80

_IN_WORDS = {
    int: "a whole number",
    float: "a number",
    str: 'text between "quotes"',
    bool: "true or false",
    datetime: "a date and time such as 2026-05-01T09:00:00",
    dict: "a table",
    tuple: "a list",
}


class DeskError(UserError, ValueError):
    """A setting that cannot be used; names the key, the value and what is allowed."""


def load_desk(path: Path | None) -> Desk:
    """Read a desk file; without one, the default desk.

    Raises
    ------
    DeskError
        If it cannot be read or a setting is wrong.
    """
    if path is None:
        return Desk()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DeskError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeskError(f"{path}: not TOML: {_one_line(str(error))}") from error
    try:
        return msgspec.convert(raw, Desk)
    except msgspec.ValidationError as error:
        raise DeskError(f"{path}: {_one_line(_fault(raw, Desk, '') or str(error))}") from error


def _fault(raw: Any, kind: Any, path: str) -> str | None:
    """Find the innermost thing that is wrong with `raw` as a `kind`, and say so; None if nothing is.

    msgspec's own message leaves out the keys of tables with free names, such as brands, and the value.
    """
    try:
        msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        inside = (_fault(*part) for part in _parts(raw, kind, path))
        return next((fault for fault in inside if fault is not None), None) or _own_fault(raw, kind, path, str(error))
    return None


def _parts(raw: Any, kind: Any, path: str) -> Iterator[tuple[Any, Any, str]]:
    """Take a table or a list apart: each value, what it must be, and its path."""
    for option in _options(kind):
        if isinstance(raw, dict) and _is_struct(option):
            fields = {field.encode_name: field.type for field in msgspec.structs.fields(option)}
            yield from ((raw[key], fields[key], within(path, key)) for key in raw if key in fields)
        elif isinstance(raw, dict) and get_origin(option) is dict:
            yield from ((value, get_args(option)[1], within(path, key)) for key, value in raw.items())
        elif isinstance(raw, list) and get_origin(option) is tuple:
            yield from ((value, get_args(option)[0], f"{path}[{at}]") for at, value in enumerate(raw))


def _own_fault(raw: Any, kind: Any, path: str, message: str) -> str:
    """Say what is wrong with `raw` itself, all of whose parts are right."""
    struct = next((option for option in _options(kind) if _is_struct(option)), None)
    if struct is None or not isinstance(raw, dict):
        return f"{path} is {_shown(raw)}; allowed is {_in_words(kind)}"
    fields = msgspec.structs.fields(struct)
    names = [field.encode_name for field in fields]
    for key in raw:
        if key not in names:
            return f"{within(path, key)} is {_shown(raw[key])}; there is no such key, allowed are {', '.join(names)}"
    for field in fields:
        if field.required and field.encode_name not in raw:
            return f"{within(path, field.encode_name)} is missing; allowed is {_in_words(field.type)}"
    return f"{path}.{message}" if path else message  # the message begins with the key: see scoring.errors.require


def _options(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _in_words(kind: Any) -> str:
    options = [option for option in _options(kind) if option is not NoneType]
    if len(options) > 1:
        return " or ".join(map(_in_words, options))
    (only,) = options
    if get_origin(only) is Literal:
        return ", ".join(get_args(only))
    if _is_struct(only):
        return "a table"
    if get_origin(only) is tuple and _is_struct(get_args(only)[0]):
        return "a list of tables, each under a [[heading]] of its own or in [ ]"
    return _IN_WORDS[get_origin(only) or only]


def _shown(value: Any) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _one_line(message: str) -> str:
    """Take what would break a line or a terminal out of a message, and a token that is where it must not be."""
    return without_tokens("".join(c if c.isprintable() else repr(c)[1:-1] for c in message))
