"""What scoring must know of a brand: its own accounts, and what counts as viral for it."""

import msgspec

from scoring.mention import Author

HOUR = 3600.0


class BrandProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A brand as its webcare desk describes it; the defaults serve a brand that no desk file names.

    `accounts` maps a platform to the handles (without @, lower case) of the brand's own accounts there.
    A thread is viral at `viral_spread` shares, quotes and replies within `horizon_s` seconds of its root.
    `answer_sla_s` is how long a customer may wait for a first answer.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    viral_spread: int = 500
    horizon_s: float = 24 * HOUR
    answer_sla_s: float = 2 * HOUR
    accounts: dict[str, tuple[str, ...]] = {}

    def owns(self, author: Author | None, brand: str, platform: str) -> bool:
        """Whether `author` is an account of `brand`, whose profile this is, on `platform`."""
        if author is None:
            return False
        if author.brand is not None:
            return author.brand == brand
        accounts = self.accounts
        return bool(accounts) and (author.handle or "").lstrip("@").lower() in accounts.get(platform, ())

    def __post_init__(self) -> None:
        if self.viral_spread < 2:
            raise ValueError(f"viral_spread is {self.viral_spread}; allowed is 2 or more")
        if not 60.0 <= self.horizon_s <= 30 * 24 * HOUR:
            raise ValueError(f"horizon_s is {self.horizon_s}; allowed is 60 to {30 * 24 * HOUR:.0f} (30 days)")
        if not 0.0 < self.answer_sla_s < float("inf"):
            raise ValueError(f"answer_sla_s is {self.answer_sla_s}; allowed is more than 0")
        for platform, handles in self.accounts.items():
            for handle in handles:
                if not handle or handle != handle.lstrip("@").lower():
                    raise ValueError(
                        f"accounts.{platform} has {handle!r}; allowed are handles in lower case, without @"
                    )
