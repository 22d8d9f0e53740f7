"""The desk file: one webcare desk's brands, thresholds and channel, from TOML."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from alerts.policy import Policy
from scoring.errors import UserError
from scoring.profile import BrandProfile


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
        return msgspec.convert(raw, Desk)
    except msgspec.ValidationError as error:
        raise DeskError(f"{path}: {_explain(str(error), raw)}") from error


def _explain(message: str, raw: dict[str, Any]) -> str:
    """Say which key has which wrong value: msgspec names the key's path and what is allowed."""
    what, _, where = message.partition(" - at `$.")
    path = where.rstrip("`")
    if not path:
        return what
    value: Any = raw
    for key in re.split(r"\.", path):
        if not isinstance(value, dict) or key not in value:
            return f"{path}: {what}"
        value = value[key]
    shown = "" if isinstance(value, dict) else f" = {value!r}"
    return f"{path}{shown}: {what}"
