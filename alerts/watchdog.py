"""The service watching itself: a silent feed, a backlog and a stuck partition are alerts like any other."""

import msgspec

from scoring.errors import require


class FeedPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the service tells that it cannot be relied on; seconds of the wall clock, 0 switches a watch off.

    `silent_s` without a single mention; more than `behind` mentions unread for `behind_s`; a partition with unread
    mentions that has not moved for `stuck_s`.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    silent_s: float = 1800.0
    behind: int = 10_000
    behind_s: float = 300.0
    stuck_s: float = 120.0

    def __post_init__(self) -> None:
        for name in ("silent_s", "behind", "behind_s", "stuck_s"):
            value: float = getattr(self, name)
            require(0 <= value < float("inf"), name, value, "0 or more")
