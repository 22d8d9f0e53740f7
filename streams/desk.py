"""The desk file: one webcare desk's brands, thresholds and channel, from TOML."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from alerts.policy import Policy
from scoring.errors import UserError
from scoring.profile import BrandProfile

T = TypeVar("T")

_UNKNOWN = re.compile("Object contains unknown field `(.*)`", re.DOTALL)


class DeskError(UserError, ValueError):
    """A setting that cannot be used; names the key, the value and what is allowed."""


class SlackSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where alerts go: a channel's id, or its name with #."""

    channel: str = "#webcare"


class Desk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A webcare desk. A brand that is not listed gets the default profile."""

    brands: dict[str, BrandProfile] = {}
    alerts: Policy = Policy()
    slack: SlackSettings = SlackSettings()

    def profile_of(self, brand: str) -> BrandProfile:
        """The profile of `brand`."""
        return self.brands.get(brand) or _DEFAULT


_DEFAULT = BrandProfile()


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
        raise DeskError(f"{path}: not TOML: {error}") from error
    try:
        brands = raw.get("brands")
        for brand, table in brands.items() if isinstance(brands, dict) else ():
            _convert(table, BrandProfile, f"brands.{brand}")  # msgspec would not say which brand
        return _convert(raw, Desk)
    except DeskError as error:
        raise DeskError(f"{path}: {error}") from error


def _convert(raw: Any, kind: type[T], name: str = "") -> T:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise DeskError(_explain(str(error), raw, kind, name)) from error


def _explain(message: str, raw: Any, kind: Any, name: str) -> str:
    """Say which key has which wrong value, and what is allowed: msgspec's message has the key's path at most."""
    what, _, where = message.partition(" - at `$")
    path, inner, _ = where.rstrip("`").partition("[")
    keys = [key for key in path.split(".") if key]
    value = raw
    for key in keys:
        value = value[key]
        kind = next(f.type for f in msgspec.structs.fields(kind) if f.name == key)
    unknown = _UNKNOWN.fullmatch(what)
    if unknown is not None:
        keys.append(unknown[1])
        value = value[unknown[1]]
        what = f"unknown; allowed are {', '.join(f.name for f in msgspec.structs.fields(kind))}"
    full = ".".join([name, *keys] if name else keys)
    whole_table = isinstance(value, dict) and not inner and unknown is None
    return f"{full}: {what}" if whole_table else f"{full} = {value!r}: {what}"
