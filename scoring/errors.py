"""What a user can cause and mend."""

import math


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
        if isinstance(value, float) and not math.isfinite(value):
            what = f"a finite number, {what}"
        raise ValueError(f"{key} is {value!r}; allowed is {what}")
