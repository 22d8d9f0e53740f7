"""Channels and their messages, as the stand-in remembers them."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

_MENTION = re.compile(r"<((?:!(?:here|channel|everyone)|!subteam\^\w+|@\w+))(?:\|[^>]*)?>")


class Message(msgspec.Struct):
    """A message as it is now.

    `ts` identifies it in its channel and tells when it was posted; `thread_ts` is that of the message that it
    replies to. `edits` counts how often it was changed, `edited_at` says when last (epoch seconds).
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

    @property
    def mentions(self) -> tuple[str, ...]:
        """Whom the message would notify, in Slack's markup without the brackets: "!here", "@U123"."""
        found = _MENTION.findall(self.text)
        for text in marked_up(self.blocks):
            found += _MENTION.findall(text)
        return tuple(dict.fromkeys(found))


class Channel(msgspec.Struct):
    """A channel with its messages, oldest first."""

    id: str
    name: str
    archived: bool = False
    messages: dict[str, Message] = msgspec.field(default_factory=dict)

    def roots(self) -> list[Message]:
        """List the messages that are no replies."""
        return [message for message in self.messages.values() if message.thread_ts is None]

    def replies(self, ts: str) -> list[Message]:
        """List the replies to a message."""
        return [message for message in self.messages.values() if message.thread_ts == ts]


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
