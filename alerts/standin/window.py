"""The HTTP side of the page: shows a channel, keeps it as it is, and takes presses and commands."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import tzinfo
from importlib.resources import files
from typing import Any

from aiohttp import web

from alerts.standin.channel import Channel
from alerts.standin.files import IMAGES
from alerts.standin.guard import HEADERS, check_actor, check_reader
from alerts.standin.interactions import Interactions
from alerts.standin.mrkdwn import Reader
from alerts.standin.page import entries, render_page, renderer
from alerts.standin.payloads import pressable
from alerts.standin.workspace import Workspace

_STILL_THERE_S = 15.0
_STATIC = {
    "channel.css": "text/css",
    "frame.css": "text/css",
    "icon.svg": "image/svg+xml",
    "page.js": "text/javascript",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Window:
    """Shows a workspace to people's browsers.

    Parameters
    ----------
    workspace
        What is shown.
    interactions
        Does what people press and type.
    zone
        Time zone that it is read in; None for the machine's own.
    """

    def __init__(self, workspace: Workspace, interactions: Interactions, zone: tzinfo | None) -> None:
        self._workspace = workspace
        self._interactions = interactions
        self._zone = zone
        self._key = secrets.token_urlsafe(18)
        self._listening: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[web.RouteDef]:
        """List what is answered where."""
        return [
            web.get("/", self._shown(self._page)),
            web.get("/entries", self._shown(self._entries)),
            web.get("/events", self._shown(self._events)),
            web.get("/files/{id}", self._shown(self._file)),
            web.get("/archives/{channel}/{message}", self._shown(self._permalink)),
            *(web.get(f"/{name}", self._shown(_static(name, kind))) for name, kind in _STATIC.items()),
            web.post("/press", self._done(self._press)),
            web.post("/command", self._done(self._command)),
        ]

    async def close(self) -> None:
        """Let go of the browsers that listen for news."""
        for task in list(self._listening):
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)

    def _shown(self, handler: Handler) -> Handler:
        async def show(request: web.Request) -> web.StreamResponse:
            check_reader(request)
            response = await handler(request)
            if not response.prepared:
                response.headers.update(HEADERS)
            return response

        return show

    def _done(self, handler: Callable[[dict[str, Any], Channel, str], Awaitable[str | None]]) -> Handler:
        async def do(request: web.Request) -> web.StreamResponse:
            check_actor(request, self._key)
            try:
                given = await request.json()
                channel, user = self._workspace.channels[given["channel"]], str(given["user"])
                self._workspace.users[user]
                warning = await handler(given, channel, user)
            except (ValueError, KeyError, TypeError):
                raise web.HTTPBadRequest(text="That is not there any more.") from None
            return web.json_response({"warning": warning}, headers=HEADERS)

        return do

    async def _page(self, request: web.Request) -> web.Response:
        channel, reader = self._channel(request), self._reader(request)
        html = render_page(self._workspace, channel, reader, key=self._key, commands=self._interactions.commands)
        return web.Response(text=html, content_type="text/html")

    async def _entries(self, request: web.Request) -> web.Response:
        """Tell what changed after a version; everything, if something disappeared."""
        channel, reader = self._channel(request), self._reader(request)
        text = request.query.get("after", "")
        after = int(text) if text.isdecimal() else 0
        if after < self._workspace.swept:
            after = 0
        listed = entries(channel, reader)
        render = renderer(self._workspace, reader)
        news = [{"id": one.anchor, "html": render(one)} for one in listed if one.version > after]
        ids = [one.anchor for one in listed]
        return web.json_response({"key": self._key, "version": self._workspace.version, "entries": news, "ids": ids})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._listening.add(task)
        seen = -1
        try:
            await response.write(b"retry: 1000\n\n")
            while True:
                try:
                    async with asyncio.timeout(_STILL_THERE_S):
                        seen = await self._workspace.news(seen)
                    await response.write(f"data: {seen}\n\n".encode())
                except TimeoutError:
                    await response.write(b": still there\n\n")
        except ConnectionError:
            return response
        finally:
            self._listening.discard(task)

    async def _file(self, request: web.Request) -> web.Response:
        file = self._workspace.files.get(request.match_info["id"])
        if file is None or not file.complete:
            raise web.HTTPNotFound
        kind = IMAGES.get(file.name.rpartition(".")[2].lower())
        headers = {} if kind else {"Content-Disposition": "attachment"}
        return web.Response(body=file.content, content_type=kind or "application/octet-stream", headers=headers)

    async def _permalink(self, request: web.Request) -> web.Response:
        channel, message = request.match_info["channel"], request.match_info["message"]
        if channel not in self._workspace.channels or not message.removeprefix("p").isdecimal():
            raise web.HTTPNotFound
        return web.Response(status=302, headers={"Location": f"/?channel={channel}#{channel}-{message}"})

    async def _press(self, given: dict[str, Any], channel: Channel, user: str) -> str | None:
        message = channel.find(given["ts"])
        if message is None or message.only_for not in {None, user}:
            raise KeyError(given["ts"])
        for pressed in pressable(message):
            here = {"block": pressed.block_id, "action": pressed.element["action_id"], "value": pressed.value}
            if here.items() <= given.items():
                return (await self._interactions.press(message, pressed, user)).warning
        raise KeyError(given["value"])

    async def _command(self, given: dict[str, Any], channel: Channel, user: str) -> str | None:
        name, _, text = given["text"].strip().partition(" ")
        if not name.startswith("/"):
            raise web.HTTPBadRequest(text=f"Only commands are heard here, such as {self._interactions.commands[0]}.")
        return (await self._interactions.command(name, text.strip(), user, channel.id)).warning

    def _channel(self, request: web.Request) -> Channel:
        channels = self._workspace.channels
        return channels.get(request.query.get("channel", "")) or next(iter(channels.values()))

    def _reader(self, request: web.Request) -> Reader:
        users = self._workspace.users
        wanted = request.query.get("user", "")
        user = wanted if wanted in users else next(iter(users))
        return Reader(self._workspace.clock(), self._zone, users, user)


def _static(name: str, kind: str) -> Handler:
    body = (files("alerts.standin") / "templates" / name).read_text(encoding="utf-8")

    async def serve(_: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type=kind)

    return serve
