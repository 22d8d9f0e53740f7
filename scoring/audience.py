"""Whom a thread has reached: the followers of those who spread it."""

from scoring.mention import Author
from scoring.remembered import Remembered
from scoring.tree import ROOT

REMEMBERED_AUTHORS = 4_096
"""So many authors are remembered per thread at least; a forgotten one who comes back counts as new."""


class Audience:
    """Followers of the root's author and of everybody who spread the thread, each author once.

    `total` is an upper bound of the people reached (audiences overlap); `known` counts the authors whose
    followers are known, `unknown` the others.
    """

    __slots__ = (
        "_seen",
        "authors",
        "known",
        "largest",
        "largest_name",
        "repeats",
        "root",
        "total",
        "unknown",
    )

    def __init__(self) -> None:
        self.root: int | None = None
        self.total = 0
        self.largest = 0
        self.largest_name = ""
        self.known = 0
        self.unknown = 0
        self.authors = 0
        self.repeats = 0
        self._seen = Remembered(REMEMBERED_AUTHORS)

    def add(self, author: Author, answered: str = ROOT) -> bool:
        """Count somebody who spread the thread with an answer to a post; returns whether he is new."""
        if not self._seen.add(author.id, answered):
            self.repeats += 1
            return False
        self.authors += 1
        followers = author.followers
        if followers is None:
            self.unknown += 1
            return True
        self.known += 1
        self.total += followers
        if followers > self.largest:
            self.largest = followers
            self.largest_name = author.handle or author.id
        return True

    def began_with(self, author: Author) -> str:
        """Tell which post an author who is not new answered first."""
        return self._seen.note(author.id) or ROOT

    def add_root(self, author: Author) -> None:
        """Take note of who started the thread."""
        self.root = author.followers
        self._seen.add(author.id, ROOT)

    @property
    def reach(self) -> int:
        """Followers of the root's author and of all who spread it."""
        return self.total + (self.root or 0)
