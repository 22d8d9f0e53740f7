"""What a user can cause and mend."""


class UserError(Exception):
    """An error whose message, one line, tells a user what is wrong and what to do; no traceback is needed."""


def require(allowed: bool, key: str, value: object, what: str) -> None:
    """Refuse a setting unless it is allowed; settings of every kind word their refusals so.

    Raises
    ------
    ValueError
        It names the key, the value and `what` is allowed.
    """
    if not allowed:
        raise ValueError(f"{key} is {value!r}; allowed is {what}")
