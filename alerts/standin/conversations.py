"""The methods that read channels."""

from alerts.standin.arguments import Arguments, between, flag, whole
from alerts.standin.channel import Channel, Message
from alerts.standin.limits import Refused
from alerts.standin.wire import shown
from alerts.standin.workspace import Workspace

_MOST = 999


def history(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what conversations.history does: newest first, replies only where they were broadcast."""
    channel = workspace.channel(given.get("channel"), archived_too=True)
    found = [
        message
        for message in reversed(channel.messages.values())
        if (message.thread_ts is None or message.broadcast) and between(message.ts, given)
    ]
    return _page(channel, found, given, 100)


def replies(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what conversations.replies does: the thread's first message, then its replies, oldest first."""
    channel = workspace.channel(given.get("channel"), archived_too=True)
    asked = channel.messages.get(str(given.get("ts")))
    root = channel.messages.get(asked.thread_ts or asked.ts) if asked is not None else None
    if root is None:
        raise Refused("thread_not_found")
    found = [root, *(reply for reply in channel.replies(root.ts) if between(reply.ts, given))]
    return _page(channel, found, given, 1000)


def info(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what conversations.info does, which also tells of channels that the app is not in."""
    channel = workspace.channels.get(str(given.get("channel")))
    if channel is None:
        raise Refused("channel_not_found")
    return {"channel": _told(channel)}


def listed(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what conversations.list does; the stand-in has public channels only."""
    if "public_channel" not in str(given.get("types", "public_channel")).split(","):
        return {"channels": [], "response_metadata": {"next_cursor": ""}}
    known = [c for c in workspace.channels.values() if not (c.archived and flag(given.get("exclude_archived")))]
    start = whole(given.get("cursor") or None, 0, "invalid_cursor")
    end = start + min(max(whole(given.get("limit"), 100, "invalid_limit"), 1), _MOST)
    next_cursor = str(end) if end < len(known) else ""
    return {
        "channels": [_told(channel) for channel in known[start:end]],
        "response_metadata": {"next_cursor": next_cursor},
    }


def _told(channel: Channel) -> Arguments:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": True,
        "is_archived": channel.archived,
        "is_member": channel.member,
        "is_private": False,
    }


def _page(channel: Channel, found: list[Message], given: Arguments, usual: int) -> Arguments:
    start = whole(given.get("cursor"), 0, "invalid_cursor")
    end = start + min(max(whole(given.get("limit"), usual, "invalid_limit"), 1), _MOST)
    more = end < len(found)
    with_metadata = flag(given.get("include_all_metadata"))
    return {
        "messages": [shown(message, channel, with_metadata) for message in found[start:end]],
        "has_more": more,
        "response_metadata": {"next_cursor": str(end) if more else ""},
    }
