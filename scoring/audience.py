"""Whom a thread has reached: the followers of those who spread it."""

from collections.abc import Container
from typing import Self, TypeAlias

from scoring.mention import Author
from scoring.remembered import Remembered, RememberedState
from scoring.tree import ROOT

REMEMBERED_AUTHORS = 4_096
"""So many authors are remembered per thread at least; a forgotten one who comes back counts as new."""

MOST = 2**53
"""Followers that are counted: far more than there are people, and a whole number as a float too."""

LONGEST_NAME = 128
"""Characters of an author's name that are shown; handles are shorter on every platform."""

AudienceState: TypeAlias = tuple[int | None, int, int, str, bytes, int, int, int, int, RememberedState]


def shown_name(author: Author) -> str:
    """What people call an author."""
    return (author.handle or author.id)[:LONGEST_NAME]


class Audience:
    """Followers of the root's author and of everybody who spread the thread, each author once.

    `total` is an upper bound of the people reached (audiences overlap); `known` counts the authors whose
    followers are known, `unknown` the others. `largest_by` is the short name of whoever has the most, `largest_name`
    what people call him.
    """

    __slots__ = (
        "_seen",
        "authors",
        "known",
        "largest",
        "largest_by",
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
        self.largest_by = b""
        self.known = 0
        self.unknown = 0
        self.authors = 0
        self.repeats = 0
        self._seen = Remembered(REMEMBERED_AUTHORS)

    def add(self, author: Author, name: bytes, answered: bytes = ROOT) -> bool:
        """Count somebody who spread the thread with an answer to a post; returns whether he is new.

        `name` is the author's id, shortened, as is `answered`, the post's.
        """
        if not self._seen.add(name, answered):
            self.repeats += 1
            return False
        self.authors += 1
        followers = author.followers
        if followers is None:
            self.unknown += 1
            return True
        self.known += 1
        self.total = min(self.total + followers, MOST)
        if followers > self.largest:
            self.largest = followers
            self.largest_name = shown_name(author)
            self.largest_by = name
        return True

    def began_with(self, name: bytes) -> bytes:
        """Tell which post an author who is not new answered first."""
        return self._seen.note(name)

    def add_root(self, author: Author, name: bytes) -> None:
        """Take note of who started the thread."""
        self.root = author.followers
        self._seen.add(name, ROOT)

    def erase(self, names: Container[bytes]) -> bool:
        """Forget who some authors are, not how many follow them; returns whether anything was known of them."""
        found = self._seen.drop(names.__contains__)
        if self.largest_by in names:
            self.largest_name, self.largest_by = "", b""
            return True
        return found

    def freeze(self) -> AudienceState:
        """The state, to be thawed."""
        return (
            self.root,
            self.total,
            self.largest,
            self.largest_name,
            self.largest_by,
            self.known,
            self.unknown,
            self.authors,
            self.repeats,
            self._seen.freeze(),
        )

    @classmethod
    def thaw(cls, state: AudienceState) -> Self:
        """Make it of a state."""
        self = cls.__new__(cls)
        (
            self.root,
            self.total,
            self.largest,
            self.largest_name,
            self.largest_by,
            self.known,
            self.unknown,
            self.authors,
            self.repeats,
            seen,
        ) = state
        self._seen = Remembered.thaw(seen, REMEMBERED_AUTHORS)
        return self

    @property
    def reach(self) -> int:
        """Followers of the root's author and of all who spread it."""
        return self.total + (self.root or 0)
