"""People who asked to be forgotten: by what they are known again in a thread."""

import re
from collections.abc import Iterable

from scoring.names import short

_ADDRESSED = re.compile(r"@[\w.-]*\w")
"""Somebody called by his handle."""


def _plain(handle: str) -> str:
    return handle.strip("@ ").lower()


class Erased:
    """People by their ids or handles.

    `names` are short names of theirs, as threads remember authors. What threads show of them tells the id that
    belongs to a handle, and the handle that belongs to an id.
    """

    def __init__(self, authors: Iterable[str]) -> None:
        given = [author for author in authors if _plain(author)]
        self.names = {short(author) for author in given}
        self._handles = {_plain(author) for author in given}

    def meet(self, name: bytes | None, shown: str) -> None:
        """Learn who somebody is whom a thread shows, if he is one of them."""
        if name and (name in self.names or _plain(shown) in self._handles):
            self.names.add(name)
            self._handles.add(_plain(shown))

    def without(self, text: str) -> str:
        """`text` with nobody of them addressed in it."""
        return _ADDRESSED.sub(lambda found: "@…" if _plain(found[0]) in self._handles else found[0], text)
