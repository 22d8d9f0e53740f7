"""The addresses that an app answers a press or a command at, and what its answers do."""

import secrets

import msgspec
from aiohttp import web

from alerts.standin.arguments import Arguments, content, flag
from alerts.standin.channel import Message
from alerts.standin.chat import change
from alerts.standin.limits import Refused
from alerts.standin.workspace import Workspace

_MOST_USES = 5
_GOOD_FOR_S = 30 * 60.0


class Address(msgspec.Struct):
    """An address for answers: whom and what it is about, and what is left of it."""

    channel: str
    user: str
    message: Message | None
    until: float
    left: int = _MOST_USES


class Responses:
    """Takes answers at addresses of its own, each five times within half an hour."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._addresses: dict[str, Address] = {}

    def routes(self) -> list[web.RouteDef]:
        """List what is answered where."""
        return [web.post("/response/{key}", self._take)]

    def address(self, channel: str, user: str, message: Message | None) -> str:
        """Make an address for the answers to what a user did, to a message or with a command."""
        key = secrets.token_urlsafe(18)
        self._addresses[key] = Address(channel, user, message, self._workspace.clock() + _GOOD_FOR_S)
        return f"{self._workspace.url}response/{key}"

    async def _take(self, request: web.Request) -> web.Response:
        address = self._addresses.get(request.match_info["key"])
        if address is None or self._workspace.clock() > address.until:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if not address.left:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        try:
            given = await request.json()
            respond(self._workspace, given, address.channel, address.user, address.message)
        except (ValueError, AttributeError):
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        except Refused as refused:
            return web.json_response({"ok": False, "error": refused.error}, status=400)
        address.left -= 1
        return web.Response(text="ok")


def respond(workspace: Workspace, given: Arguments, channel: str, user: str, original: Message | None) -> None:
    """Do what an answer says: replace or delete the message that was pressed, or post a new one.

    A new one is for that user alone, unless it says ``in_channel``. An answer to a press that says nothing of
    either replaces the message.
    """
    still_there = original is not None and workspace.channels[channel].find(original.ts) is original
    if original is not None and flag(given.get("delete_original")):
        if still_there:
            workspace.remove(original)
        return
    text, blocks = content(workspace, given)
    replaces = flag(given.get("replace_original", "response_type" not in given))
    if original is not None and replaces:
        if still_there:
            change(workspace, original, text, blocks)
        return
    message = Message(
        channel=channel,
        ts=workspace.stamp(),
        text=text or "",
        blocks=blocks or [],
        thread_ts=given.get("thread_ts"),
        only_for=None if given.get("response_type") == "in_channel" else user,
    )
    workspace.add(message)
