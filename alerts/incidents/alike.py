"""Finds the active incident that a thread is alike."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from alerts.incidents.surge import Surge
from alerts.ledger import Entry
from alerts.likeness import Likeness
from alerts.marks import Marks, sameness


class Post(NamedTuple):
    """The first post of an incident's thread: what its marks are taken from, and when it was written."""

    thread_id: str
    at: float
    excerpt: str
    url: str | None


def posts_of(entry: Entry) -> Iterator[Post]:
    """The first posts of an incident's threads, as far as the ledger has them."""
    if not entry.members:
        card = entry.assessment.card
        yield Post(entry.assessment.thread_id, card.root_at, card.excerpt, card.url)
    for member in entry.members:
        yield Post(member.thread_id, member.began, member.excerpt, member.url)


class Alike:
    """An index of active incidents by the marks of their threads; what it holds follows from the ledger alone.

    Parameters
    ----------
    likeness
        When threads are alike.
    names
        How people call the brand.
    surge
        Knows which hashtags and texts so many of the brand's complaints have that they say nothing.
    """

    def __init__(self, likeness: Likeness, names: frozenset[str], surge: Surge) -> None:
        self._likeness = likeness
        self._names = names
        self._surge = surge
        # By incident and thread: the post and its marks.
        self._posts: dict[str, dict[str, tuple[Post, Marks]]] = {}
        self._with: dict[str, dict[str, set[str]]] = {"link": {}, "tag": {}, "run": {}}

    def __len__(self) -> int:
        return len(self._posts)

    def marks(self, text: str | None, url: str | None) -> Marks:
        """The marks of a post about this brand."""
        return Marks(text, url, self._names)

    def put(self, key: str, entry: Entry) -> None:
        """Note the threads of an incident as they are now."""
        known = self._posts.setdefault(key, {})
        posts = {post.thread_id: post for post in posts_of(entry)}
        for thread_id in [thread_id for thread_id in known if thread_id not in posts]:
            self._drop(key, known.pop(thread_id)[1])
        for thread_id, post in posts.items():
            before = known.get(thread_id)
            if before is not None and (before[0].excerpt, before[0].url) == (post.excerpt, post.url):
                known[thread_id] = (post, before[1])
                continue
            if before is not None:
                self._drop(key, known.pop(thread_id)[1])
            marks = self.marks(post.excerpt, post.url)
            known[thread_id] = (post, marks)
            for kind, mark in self._kinds(marks):
                self._with[kind].setdefault(mark, set()).add(key)

    def remove(self, key: str) -> None:
        """Forget an incident."""
        for _, marks in self._posts.pop(key, {}).values():
            self._drop(key, marks)

    def find(self, marks: Marks, at: float) -> str | None:
        """The incident that a post of `at` with these marks is alike: by a link, else by words, else by a hashtag.

        Of several the one with the latest such post, and of those the last by name.
        """
        for found in (self._by_link(marks, at), self._by_words(marks, at), self._by_tag(marks, at)):
            best = max(found, key=lambda hit: (hit[1], hit[0]), default=None)
            if best is not None:
                return best[0]
        return None

    def _by_link(self, marks: Marks, at: float) -> Iterator[tuple[str, float]]:
        for key in self._having("link", marks.links):
            yield from ((key, post.at) for post, has in self._lately(key, at) if has.links & marks.links)

    def _by_words(self, marks: Marks, at: float) -> Iterator[tuple[str, float]]:
        if not marks.runs or self._surge.is_common_text(marks):
            return
        for key in self._having("run", marks.runs):
            for post, has in self._lately(key, at):
                if has.runs and sameness(marks.words, has.words) >= self._likeness.similarity:
                    yield key, post.at

    def _by_tag(self, marks: Marks, at: float) -> Iterator[tuple[str, float]]:
        if not self._likeness.hashtags:
            return
        tags = frozenset(tag for tag in marks.tags if tag in self._with["tag"] and not self._surge.is_common_tag(tag))
        for key in self._having("tag", tags):
            yield from ((key, post.at) for post, has in self._lately(key, at) if has.tags & tags)

    def _having(self, kind: str, marks: Iterable[str]) -> set[str]:
        index = self._with[kind]
        return set().union(*(index[mark] for mark in marks if mark in index))

    def _lately(self, key: str, at: float) -> Iterator[tuple[Post, Marks]]:
        window = self._likeness.window_s
        return ((post, marks) for post, marks in self._posts[key].values() if abs(post.at - at) <= window)

    def _drop(self, key: str, marks: Marks) -> None:
        """Take an incident out from under the marks of one of its threads, unless another one has them too."""
        kept = {mark for _, has in self._posts.get(key, {}).values() for mark in self._kinds(has)}
        for kind, mark in self._kinds(marks):
            having = self._with[kind].get(mark)
            if having is None or (kind, mark) in kept:
                continue
            having.discard(key)
            if not having:
                del self._with[kind][mark]

    @staticmethod
    def _kinds(marks: Marks) -> Iterator[tuple[str, str]]:
        for kind, found in (("link", marks.links), ("tag", marks.tags), ("run", marks.runs)):
            for mark in found:
                yield kind, mark
