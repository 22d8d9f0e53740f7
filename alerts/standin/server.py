"""The stand-in's HTTP side: authorisation, bodies in both forms, failures on request, and the page."""

import hmac
import json
import time
from collections.abc import Callable
from datetime import tzinfo
from typing import Any, Self

from aiohttp import web

from alerts.standin.api import METHODS, Method
from alerts.standin.arguments import Arguments
from alerts.standin.channel import Message
from alerts.standin.limits import Refused
from alerts.standin.pace import Pace
from alerts.standin.page import STYLE, render_page
from alerts.standin.workspace import Workspace

HOST = "127.0.0.1"
CHANNEL = "C0WEBCARE"
TOKEN = "xoxb-stand-in"  # noqa: S105 -- opens nothing but this server
_LARGEST_BODY = 1 << 20
USERS = {"U0ANNA": "Anna de Wit", "U0BRAM": "Bram Visser", "U0GUEST": "Guest"}
_PACED = frozenset(("chat.postMessage", "chat.update"))
_PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


class StandIn:
    """A Slack of one's own on 127.0.0.1, as an async context manager.

    Parameters
    ----------
    token
        The only bot token it lets in.
    channels
        Name of each channel by its id.
    users
        Name of each person by their id.
    pace
        How fast a channel takes messages before it answers 429; None for as fast as they come.
    port
        Where to listen; 0 takes a free one.
    clock
        Tells epoch seconds.
    zone
        Time zone that the page is read in; None for the machine's own.

    Examples
    --------
    >>> async def demo() -> str:
    ...     async with StandIn() as slack:
    ...         return slack.page_url
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        channels: dict[str, str] | None = None,
        users: dict[str, str] | None = None,
        pace: Pace | None = None,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        zone: tzinfo | None = None,
    ) -> None:
        self._token = token
        self._workspace = Workspace(channels or {CHANNEL: "webcare"}, users or USERS, clock)
        self._pace = pace
        self._port = port
        self._clock = clock
        self._zone = zone
        self._failures: dict[str, list[web.Response]] = {}
        self._runner: web.AppRunner | None = None
        self.calls: list[tuple[str, Arguments]] = []
        """Every call that was let in, with its arguments, refused ones included."""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/", self._page)
        app.router.add_get("/channel.css", self._style)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        self._workspace.url = self.page_url
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_url(self) -> str:
        """What to give a Slack client as its base URL."""
        return f"{self.page_url}api/"

    @property
    def page_url(self) -> str:
        """Where a person sees the channels."""
        return f"http://{HOST}:{self._port}/"

    @property
    def messages(self) -> list[Message]:
        """Every message as it is now, replies included, oldest first, channel by channel."""
        return [message for channel in self._workspace.channels.values() for message in channel.messages.values()]

    def ephemerals(self, user: str) -> list[Message]:
        """List the messages that this user alone sees, oldest first."""
        return [
            message
            for channel in self._workspace.channels.values()
            for message in channel.ephemerals.values()
            if message.only_for == user
        ]

    def remove(self, channel: str) -> None:
        """Take the app out of a channel."""
        self._workspace.channels[channel].member = False

    def invite(self, channel: str) -> None:
        """Let the app into a channel again."""
        self._workspace.channels[channel].member = True

    def archive(self, channel: str) -> None:
        """Close a channel to new messages."""
        self._workspace.channels[channel].archived = True

    def delete(self, message: Message) -> None:
        """Remove a message, as a person in the channel might."""
        self._workspace.remove(message)

    def fail(
        self, method: str, error: str, *, status: int = 200, retry_after: int | None = None, times: int = 1
    ) -> None:
        """Make the next calls of a method fail, with an error of Slack's or another status."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        for _ in range(times):
            self._failures.setdefault(method, []).append(_refusal(error, status=status, headers=headers))

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            given = await _arguments(request)
            self._authorise(request, given)
            known = self._method(method)
            self.calls.append((method, given))
            if self._failures.get(method):
                return self._failures[method].pop(0)
            if wait := self._wait(method, given):
                return _refusal("ratelimited", status=429, headers={"Retry-After": str(wait)})
            return web.json_response({"ok": True, **known.call(self._workspace, given)})
        except Refused as refused:
            return _refusal(refused.error, *refused.details)

    def _wait(self, method: str, given: Arguments) -> int:
        if self._pace is None or method not in _PACED:
            return 0
        return self._pace.wait(str(given.get("channel")), self._clock())

    def _method(self, method: str) -> Method:
        try:
            return METHODS[method]
        except KeyError:
            raise Refused("unknown_method") from None

    def _authorise(self, request: web.Request, given: Arguments) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        sent = token if scheme.lower() == "bearer" else str(given.pop("token", ""))
        if not sent:
            raise Refused("not_authed")
        if not hmac.compare_digest(sent.encode(), self._token.encode()):
            raise Refused("invalid_auth")

    async def _page(self, _: web.Request) -> web.Response:
        html = render_page(list(self._workspace.channels.values()), self._clock(), self._zone)
        headers = {"Content-Security-Policy": _PAGE_POLICY, "X-Content-Type-Options": "nosniff"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _style(self, _: web.Request) -> web.Response:
        return web.Response(text=STYLE, content_type="text/css")


async def _arguments(request: web.Request) -> Arguments:
    """Read the arguments from wherever Slack takes them: JSON body, form body, query."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text())
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        return {**given, **body}
    if request.body_exists:
        given |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return given


def _refusal(error: str, *details: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    answer: Arguments = {"ok": False, "error": error}
    if details:
        answer["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in details]}
    return web.json_response(answer, status=status, headers=headers)
