"""The methods of Slack's Web API that the stand-in knows, and what an app has to be allowed for each."""

from collections.abc import Callable
from typing import NamedTuple

from alerts.standin import chat, conversations, files, people
from alerts.standin.arguments import Arguments
from alerts.standin.workspace import Workspace


class Method(NamedTuple):
    """A method: what it does, and the scope that the token needs for it; none if empty."""

    call: Callable[[Workspace, Arguments], Arguments]
    scope: str = ""


METHODS = {
    "apps.connections.open": Method(people.open_connection, "connections:write"),
    "auth.test": Method(people.auth_test),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.getPermalink": Method(chat.permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.postMessage": Method(chat.post, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "conversations.history": Method(conversations.history, "channels:history"),
    "conversations.info": Method(conversations.info, "channels:read"),
    "conversations.list": Method(conversations.listed, "channels:read"),
    "conversations.replies": Method(conversations.replies, "channels:history"),
    "files.completeUploadExternal": Method(files.complete, "files:write"),
    "files.getUploadURLExternal": Method(files.upload_url, "files:write"),
    "files.info": Method(files.file_info, "files:read"),
    "users.info": Method(people.user_info, "users:read"),
}
