"""The desk's own history: mention events as they were recorded, turned into cascades to learn from."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import inf
from operator import attrgetter
from typing import NamedTuple

from scoring.cascades import Cascade, Event, Spreading
from scoring.mention import Mention
from scoring.past import PastThread
from scoring.profile import BrandProfile
from streams.decode import Rejection, decode

OPEN_S = 3 * 24 * 3600.0
"""A thread that began less than this before the history ends may still grow, so that its end is not known."""

MICROSECONDS = 6
"""Digits of seconds since the root: what a double holds of a time of today."""


@dataclass
class Heard:
    """What a file of events held: lines, and how many of them were refused for which reason."""

    lines: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    first_rejection: str = ""


@dataclass
class History:
    """The threads of a history, in the order in which they were first heard of.

    Attributes
    ----------
    complete
        Those whose cascade is known from beginning to end.
    open
        Those that began less than `OPEN_S` before the history ends.
    uncounted
        Those that running totals say are larger than what was seen of them.
    repeats
        Events that were there before.
    """

    complete: list[PastThread] = field(default_factory=list)
    open: list[PastThread] = field(default_factory=list)
    uncounted: list[PastThread] = field(default_factory=list)
    repeats: int = 0

    @property
    def threads(self) -> list[PastThread]:
        """All of them."""
        return [*self.complete, *self.open, *self.uncounted]


def hear(lines: Iterable[bytes], now: float, heard: Heard) -> Iterator[Mention]:
    """Mentions of a file's lines, those that are none noted in `heard`; `now` is the wall clock, epoch seconds."""
    for line in lines:
        heard.lines += 1
        mention = decode(line, now)
        if isinstance(mention, Rejection):
            heard.rejected[mention.reason] += 1
            heard.first_rejection = heard.first_rejection or mention.detail
        else:
            yield mention


def gather(mentions: Iterable[Mention], profile_of: Callable[[str], BrandProfile]) -> History:
    """Turn mentions, in any order, into threads of the past.

    Parameters
    ----------
    mentions
        Events as the desk recorded them; repeats of an id within its thread are dropped.
    profile_of
        The profile of a brand: which accounts are its own, and what is viral for it.
    """
    history, threads, ends = History(), dict[str, _Thread](), -inf
    for mention in mentions:
        ends = max(ends, mention.created_at)
        thread = threads.get(mention.thread_id)
        if thread is None:
            thread = threads[mention.thread_id] = _Thread(mention, profile_of(mention.brand))
        if not thread.take(mention):
            history.repeats += 1
    for name in list(threads):
        thread = threads.pop(name)  # so that what was recorded and what comes of it are not held twice
        if thread.uncounted:
            kind = history.uncounted
        else:
            kind = history.complete if ends - thread.began >= OPEN_S else history.open
        kind.append(thread.past())
    return history


class _Spreading(NamedTuple):
    """As much of a share, reply or quote as a cascade needs; words are most of what a mention weighs."""

    at: float
    id: str
    parent_id: str | None
    followers: int | None
    kind: Spreading


class _Thread:
    """All that was recorded of one thread."""

    __slots__ = (
        "_brand",
        "_first_at",
        "_id",
        "_ids",
        "_own",
        "_platform",
        "_profile",
        "_root",
        "_spread",
        "_totals",
    )

    def __init__(self, first: Mention, profile: BrandProfile) -> None:
        self._id, self._brand, self._platform = first.thread_id, first.brand, first.platform
        self._profile = profile
        self._root: Mention | None = None
        self._first_at = inf
        self._ids: set[str] = set()
        self._spread: list[_Spreading] = []
        self._own = 0
        self._totals: list[tuple[float, str, int, int]] = []

    def take(self, mention: Mention) -> bool:
        """Take a mention in; False if it was there before."""
        self._first_at = min(self._first_at, mention.created_at)
        if mention.kind == "counts":
            if mention.counts is not None:
                # A repeat does nothing to running totals, so that no id needs to be remembered.
                post, counts = mention.parent_id or self._id, mention.counts
                self._totals.append((mention.created_at, post, counts.shares or 0, counts.replies or 0))
            return True
        if mention.id in self._ids:
            return False
        self._ids.add(mention.id)
        if mention.id == self._id:
            self._root = mention
        elif mention.kind != "post":
            if self._is_own(mention):
                self._own += 1
            else:
                followers = mention.author.followers if mention.author is not None else None
                self._spread.append(
                    _Spreading(mention.created_at, mention.id, mention.parent_id, followers, mention.kind)
                )
        return True

    @property
    def began(self) -> float:
        """The root's time, or the first event's where the root is not known; epoch seconds."""
        return self._root.created_at if self._root is not None else self._first_at

    @property
    def uncounted(self) -> bool:
        """Whether more is known from running totals than was seen, the brand's own answers included."""
        return self._counted(inf) > len(self._spread) + self._own or not self._ids

    def past(self) -> PastThread:
        """What became of the thread."""
        root, began = self._root, self.began
        cascade = Cascade(self._id, self._events(), began)
        text = lang = None
        if root is not None and root.author is not None:
            cascade.root_followers = root.author.followers
            if not self._is_own(root):
                text, lang = root.text, root.lang
        horizon_s = self._profile.horizon_s
        in_time = max(sum(event[0] <= horizon_s for event in cascade.events), self._counted(began + horizon_s))
        return PastThread(cascade, text, lang, in_time >= self._profile.viral_spread)

    def _events(self) -> list[Event]:
        began, ordered = self.began, sorted(self._spread, key=attrgetter("at"))
        place = {self._id: -1} | {one.id: index for index, one in enumerate(ordered)}
        events: list[Event] = []
        for index, one in enumerate(ordered):
            parent = place.get(one.parent_id) if one.parent_id is not None else None
            if parent is not None and parent >= index:
                parent = None  # later than its child by its own clock
            events.append((round(max(one.at - began, 0.0), MICROSECONDS), one.followers, parent, one.kind))
        return events

    def _is_own(self, mention: Mention) -> bool:
        return self._profile.owns(mention.author, self._brand, self._platform)

    def _counted(self, until: float) -> int:
        """Shares and replies of all posts by the running totals up to a time, which never fall."""
        highest: dict[str, tuple[int, int]] = {}
        for at, post, shares, replies in self._totals:
            if at <= until:
                known = highest.get(post, (0, 0))
                highest[post] = (max(known[0], shares), max(known[1], replies))
        return sum(map(sum, highest.values()))
