"""The HTTP side of the Web API: who may call, bodies in both forms, limits, and faults on request."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from alerts.standin import files
from alerts.standin.api import METHODS
from alerts.standin.arguments import Arguments
from alerts.standin.faults import Fault, Faults
from alerts.standin.keys import Keys, MissingScope
from alerts.standin.limits import Refused
from alerts.standin.pace import Pace, seconds_to_wait
from alerts.standin.workspace import Workspace


class WebApi:
    """Answers calls of methods, and takes uploads.

    Parameters
    ----------
    workspace
        What the methods work on.
    keys
        Who is let in.
    pace
        How fast calls are taken, by method; a single one for a channel's messages; None for as fast as they come.
    faults
        What goes wrong with calls; None for what is asked for alone.
    """

    def __init__(
        self,
        workspace: Workspace,
        keys: Keys,
        pace: Pace | Mapping[str, Pace] | None,
        faults: Faults | None = None,
    ) -> None:
        self._workspace = workspace
        self._keys = keys
        self._pace = pace
        self.faults = faults or Faults()
        self.calls: list[tuple[str, Arguments]] = []

    def routes(self) -> list[web.RouteDef]:
        """List what is answered where."""
        return [
            web.route("*", "/api/{method}", self._call),
            web.post("/upload/v1/{ticket}", self._upload),
        ]

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        headers = {"x-oauth-scopes": ",".join(self._keys.scopes)}
        try:
            answer = await self._answer(request, method)
        except MissingScope as refused:
            scopes = {"needed": refused.needed, "provided": ",".join(refused.provided)}
            answer = web.json_response({"ok": False, "error": refused.error, **scopes})
        except Refused as refused:
            answer = refusal(refused.error, *refused.details)
        if method in METHODS:
            headers["x-accepted-oauth-scopes"] = METHODS[method].scope
        answer.headers.update(headers)
        return answer

    async def _answer(self, request: web.Request, method: str) -> web.Response:
        given = await _arguments(request)
        token = _token(request, given)
        if method not in METHODS:
            raise Refused("unknown_method")
        call, scope = METHODS[method]
        self._keys.check(token, scope)
        self.calls.append((method, given))
        fault = self.faults.take(method)
        await asyncio.sleep(fault.delay_s)
        if fault.fails and not fault.after:
            return _fail(request, fault)
        wait = seconds_to_wait(self._pace, method, str(given.get("channel")), self._workspace.clock())
        if wait:
            return refusal("ratelimited", status=429, retry_after=wait)
        answer = call(self._workspace, given)
        return _fail(request, fault) if fault.fails else web.json_response({"ok": True, **answer})

    async def _upload(self, request: web.Request) -> web.Response:
        if request.content_type == "multipart/form-data":
            form = await request.post()
            parts = [value.file.read() for value in form.values() if isinstance(value, web.FileField)]
            content = parts[0] if parts else b""
        else:
            content = await request.read()
        taken = files.take(self._workspace, request.match_info["ticket"], content)
        return web.Response(text=f"OK - {len(content)}") if taken else web.Response(status=400, text="not expected")


def _token(request: web.Request, given: Arguments) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    sent = str(given.pop("token", ""))
    return token if scheme.lower() == "bearer" else sent


def _fail(request: web.Request, fault: Fault) -> web.Response:
    if fault.drop and request.transport is not None:
        request.transport.abort()
    return refusal(fault.error or "dropped", status=fault.status, retry_after=fault.retry_after)


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


def refusal(error: str, *details: str, status: int = 200, retry_after: int | None = None) -> web.Response:
    """Make Slack's answer of an error."""
    answer: Arguments = {"ok": False, "error": error}
    if details:
        answer["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in details]}
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.json_response(answer, status=status, headers=headers)
