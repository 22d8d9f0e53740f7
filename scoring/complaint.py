"""A new complaint: the first post of a thread that is negative by its own words."""

from typing import Self

import msgspec

from scoring.mention import Mention

COMPLAINT_EXCERPT = 280
"""Characters of the post that are kept: what a post on a short platform holds."""


class Complaint(msgspec.Struct, frozen=True):
    """Somebody complained about a brand in a thread of their own.

    Most complaints never spread and are never assessed; many at once are news all the same. `at` is when it was
    posted (epoch seconds), `p_negative` the probability that its text is negative. `author`, `excerpt` and `url` are
    foreign text: escape them where they are shown.
    """

    thread_id: str
    brand: str
    at: float
    p_negative: float
    platform: str
    author: str
    excerpt: str
    url: str | None = None

    @classmethod
    def of(cls, root: Mention, p_negative: float) -> Self:
        """Make it of a thread's first post."""
        author = root.author
        return cls(
            thread_id=root.thread_id,
            brand=root.brand,
            at=root.created_at,
            p_negative=p_negative,
            platform=root.platform,
            author=(author.handle or author.id) if author is not None else "",
            excerpt=(root.text or "")[:COMPLAINT_EXCERPT],
            url=root.url,
        )
