"""What a user can cause and mend."""


class UserError(Exception):
    """An error whose message, one line, tells a user what is wrong and what to do; no traceback is needed."""
