"""The pieces of Block Kit that messages are made of."""

from typing import Any

import msgspec
from slack_sdk.models.blocks import ContextBlock, HeaderBlock, MarkdownTextObject, PlainTextObject, SectionBlock


class Message(msgspec.Struct, frozen=True):
    """A message as Slack takes it: Block Kit, and the text of notifications and screen readers."""

    text: str
    blocks: list[dict[str, Any]]


def marked(text: str) -> MarkdownTextObject:
    """Give a text in Slack's mrkdwn."""
    # verbatim: Slack must not make links of addresses and names that are part of foreign text.
    return MarkdownTextObject(text=text, verbatim=True)


def header(text: str) -> HeaderBlock:
    """Give a title; a name of an emoji in it stays text."""
    return HeaderBlock(text=PlainTextObject(text=text, emoji=False))


def section(*lines: str) -> SectionBlock:
    """Give lines of text."""
    return SectionBlock(text=marked("\n".join(lines)))


def columns(*texts: str) -> SectionBlock:
    """Give texts side by side, below each other on a phone."""
    return SectionBlock(fields=[marked(text) for text in texts])


def context(*lines: str) -> ContextBlock:
    """Give lines of small print."""
    return ContextBlock(elements=[marked("\n".join(lines))])
