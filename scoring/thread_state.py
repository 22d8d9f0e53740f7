"""A thread as it is written down, and those parts of it that are nothing but what is written."""

from typing import NamedTuple, Self

import msgspec

from scoring.audience import AudienceState, shown_name
from scoring.conduct import ConductRecord
from scoring.mention import Mention
from scoring.mood import Mood
from scoring.pace import Pace
from scoring.people import People
from scoring.remembered import RememberedState
from scoring.self_reference import SelfReference
from scoring.ties import TiesState
from scoring.tree import TreeState

EXCERPT = 600
"""Characters of the first post's text that are kept."""

LONGEST_URL = 2_048
"""A longer address is not kept: browsers and servers balk at it, and cut it would lead elsewhere."""


class Root(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What is kept of a thread's first post. All but `by`, its author's short name, is foreign text."""

    by: bytes | None
    author: str
    followers: int | None
    excerpt: str
    url: str | None

    @classmethod
    def of(cls, root: Mention, by: bytes | None) -> Self:
        """Keep as much as is shown."""
        author = root.author
        return cls(
            by,
            "" if author is None else shown_name(author),
            None if author is None else author.followers,
            (root.text or "")[:EXCERPT],
            root.url if root.url is not None and len(root.url) <= LONGEST_URL else None,
        )

    def without(self, people: People) -> Self:
        """The same without what they said and without their names; how many followed its author stays."""
        if self.by in people.names or people.linked(self.url):
            return type(self)(None, "", self.followers, "", None)
        return msgspec.structs.replace(self, excerpt=people.hidden(self.excerpt))


class Told(NamedTuple):
    """What was last passed on of a thread; `dull_since` is when it last ceased to be of interest."""

    at: float
    size: int
    risk: float
    p_viral: float
    conduct: tuple[str, ...]
    over: bool
    dull_since: float | None


class ThreadState(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A thread as a snapshot holds it; the name is not in it, and the brand's profile is looked up anew."""

    brand: str
    platform: str
    number: int
    touched: int
    heard_at: float
    looked_at: float
    next_size: int
    rescore_at: float
    due: float
    told: Told | None
    root: Root | None
    root_at: float
    at: float
    observed: int
    counted: int
    replies: int
    quotes: int
    views: int
    texts: int
    next_text: int
    pace: Pace
    mood: Mood
    self_reference: SelfReference
    conduct: ConductRecord
    tree: TreeState
    audience: AudienceState
    ties: TiesState
    totals: dict[bytes, tuple[int, int]]
    ids: RememberedState
