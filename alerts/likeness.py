"""Which threads are about the same thing: the same root, a link, a hashtag, or nearly the same words."""

import msgspec

from scoring.errors import require


class Likeness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When threads become one incident.

    They do if they are within `window_s` seconds of each other and share a link, a hashtag that the brand's
    threads seldom have, or words of which `similarity` (0..1) are the same.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    window_s: float = 6 * 3600.0
    similarity: float = 0.85
    hashtags: bool = True

    def __post_init__(self) -> None:
        require(0 <= self.window_s < float("inf"), "window_s", self.window_s, "0 or more")
        require(0 < self.similarity <= 1, "similarity", self.similarity, "more than 0, at most 1")
