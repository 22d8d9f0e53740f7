"""Strings that are not to be seen."""


class Secret(str):
    """A string that does not show itself in a log, an error or a debugger."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)"
