"""What was looked at, and what was found."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from streams.tokens import without_tokens


class Fact(NamedTuple):
    """Something found, in words, under a heading that may be empty."""

    heading: str
    words: str


class Part(NamedTuple):
    """A part that was looked at; `works` is None where there was nothing to look at."""

    name: str
    works: bool | None
    facts: tuple[Fact, ...]


def attempt(name: str, look: Callable[[], Iterable[Fact]]) -> Part:
    """Look at a part. Whatever goes wrong is what is found: a check tells, and goes on."""
    try:
        return Part(name, True, tuple(look()))
    except Exception as error:  # of four clients, each with errors of its own
        said = str(error) or type(error).__name__
        return Part(name, False, (Fact("", without_tokens(said)),))
