"""A message that is about no incident: a shift's digest, a feed that is silent."""

from typing import Any

import msgspec


class Notice(msgspec.Struct, frozen=True):
    """One message as it is to be from now on, already laid out and escaped.

    `key` tells it from other messages, incidents included: what comes later with the same key and a higher
    `revision` edits it. `text` is what a locked phone shows. If `notifies`, it interrupts `who`: keys of people in the
    desk file, `rules.HERE` or `rules.EVERYBODY`; by its first message, or by a reply where there is one already.
    """

    key: str
    revision: int
    text: str
    blocks: tuple[dict[str, Any], ...] = ()
    notifies: bool = False
    who: tuple[str, ...] = ()
