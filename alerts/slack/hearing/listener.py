"""Hears what people do in Slack through Socket Mode, which needs no public address."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Literal, Self

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from alerts.click import Click, Command
from alerts.slack.discreet import discreet_logger
from alerts.slack.hearing.answering import Answer, Asked
from alerts.slack.hearing.answers import render_refused, render_unrecorded
from alerts.slack.hearing.interaction import Press, Typed, read_presses, read_typed
from alerts.slack.kit import Message

Heard = Literal["click", "command", "foreign", "refused", "unrecorded", "unanswered"]
"""A click that was recorded; a command that was answered; what is not for us; somebody whom the desk does not allow;
what could not be recorded; an answer that did not arrive."""

_LOOK_S = 1.0
_ANSWER_S = 10
_FINISH_S = 5.0
_RECORD_S = 10.0
_OK = 200
_FAILURES = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)

_log = logging.getLogger("alerts.slack.hearing.listener")


class SlackListener:
    """Takes presses of buttons and slash commands, as an async context manager.

    Every envelope is acknowledged to Slack before any work is done on it, so that people see no error however long
    recording takes. What people did is in the caller's hands once `publish` returns; if it raises, they are told
    that nothing was recorded. Slack delivers again what was not acknowledged, under the same id.

    Parameters
    ----------
    app_token
        An app-level token. It leaves the process in the Authorization header only.
    web_client
        As made by `slack_client`; says where Slack is.
    allow
        Says who somebody is by their Slack id: a person's key, None for somebody who may not.
    publish
        Records what somebody did.
    answer
        Answers a slash command at once.
    clock
        Tells epoch seconds.
    count
        Is told what was heard, for metrics.
    allowed
        Whom the desk allows, in Slack's markup, for those whom it does not; trusted.
    ping_s
        Seconds between two pings; four without an answer, and the connection is made anew.
    """

    def __init__(
        self,
        app_token: str,
        web_client: AsyncWebClient,
        *,
        allow: Callable[[str], str | None],
        publish: Callable[[Command], Awaitable[None]],
        answer: Callable[[Asked], Answer],
        clock: Callable[[], float],
        count: Callable[[Heard], None] = lambda _: None,
        allowed: Sequence[str] = (),
        ping_s: float = 5.0,
    ) -> None:
        self._app_token = app_token
        self._web_client = web_client
        self._allow = allow
        self._publish = publish
        self._answer = answer
        self._clock = clock
        self._count = count
        self._allowed = tuple(allowed)
        self._ping_s = ping_s
        self._client: SocketModeClient | None = None
        self._keeping: list[asyncio.Task[None]] = []
        self._working: set[asyncio.Task[object]] = set()
        self._connected = False

    @property
    def connected(self) -> bool:
        """Whether Slack can be heard now, as of a second ago."""
        return self._connected

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Begin to connect, and keep at it; does not wait for Slack."""
        client = SocketModeClient(
            app_token=self._app_token,
            web_client=self._web_client,
            logger=discreet_logger(),
            ping_interval=self._ping_s,
        )
        client.socket_mode_request_listeners.append(self._hear)
        self._client = client
        self._keeping = [asyncio.create_task(_connect(client)), asyncio.create_task(self._watch(client))]

    async def stop(self) -> None:
        """Stop hearing, and finish what was heard: at most five seconds are spent on it."""
        client, self._client = self._client, None
        if client is None:
            return
        own = [client.message_processor, client.current_session_monitor, client.message_receiver]
        for task in self._keeping:
            task.cancel()
        # First no more is heard, for what is acknowledged from here on would be lost.
        await client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it without types
        await asyncio.gather(*self._keeping, *[future for future in own if future is not None], return_exceptions=True)
        working = set(self._working)
        if working:
            _, unfinished = await asyncio.wait(working, timeout=_FINISH_S)
            for late in unfinished:
                late.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        self._connected = False

    async def _watch(self, client: SocketModeClient) -> None:
        """Know whether the client is connected, and let it ask for a new address when it is not.

        Left alone it would try the same one for ever, and Slack's addresses are good for a short while.
        """
        while True:
            connected = await client.is_connected()
            if connected is not self._connected:
                self._connected = connected
                _log.info("Slack can be heard" if connected else "Slack cannot be heard")
            if not connected:
                client.wss_uri = None
            await asyncio.sleep(min(_LOOK_S, self._ping_s))

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.type == "interactive":
            await self._acknowledge(client, request)
            presses = read_presses(request.payload)
            for press in presses:
                self._work(self._press(press))
            if not presses:
                self._count("foreign")
            return
        typed = read_typed(request.payload, request.envelope_id) if request.type == "slash_commands" else None
        if typed is None:
            await self._acknowledge(client, request)
            self._count("foreign")
            return
        await self._type(client, request, typed)

    async def _type(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest, typed: Typed) -> None:
        """Answer a slash command in the acknowledgement itself, unless something must be recorded first."""
        by = self._allow(typed.user)
        if by is None:
            self._count("refused")
            answer = Answer(render_refused(self._allowed))
        else:
            answer = self._answer(Asked(typed.text, by, self._clock(), typed.id))
        if answer.wish is None and request.accepts_response_payload:
            await self._acknowledge(client, request, answer.message)
        else:
            await self._acknowledge(client, request)
            self._work(self._record(answer.wish, typed.answer_url, answer.message))
        if by is not None:
            self._count("command")

    async def _press(self, press: Press) -> None:
        by = self._allow(press.user)
        if by is None:
            self._count("refused")
            await self._say(render_refused(self._allowed), press.answer_url)
            return
        brand, incident_id, action = press.target
        click = Click(brand, incident_id, action, by, self._clock(), press.id)
        if await self._record(click, press.answer_url):
            self._count("click")

    async def _record(self, command: Command | None, answer_url: str | None, then: Message | None = None) -> bool:
        """Record what somebody did, if anything, and tell them; whether it is recorded."""
        if command is not None:
            try:
                async with asyncio.timeout(_RECORD_S):
                    await self._publish(command)
            except Exception as error:  # whatever keeps it from being recorded, who did it must know
                _log.error("What somebody did in Slack is not recorded: %s", type(error).__name__)
                self._count("unrecorded")
                await self._say(render_unrecorded(), answer_url)
                return False
        if then is not None:
            await self._say(then, answer_url)
        return True

    def _work(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _acknowledge(
        self, client: AsyncBaseSocketModeClient, request: SocketModeRequest, message: Message | None = None
    ) -> None:
        payload = None if message is None else _ephemeral(message)
        try:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))
        except _FAILURES:  # Slack delivers it again
            self._count("unanswered")

    async def _say(self, message: Message, answer_url: str | None) -> None:
        """Tell something to nobody but whoever acted."""
        if answer_url is None:
            self._count("unanswered")
            return
        try:
            webhook = AsyncWebhookClient(answer_url, timeout=_ANSWER_S, logger=discreet_logger())
            response = await webhook.send_dict({**_ephemeral(message), "replace_original": False})
        except _FAILURES:
            self._count("unanswered")
            return
        if response.status_code != _OK:
            self._count("unanswered")


async def _connect(client: SocketModeClient) -> None:
    await client.connect()  # type: ignore[no-untyped-call]  # slack_sdk leaves it without types


def _ephemeral(message: Message) -> dict[str, Any]:
    return {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}
