"""People's names in what they write, and people who are to be forgotten."""

import re
from collections.abc import Callable, Iterable

from scoring.names import short

_LINK_OR_ACCOUNT = re.compile(
    r"(?P<link>(?:https?://|www\.)\S+)|(?<![\w@.])@(?P<account>\w+(?:[.-]\w+)*(?:@\w+(?:[.-]\w+)*)?)", re.IGNORECASE
)
_BETWEEN = re.compile(r"[/?#&=\s]+")


def plain_handle(handle: str) -> str:
    """A handle as it is compared: without @ and in lower case."""
    return handle.lstrip("@").lower()


def with_accounts(text: str, account: Callable[[str], str], link: Callable[[str], str] = lambda link: link) -> str:
    """Put something in place of each @name, which comes with its @, and of each link in a text."""
    if "@" not in text and "://" not in text and "www." not in text:
        return text
    return _LINK_OR_ACCOUNT.sub(lambda found: link(found[0]) if found["link"] else account(found[0]), text)


class People:
    """People who are to be forgotten.

    Attributes
    ----------
    names
        Short names (`names.short`) of their ids and handles, as far as they are known.
    """

    def __init__(self, names: Iterable[bytes]) -> None:
        self.names = set(names)

    def __contains__(self, name: object) -> bool:
        """Whether an id or a handle is that of one of them."""
        return isinstance(name, str) and bool(name) and bool(self.names & {short(name), short(plain_handle(name))})

    def meet(self, name: bytes | None, shown: str) -> None:
        """Learn another name of one of them, who is shown by a handle and known by the short name of an id."""
        if shown and name and (name in self.names or shown in self):
            self.names |= {name, short(plain_handle(shown))}

    def linked(self, link: str | None) -> bool:
        """Whether a link names one of them, as those to a post do on many platforms."""
        return link is not None and any(part in self for part in _BETWEEN.split(link))

    def hidden(self, text: str) -> str:
        """A text without their names."""
        return with_accounts(
            text,
            lambda account: "@…" if account in self else account,
            lambda link: "…" if self.linked(link) else link,
        )
