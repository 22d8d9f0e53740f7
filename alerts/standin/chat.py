"""The methods that write messages."""

from alerts.standin.arguments import Arguments, content, flag, metadata
from alerts.standin.channel import Message
from alerts.standin.limits import Refused
from alerts.standin.wire import shown
from alerts.standin.workspace import Workspace


def post(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what chat.postMessage does."""
    channel = workspace.channel(given.get("channel"), by_name=True)
    text, blocks = content(workspace, given)
    thread_ts = given.get("thread_ts")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise Refused("thread_not_found")
    message = Message(
        channel=channel.id,
        ts=workspace.stamp(),
        text=text or "",
        blocks=blocks or [],
        thread_ts=thread_ts,
        broadcast=flag(given.get("reply_broadcast")),
        metadata=metadata(given),
    )
    workspace.add(message)
    return {"channel": channel.id, "ts": message.ts, "message": shown(message, with_metadata=True)}


def update(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what chat.update does."""
    message = _message(workspace, given)
    text, blocks = content(workspace, given)
    found = metadata(given)
    change(workspace, message, text, blocks)
    message.metadata = found or message.metadata
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown(message)}


def change(workspace: Workspace, message: Message, text: str | None, blocks: list[Arguments] | None) -> None:
    """Edit a message; what is None stays as it was."""
    message.text = message.text if text is None else text
    message.blocks = message.blocks if blocks is None else blocks
    message.edits += 1
    message.edited_at = workspace.clock()
    workspace.changed(message)


def delete(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what chat.delete does."""
    message = _message(workspace, given)
    workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what chat.postEphemeral does."""
    channel = workspace.channel(given.get("channel"))
    text, blocks = content(workspace, given)
    user = str(given.get("user"))
    if user not in workspace.users:
        raise Refused("user_not_in_channel")
    message = Message(
        channel=channel.id,
        ts=workspace.stamp(),
        text=text or "",
        blocks=blocks or [],
        thread_ts=given.get("thread_ts"),
        only_for=user,
    )
    workspace.add(message)
    return {"message_ts": message.ts}


def permalink(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what chat.getPermalink does; the address is one of the stand-in's page."""
    channel = workspace.channel(given.get("channel"), archived_too=True)
    ts = str(given.get("message_ts"))
    if ts not in channel.messages:
        raise Refused("message_not_found")
    return {"channel": channel.id, "permalink": f"{workspace.url}archives/{channel.id}/p{ts.replace('.', '')}"}


def _message(workspace: Workspace, given: Arguments) -> Message:
    message = workspace.channel(given.get("channel")).messages.get(str(given.get("ts")))
    if message is None:
        raise Refused("message_not_found")
    return message
