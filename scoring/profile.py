"""What scoring must know of a brand: its own accounts, and what counts as viral for it."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from scoring.errors import require
from scoring.mention import Author

HOUR = 3600.0
_MOST_HORIZON_S = 30 * 24 * HOUR

Role = Literal["corporate", "care", "outages"]
"""What an account is for: the company's own news, answers to customers, or word of what is out of order."""

Language = Literal["nl", "en"]


class BrandProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A brand as its webcare desk describes it; the defaults serve a brand that no desk file names.

    `accounts` maps a platform to the handles (without @, lower case) of the brand's own accounts there, with their
    roles where it has one for each. A thread is viral at `viral_spread` shares, quotes and replies within
    `horizon_s` seconds of its root. `answer_sla_s` is how long a customer may wait for a first answer. `languages`
    are those that its customers write in.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    viral_spread: int = 500
    horizon_s: float = 24 * HOUR
    answer_sla_s: float = 2 * HOUR
    accounts: dict[str, tuple[str, ...] | dict[str, Role]] = {}
    languages: tuple[Language, ...] = ("nl", "en")

    def owns(self, author: Author | None, brand: str, platform: str) -> bool:
        """Whether `author` is an account of `brand`, whose profile this is, on `platform`."""
        if author is None:
            return False
        if author.brand is not None:
            return author.brand == brand
        accounts = self.accounts
        return bool(accounts) and (author.handle or "").lstrip("@").lower() in accounts.get(platform, ())

    def accounts_with(self, role: Role) -> dict[str, tuple[str, ...]]:
        """Handles by platform of the accounts with this role; one without a role of its own has them all."""
        found = {
            platform: tuple(handle for handle in handles if not isinstance(handles, dict) or handles[handle] == role)
            for platform, handles in self.accounts.items()
        }
        return {platform: handles for platform, handles in found.items() if handles}

    def __post_init__(self) -> None:
        require(self.viral_spread >= 2, "viral_spread", self.viral_spread, "2 or more")
        days = f"60 to {_MOST_HORIZON_S:.0f} (30 days)"
        require(60 <= self.horizon_s <= _MOST_HORIZON_S, "horizon_s", self.horizon_s, days)
        require(0 < self.answer_sla_s < float("inf"), "answer_sla_s", self.answer_sla_s, "more than 0")
        for platform, handles in self.accounts.items():
            written = "a platform as the mentions name it, in lower case"
            require(bool(platform) and platform == platform.lower(), "accounts", platform, written)
            _require_handles(f"accounts.{platform}", handles)
        require(bool(self.languages), "languages", list(self.languages), "nl, en or both")
        for at, language in enumerate(self.languages):
            require(language not in self.languages[:at], f"languages[{at}]", language, "each language once")


def _require_handles(key: str, handles: Iterable[str]) -> None:
    seen = set[str]()
    for at, handle in enumerate(handles):
        where = f"{key}.{handle}" if isinstance(handles, dict) else f"{key}[{at}]"
        plain = bool(handle) and handle == handle.lstrip("@").lower()
        require(plain, where, handle, "a handle in lower case, without @")
        require(handle not in seen, where, handle, "each handle once")
        seen.add(handle)
