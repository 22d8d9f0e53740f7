"""The state of one thread: a fold of its mentions, bounded in memory, O(1) per mention."""

from math import inf
from typing import NamedTuple

from scoring.audience import Audience
from scoring.conduct import ConductRecord
from scoring.mention import SPREADING, Author, Counts, Mention
from scoring.mood import Mood
from scoring.pace import Pace
from scoring.profile import BrandProfile
from scoring.remembered import Remembered
from scoring.self_reference import SelfReference
from scoring.ties import Ties
from scoring.tree import ROOT, DiffusionTree

REMEMBERED_IDS = 8_192
"""So many post ids are remembered per thread at least, to know a repeat when it comes."""

MAX_COUNTED_POSTS = 256
"""Posts of one thread whose running totals are kept."""

OWN_WORDS = (0.1, 0.4)
"""P(negative), P(positive) of what the brand itself posts, until somebody reacts to it."""

FIRST_SIZE = 3
"""The size at which a thread is scored first."""

TEXTS_READ_EACH = 32
"""So many texts of a thread are read one by one; beyond, one per 10 % more, which is enough for a mean."""


class Told(NamedTuple):
    """What was last passed on of a thread; `dull_since` is when it last ceased to be of interest."""

    at: float
    size: int
    risk: float
    p_viral: float
    conduct: tuple[str, ...]
    over: bool
    dull_since: float | None


class Thread:
    """What is known of a thread at its own clock `at` (epoch seconds), the latest time it has heard of.

    `spread` is its size: shares, quotes and replies by anybody but the brand, or the platform's running totals
    where those are higher. `root_at` is when it began: the root's time, or the first event's until the root
    is seen.

    The engine notes in `number`, `heard_at`, `looked_at`, `next_size`, `rescore_at`, `due` and `told` which of
    its threads this is, when it was last heard of, when it was and will be scored, and what was passed on of it.
    """

    __slots__ = (
        "_counted",
        "_ids",
        "_next_text",
        "_texts",
        "at",
        "audience",
        "brand",
        "conduct",
        "counted",
        "due",
        "heard_at",
        "id",
        "looked_at",
        "mood",
        "next_size",
        "number",
        "observed",
        "pace",
        "platform",
        "profile",
        "quotes",
        "replies",
        "rescore_at",
        "root",
        "root_at",
        "self_reference",
        "ties",
        "told",
        "tree",
        "views",
    )

    def __init__(self, first: Mention, profile: BrandProfile) -> None:
        self.id = first.thread_id
        self.brand = first.brand
        self.platform = first.platform
        self.profile = profile
        self.root: Mention | None = None
        self.root_at = self.at = first.created_at
        self.pace = Pace()
        self.tree = DiffusionTree()
        self.audience = Audience()
        self.mood = Mood()
        self.self_reference = SelfReference()
        self.ties = Ties()
        self.conduct = ConductRecord()
        self.observed = self.counted = self.replies = self.quotes = self.views = 0
        self._counted: dict[str, tuple[int, int]] = {}
        self._ids = Remembered(REMEMBERED_IDS)
        self._texts = 0
        self._next_text = TEXTS_READ_EACH
        self.number = 0
        self.heard_at = self.looked_at = -inf
        self.next_size = FIRST_SIZE
        self.rescore_at = self.due = inf
        self.told: Told | None = None

    @property
    def spread(self) -> int:
        """Shares, quotes and replies by anybody but the brand's own accounts."""
        return self.pace.size

    def is_own(self, author: Author | None) -> bool:
        """Whether `author` is an account of this thread's brand."""
        return self.profile.owns(author, self.brand, self.platform)

    def accept(self, mention: Mention) -> bool:
        """Whether `mention` is new to the thread; remembers its id."""
        return self._ids.add(mention.id)

    def wants_tone(self, mention: Mention) -> bool:
        """Whether the tone of an accepted mention's text should be read. Shares say nothing of tone."""
        if not mention.text or mention.kind == "share" or self.is_own(mention.author):
            return False
        self._texts += 1
        if self._texts <= TEXTS_READ_EACH or mention.id == self.id:
            return True
        if self._texts >= self._next_text:
            self._next_text = self._texts + max(1, self._texts // 10)
            return True
        return False

    def fold(self, mention: Mention, tone: tuple[float, float] | None) -> None:
        """Take in an accepted mention; `tone` is P(negative), P(positive) of its text where that was read."""
        at = mention.created_at
        self.at = max(self.at, at)
        kind, author = mention.kind, mention.author
        if kind == "counts":
            if mention.counts is not None:
                self._count(mention, mention.counts)
            return
        if mention.id == self.id:
            self._begin(mention, tone)
            return
        if at < self.root_at and self.root is None:
            self.root_at = at
        own = self.is_own(author)
        spreads = kind in SPREADING and not own
        parent = ROOT if mention.parent_id == self.id else mention.parent_id
        self.tree.attach(mention.id, parent, author.id if author is not None else None, by_brand=own, spreads=spreads)
        if spreads:
            if author is not None and not self.audience.add(author, parent or ROOT):
                self._meet_again(author, parent or ROOT)
            self.observed += 1
            if kind == "reply":
                self.replies += 1
            elif kind == "quote":
                self.quotes += 1
            self._resize(at)
        if tone is not None:
            self.mood.add(*tone)
            self.self_reference.add(mention.text or "")
        if own:
            if kind != "share" and mention.text:
                self.conduct.brand_says(at, mention.text)
        elif tone is not None and mention.text and self._is_customer(author):
            self.conduct.customer_says(at, mention.text, tone[0])

    def _meet_again(self, author: Author, answered: str) -> None:
        """Note whom somebody answers who is not new. A post whose author is unknown stands for its author."""
        audience, author_of = self.audience, self.tree.author_of
        began_with = audience.began_with(author)
        first = author_of(began_with) or began_with
        self.ties.add(audience.authors + audience.repeats, author.id, author_of(answered) or answered, first)

    def _is_customer(self, author: Author | None) -> bool:
        root = self.root
        return author is not None and root is not None and root.author is not None and root.author.id == author.id

    def _begin(self, root: Mention, tone: tuple[float, float] | None) -> None:
        self.root = root
        self.root_at = min(self.root_at, root.created_at) if self.pace.size else root.created_at
        if root.author is not None:
            self.audience.add_root(root.author)
            self.tree.root_by(root.author.id)
        if self.is_own(root.author):
            self.tree.root_by_brand()
            self.mood.add_root(*OWN_WORDS)
        elif tone is not None and root.text:
            self.conduct.customer_says(root.created_at, root.text, tone[0])
        if tone is not None:
            self.mood.add_root(*tone)

    def _count(self, mention: Mention, counts: Counts) -> None:
        post = mention.parent_id or self.id
        shares, replies = self._counted.get(post, (0, 0))
        if post not in self._counted and len(self._counted) >= MAX_COUNTED_POSTS:
            return
        now = (max(shares, counts.shares or 0), max(replies, counts.replies or 0))
        self._counted[post] = now
        self.counted += sum(now) - shares - replies
        self.views = max(self.views, counts.views or 0)
        self._resize(mention.created_at)

    def _resize(self, at: float) -> None:
        grown = max(self.observed, self.counted) - self.pace.size
        if grown > 0:
            self.pace.add(max(at, self.root_at), float(self.audience.total), grown)
