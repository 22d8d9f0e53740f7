"""Socket Mode: the WebSockets that an app opens, and the envelopes that go over them."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from aiohttp import WSCloseCode, WSMsgType, web

from alerts.standin.workspace import APP, Workspace

_HEARTBEAT_S = 10.0
_LEAVES_WITHIN_S = 2.0
_LASTS_S = 18_060
_HOST = {"host": "stand-in"}

Reason = Literal["link_disabled", "refresh_requested", "warning"]
Acked = Callable[[str, dict[str, Any] | None], None]


class Connection(NamedTuple):
    """A WebSocket, the request that opened it, and whether it is gone."""

    request: web.Request
    socket: web.WebSocketResponse
    gone: asyncio.Event


class Sockets:
    """The app's open WebSockets; each envelope goes over one of them, in turn.

    Parameters
    ----------
    workspace
        Knows the tickets that let a WebSocket in.
    acked
        Told the envelope's id and the payload, if any, of each acknowledgement.
    """

    def __init__(self, workspace: Workspace, acked: Acked) -> None:
        self._workspace = workspace
        self._acked = acked
        self._open: list[Connection] = []

    def __len__(self) -> int:
        return len(self._open)

    def routes(self) -> list[web.RouteDef]:
        """List what is answered where."""
        return [web.get("/socket/", self._serve)]

    async def send(self, envelope: dict[str, Any]) -> bool:
        """Send an envelope over the WebSocket whose turn it is; false if there is none."""
        while self._open:
            turn = self._open.pop(0)
            try:
                await turn.socket.send_json(envelope)
            except ConnectionError:
                continue
            self._open.append(turn)
            return True
        return False

    async def disconnect(self, reason: Reason) -> None:
        """Ask the app to open other WebSockets; after all but a warning these close soon, by either side."""
        asked = list(self._open)
        for one in asked:
            await one.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": _HOST})
        if reason == "warning":
            return
        try:
            async with asyncio.timeout(_LEAVES_WITHIN_S):
                await asyncio.gather(*(one.gone.wait() for one in asked))
        except TimeoutError:
            for one in asked:
                await one.socket.close()

    def cut(self) -> None:
        """Lose every WebSocket without a word."""
        for one in self._open:
            if one.request.transport is not None:
                one.request.transport.abort()

    async def close(self) -> None:
        """Close every WebSocket, for the server goes away."""
        for one in list(self._open):
            await one.socket.close(code=WSCloseCode.GOING_AWAY)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._workspace.tickets:
            return web.Response(status=403, text="no such ticket")
        self._workspace.tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=_HEARTBEAT_S)
        await socket.prepare(request)
        here = Connection(request, socket, asyncio.Event())
        self._open.append(here)
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._read(message.data)
        finally:
            if here in self._open:
                self._open.remove(here)
            here.gone.set()
        return socket

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {**_HOST, "build_number": 1, "approximate_connection_time": _LASTS_S},
            "connection_info": {"app_id": APP},
        }

    def _read(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return
        if isinstance(said, dict) and isinstance(said.get("envelope_id"), str):
            payload = said.get("payload")
            self._acked(said["envelope_id"], payload if isinstance(payload, dict) else None)
