"""The methods of Slack's Web API that the stand-in knows, on its own memory."""

import json
from collections.abc import Callable
from typing import Any

from alerts.standin.channel import Channel, Message
from alerts.standin.limits import Refused, check_blocks
from alerts.standin.pace import Pace

_LONGEST_TEXT = 40_000
_LARGEST_METADATA = 8_000
_MOST_HISTORY = 999

Arguments = dict[str, Any]


class TooFast(Exception):  # noqa: N818 -- Slack's answer, no error of the stand-in
    """Slack answers 429 and asks to wait this many seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class WebApi:
    """What the methods do, whoever calls and whatever transport.

    Parameters
    ----------
    channels
        Name of each channel by its id.
    pace
        How fast a channel takes messages; None for as fast as they come.
    clock
        Tells epoch seconds.
    """

    def __init__(self, channels: dict[str, str], pace: Pace | None, clock: Callable[[], float]) -> None:
        self.channels = {key: Channel(key, name) for key, name in channels.items()}
        self._pace = pace
        self._clock = clock
        self._posted = 0
        self.methods: dict[str, Callable[[Arguments], Arguments]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "conversations.history": self._history,
        }

    def _auth_test(self, _: Arguments) -> Arguments:
        return {
            "url": "https://stand-in.slack.com/",
            "team": "Stand-in",
            "user": "brandmelder",
            "team_id": "T0STANDIN",
            "user_id": "U0BRANDMELDER",
            "bot_id": "B0BRANDMELDER",
        }

    def _post(self, given: Arguments) -> Arguments:
        channel = self._channel(given, by_name=True)
        text, blocks = _content(given)
        thread_ts = given.get("thread_ts")
        if thread_ts is not None and thread_ts not in channel.messages:
            raise Refused("thread_not_found")
        metadata = _metadata(given)
        self._take(channel)
        self._posted += 1
        message = Message(
            channel=channel.id,
            ts=f"{int(self._clock())}.{self._posted:06d}",
            text=text or "",
            blocks=blocks or [],
            thread_ts=thread_ts,
            broadcast=_flag(given.get("reply_broadcast")),
            metadata=metadata,
        )
        channel.messages[message.ts] = message
        return {"channel": channel.id, "ts": message.ts, "message": _shown(message, with_metadata=True)}

    def _update(self, given: Arguments) -> Arguments:
        channel = self._channel(given)
        message = channel.messages.get(str(given.get("ts")))
        if message is None:
            raise Refused("message_not_found")
        text, blocks = _content(given)
        metadata = _metadata(given)
        self._take(channel)
        message.text = message.text if text is None else text
        message.blocks = message.blocks if blocks is None else blocks
        message.metadata = metadata or message.metadata
        message.edits += 1
        message.edited_at = self._clock()
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": _shown(message)}

    def _history(self, given: Arguments) -> Arguments:
        channel = self._channel(given, archived_too=True)
        limit = _whole(given.get("limit"), 100, "invalid_limit")
        start = _whole(given.get("cursor") or None, 0, "invalid_cursor")
        found = [
            message
            for message in reversed(channel.messages.values())
            if (message.thread_ts is None or message.broadcast) and _between(message.ts, given)
        ]
        end = start + min(max(limit, 1), _MOST_HISTORY)
        more = end < len(found)
        with_metadata = _flag(given.get("include_all_metadata"))
        return {
            "messages": [_shown(message, with_metadata) for message in found[start:end]],
            "has_more": more,
            "response_metadata": {"next_cursor": str(end) if more else ""},
        }

    def _channel(self, given: Arguments, *, archived_too: bool = False, by_name: bool = False) -> Channel:
        """Find the channel by its id; like Slack, only a new message may give its name instead."""
        wanted = str(given.get("channel"))
        channel = self.channels.get(wanted)
        if channel is None and by_name:
            channel = next((c for c in self.channels.values() if wanted == f"#{c.name}"), None)
        if channel is None:
            raise Refused("channel_not_found")
        if channel.archived and not archived_too:
            raise Refused("is_archived")
        return channel

    def _take(self, channel: Channel) -> None:
        wait = self._pace.wait(channel.id, self._clock()) if self._pace is not None else 0
        if wait:
            raise TooFast(wait)


def _content(given: Arguments) -> tuple[str | None, list[dict[str, Any]] | None]:
    """Read a message's text and blocks; None where it says nothing about them."""
    text = given.get("text")
    blocks = given.get("blocks")
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except ValueError:
            raise Refused("invalid_blocks_format") from None
    if blocks is not None:
        blocks = check_blocks(blocks)
    if not text and not blocks:
        raise Refused("no_text")
    if text is not None and len(text) > _LONGEST_TEXT:
        raise Refused("msg_too_long")
    return text, blocks


def _metadata(given: Arguments) -> dict[str, Any] | None:
    metadata = given.get("metadata")
    if isinstance(metadata, str):
        try:
            metadata = json.loads(metadata)
        except ValueError:
            raise Refused("invalid_metadata_format") from None
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(metadata)) > _LARGEST_METADATA:
        raise Refused("metadata_too_large")
    return metadata


def _shown(message: Message, with_metadata: bool = False) -> Arguments:
    shown: Arguments = {
        "type": "message",
        "bot_id": "B0BRANDMELDER",
        "user": "U0BRANDMELDER",
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.thread_ts is not None:
        shown["thread_ts"] = message.thread_ts
    if message.edited_at is not None:
        shown["edited"] = {"user": "U0BRANDMELDER", "ts": f"{message.edited_at:.6f}"}
    if with_metadata and message.metadata is not None:
        shown["metadata"] = message.metadata
    return shown


def _between(ts: str, given: Arguments) -> bool:
    oldest, latest = _moment(given.get("oldest"), 0.0), _moment(given.get("latest"), float("inf"))
    at = float(ts)
    return oldest <= at <= latest if _flag(given.get("inclusive")) else oldest < at < latest


def _moment(value: object, default: float) -> float:
    try:
        return default if value in (None, "") else float(str(value))
    except ValueError:
        raise Refused("invalid_ts_oldest") from None


def _whole(value: object, default: int, error: str) -> int:
    try:
        return default if value is None else int(str(value))
    except ValueError:
        raise Refused(error) from None


def _flag(value: object) -> bool:
    return value in (True, 1, "1", "true")
