"""Channels and their messages, as the stand-in remembers them."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

_MENTION = re.compile(r"<((?:!(?:here|channel|everyone)|!subteam\^\w+|@\w+))(?:\|[^>]*)?>")


class Message(msgspec.Struct):
    """A message as it is now.

    `ts` identifies it in its channel and tells when it was posted; `thread_ts` is that of the message that it
    replies to. `edits` counts how often it was changed, `edited_at` says when last (epoch seconds). `files` are ids
    of shared files. `only_for` is the user who alone sees it, None for everybody; `by` is Slack itself where it says
    what went wrong, else the app. `version` is that of the workspace when it last changed.
    """

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: dict[str, Any] | None = None
    edits: int = 0
    edited_at: float | None = None
    files: list[str] = msgspec.field(default_factory=list)
    only_for: str | None = None
    by: str = "Brandmelder"
    version: int = 0

    @property
    def mentions(self) -> tuple[str, ...]:
        """Whom the message would notify, in Slack's markup without the brackets: "!here", "@U123"."""
        found = _MENTION.findall(self.text)
        for text in marked_up(self.blocks):
            found += _MENTION.findall(text)
        return tuple(dict.fromkeys(found))


class Channel(msgspec.Struct):
    """A channel with its messages, oldest first.

    `member` says whether the app is in it. `ephemerals` are the messages that one user alone sees; Slack forgets
    them when that user looks away, the stand-in does not.
    """

    id: str
    name: str
    archived: bool = False
    member: bool = True
    messages: dict[str, Message] = msgspec.field(default_factory=dict)
    ephemerals: dict[str, Message] = msgspec.field(default_factory=dict)

    def roots(self) -> list[Message]:
        """List the messages that are no replies."""
        return [message for message in self.messages.values() if message.thread_ts is None]

    def replies(self, ts: str) -> list[Message]:
        """List the replies to a message."""
        return [message for message in self.messages.values() if message.thread_ts == ts]

    def find(self, ts: str) -> Message | None:
        """Look up a message, also one that a single user sees."""
        return self.messages.get(ts) or self.ephemerals.get(ts)


def marked_up(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """Go through every mrkdwn text of Block Kit blocks, however deep."""
    for block in blocks:
        yield from _marked_up(block)


def _marked_up(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn" and isinstance(part.get("text"), str):
            yield part["text"]
        for inner in part.values():
            yield from _marked_up(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _marked_up(inner)
