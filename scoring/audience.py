"""Whom a thread has reached: the followers of those who spread it."""

from scoring.mention import Author

MAX_AUTHORS = 8_192
"""Authors remembered per thread; a forgotten one who comes back counts as new."""


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
        self._seen: dict[str, None] = {}

    def add(self, author: Author) -> None:
        """Count somebody who spread the thread."""
        seen = self._seen
        if author.id in seen:
            self.repeats += 1
            return
        seen[author.id] = None
        if len(seen) > MAX_AUTHORS:
            del seen[next(iter(seen))]
        self.authors += 1
        followers = author.followers
        if followers is None:
            self.unknown += 1
            return
        self.known += 1
        self.total += followers
        if followers > self.largest:
            self.largest = followers
            self.largest_name = author.handle or author.id

    def add_root(self, author: Author) -> None:
        """Take note of who started the thread."""
        self.root = author.followers
        self._seen.setdefault(author.id)

    @property
    def reach(self) -> int:
        """Followers of the root's author and of all who spread it."""
        return self.total + (self.root or 0)
