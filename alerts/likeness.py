"""Which threads are about the same thing: the same root, a link, a hashtag, or nearly the same words."""

import msgspec


class Likeness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When threads become one incident.

    They do if they are within `window_s` seconds of each other and share a link, a hashtag that the brand's
    threads seldom have, or words of which `similarity` (0..1) are the same.
    """

    window_s: float = 6 * 3600.0
    similarity: float = 0.85
    hashtags: bool = True
