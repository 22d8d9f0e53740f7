"""The state of one thread: a fold of its mentions, bounded in memory, O(1) per mention."""

from math import inf
from typing import Self

from scoring.audience import Audience
from scoring.conduct import ConductRecord
from scoring.mention import SPREADING, Author, Counts, Mention
from scoring.mood import Mood
from scoring.names import short
from scoring.pace import Pace
from scoring.people import People
from scoring.profile import BrandProfile
from scoring.remembered import Remembered
from scoring.self_reference import SelfReference
from scoring.thread_state import Root, ThreadState, Told
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


class Thread:
    """What is known of a thread at its own clock `at` (epoch seconds), the latest time it has heard of.

    `spread` is its size: shares, quotes and replies by anybody but the brand, or the platform's running totals
    where those are higher. `root_at` is when it began: the root's time, or the first event's until the root
    is seen.

    The engine notes in `number`, `touched`, `heard_at`, `looked_at`, `next_size`, `rescore_at`, `due` and `told` which
    of its threads this is, with which of its mentions and when it was last heard of, when it was and will be scored,
    and what was passed on of it.
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
        "touched",
        "tree",
        "views",
    )

    def __init__(self, first: Mention, profile: BrandProfile) -> None:
        self.id = first.thread_id
        self.brand = first.brand
        self.platform = first.platform
        self.profile = profile
        self.root: Root | None = None
        self.root_at = self.at = first.created_at
        self.pace = Pace()
        self.tree = DiffusionTree()
        self.audience = Audience()
        self.mood = Mood()
        self.self_reference = SelfReference()
        self.ties = Ties()
        self.conduct = ConductRecord()
        self.observed = self.counted = self.replies = self.quotes = self.views = 0
        self._counted: dict[bytes, tuple[int, int]] = {}
        self._ids = Remembered(REMEMBERED_IDS)
        self._texts = 0
        self._next_text = TEXTS_READ_EACH
        self.number = self.touched = 0
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

    def accept(self, mention: Mention) -> bytes | None:
        """Remember the id of `mention`; returns it shortened, None if it is not new to the thread."""
        name = short(mention.id)
        return name if self._ids.add(name) else None

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

    def fold(self, mention: Mention, tone: tuple[float, float] | None, name: bytes | None = None) -> None:
        """Take in an accepted mention.

        `tone` is P(negative), P(positive) of its text where that was read, `name` its id, shortened, where that is
        known.
        """
        at = mention.created_at
        self.at = max(self.at, at)
        kind, author = mention.kind, mention.author
        if kind == "counts":
            if mention.counts is not None:
                self._count(mention, mention.counts)
            return
        by = None if author is None else short(author.id)
        if mention.id == self.id:
            self._begin(mention, by, tone)
            return
        if at < self.root_at and self.root is None:
            self.root_at = at
        own = self.is_own(author)
        spreads = not own and kind in SPREADING
        above = mention.parent_id
        parent = None if above is None else ROOT if above in ("", self.id) else short(above)
        self.tree.attach(name or short(mention.id), parent, by, by_brand=own, spreads=spreads)
        if spreads:
            if author is not None and by is not None and not self.audience.add(author, by, parent or ROOT):
                self._meet_again(by, parent or ROOT)
            self.observed += 1
            self.replies += kind == "reply"
            self.quotes += kind == "quote"
            self._resize(at)
        if tone is not None:
            self.mood.add(*tone)
            self.self_reference.add(mention.text or "")
        if own:
            if kind != "share" and mention.text:
                self.conduct.brand_says(at, mention.text)
        elif tone is not None and mention.text and self._is_customer(by):
            self.conduct.customer_says(at, mention.text, tone[0])

    def _meet_again(self, by: bytes, answered: bytes) -> None:
        """Note whom somebody answers who is not new. A post whose author is unknown stands for its author."""
        audience, author_of = self.audience, self.tree.author_of
        began_with = audience.began_with(by)
        first = author_of(began_with) or began_with
        self.ties.add(audience.authors + audience.repeats, by, author_of(answered) or answered, first)

    def _is_customer(self, by: bytes | None) -> bool:
        return by is not None and self.root is not None and self.root.by == by

    def _begin(self, root: Mention, by: bytes | None, tone: tuple[float, float] | None) -> None:
        self.root = Root.of(root, by)
        self.root_at = min(self.root_at, root.created_at) if self.pace.size else root.created_at
        if root.author is not None and by is not None:
            self.audience.add_root(root.author, by)
            self.tree.root_by(by)
        if self.is_own(root.author):
            self.tree.root_by_brand()
            self.mood.add_root(*OWN_WORDS)
        elif tone is not None and root.text:
            self.conduct.customer_says(root.created_at, root.text, tone[0])
        if tone is not None:
            self.mood.add_root(*tone)

    def _count(self, mention: Mention, counts: Counts) -> None:
        post = ROOT if mention.parent_id in (None, "", self.id) else short(mention.parent_id)
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

    def meet(self, people: People) -> None:
        """Let `people` learn by which names the thread knows them."""
        if self.root is not None:
            people.meet(self.root.by, self.root.author)
        people.meet(self.audience.largest_by, self.audience.largest_name)

    def erase(self, people: People) -> bool:
        """Forget who some people are and what they said; returns whether anything of theirs was there.

        The thread stays as large as it is, and what the brand said stays but for whom it addressed.
        """
        names = people.names
        # Every part is gone through, whatever was found before.
        found = [self.audience.erase(names), self.ties.erase(names), self.tree.erase(names)]
        root, conduct = self.root, self.conduct
        if root is not None:
            kept = root.without(people)
            found.append(kept != root)
            self.root = kept
        if conduct.harsh_text is not None:
            said = people.hidden(conduct.harsh_text)
            found.append(said != conduct.harsh_text)
            conduct.harsh_text = said
        return any(found)

    def freeze(self) -> ThreadState:
        """The state, to be written before the thread changes again."""
        return ThreadState(
            self.brand,
            self.platform,
            self.number,
            self.touched,
            self.heard_at,
            self.looked_at,
            self.next_size,
            self.rescore_at,
            self.due,
            self.told,
            self.root,
            self.root_at,
            self.at,
            self.observed,
            self.counted,
            self.replies,
            self.quotes,
            self.views,
            self._texts,
            self._next_text,
            self.pace,
            self.mood,
            self.self_reference,
            self.conduct,
            self.tree.freeze(),
            self.audience.freeze(),
            self.ties.freeze(),
            self._counted,
            self._ids.freeze(),
        )

    @classmethod
    def thaw(cls, name: str, state: ThreadState, profile: BrandProfile) -> Self:
        """Make the thread called `name` of a state, which becomes part of it."""
        self = cls.__new__(cls)
        self.id = name
        self.profile = profile
        self.brand = state.brand
        self.platform = state.platform
        self.number = state.number
        self.touched = state.touched
        self.heard_at = state.heard_at
        self.looked_at = state.looked_at
        self.next_size = state.next_size
        self.rescore_at = state.rescore_at
        self.due = state.due
        self.told = state.told
        self.root = state.root
        self.root_at = state.root_at
        self.at = state.at
        self.observed = state.observed
        self.counted = state.counted
        self.replies = state.replies
        self.quotes = state.quotes
        self.views = state.views
        self._texts = state.texts
        self._next_text = state.next_text
        self.pace = state.pace
        self.mood = state.mood
        self.self_reference = state.self_reference
        self.conduct = state.conduct
        self.tree = DiffusionTree.thaw(state.tree)
        self.audience = Audience.thaw(state.audience)
        self.ties = Ties.thaw(state.ties)
        self._counted = state.totals
        self._ids = Remembered.thaw(state.ids, REMEMBERED_IDS)
        return self
