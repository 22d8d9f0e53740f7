"""What scoring must know of a brand: its own accounts, and what counts as viral for it."""

import msgspec

HOUR = 3600.0


class BrandProfile(msgspec.Struct, frozen=True):
    """A brand as its webcare desk describes it; the defaults serve a brand that no desk file names.

    `accounts` maps a platform to the handles (without @, lower case) of the brand's own accounts there.
    A thread is viral at `viral_spread` shares, quotes and replies within `horizon_s` seconds of its root.
    `answer_sla_s` is how long a customer may wait for a first answer.
    """

    viral_spread: int = 500
    horizon_s: float = 24 * HOUR
    answer_sla_s: float = 2 * HOUR
    accounts: dict[str, tuple[str, ...]] = {}
