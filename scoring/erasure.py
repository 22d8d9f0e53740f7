"""People who asked to be forgotten: by what they are known again in a thread."""

import re
from collections.abc import Iterable

from scoring.names import short


def _plain(handle: str) -> str:
    return handle.lstrip("@").lower()


class Erased:
    """People by their ids or handles.

    `names` are short names of theirs, as threads remember authors. Who is known by his handle only is found by what
    a thread shows of him, which tells his id.
    """

    def __init__(self, authors: Iterable[str]) -> None:
        given = [author for author in authors if author.strip("@ ")]
        self.names = {short(author) for author in given}
        self._handles = {_plain(author) for author in given}
        # Nobody at all is addressed by this when there is nobody to be forgotten.
        written = "|".join(re.escape(handle) for handle in sorted(self._handles, key=len, reverse=True))
        self._addressed = re.compile(rf"@(?:{written})(?!\w)" if written else r"(?!)", re.IGNORECASE)

    def meet(self, name: bytes | None, shown: str) -> None:
        """Learn the short name of somebody shown by a handle that was given."""
        if name and _plain(shown) in self._handles:
            self.names.add(name)

    def without(self, text: str) -> str:
        """`text` with nobody of them addressed in it."""
        return self._addressed.sub("@…", text)
