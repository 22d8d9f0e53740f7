"""What reading a record of bytes may raise: all of it must be caught, or a single broken one stops the stream."""

import msgspec

UNREADABLE: tuple[type[Exception], ...] = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""No JSON, another shape or version; text that is no UTF-8; nested beyond measure."""
