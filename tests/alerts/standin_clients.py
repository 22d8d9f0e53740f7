"""Slack's own clients against the stand-in, and what tests of both wait for and catch."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from alerts.standin.server import APP_TOKEN, TOKEN


def client(slack, token=TOKEN):
    """A Web API client that tries once."""
    return AsyncWebClient(token, base_url=slack.api_url, retry_handlers=[])


async def refused(awaitable):
    """Slack's answer to a call that it refuses."""
    with pytest.raises(SlackApiError) as caught:
        await awaitable
    return caught.value.response


async def refusal(awaitable):
    """The name of the error of a call that Slack refuses."""
    return (await refused(awaitable))["error"]


async def eventually(condition, within_s=5.0):
    """Wait until a condition holds."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 -- what it waits for tells nobody
            await asyncio.sleep(0.01)


class App:
    """An app over Socket Mode: remembers what it is told, and acknowledges unless told not to."""

    def __init__(self, socket):
        self.socket = socket
        self.told = []
        self.seen = []
        self.delay_s = 0.0
        self.acks = True
        self.payload = None
        socket.socket_mode_request_listeners.append(self._hear)
        socket.message_listeners.append(self._see)

    @property
    def hellos(self):
        """Slack's greetings, one for each connection so far."""
        return [message for message in self.seen if message.get("type") == "hello"]

    async def _see(self, _, message, __):
        self.seen.append(message)

    async def _hear(self, socket, request):
        self.told.append(request)
        await asyncio.sleep(self.delay_s)
        if self.acks:
            answer = SocketModeResponse(envelope_id=request.envelope_id, payload=self.payload)
            await socket.send_socket_mode_response(answer)


@asynccontextmanager
async def app(slack, token=APP_TOKEN):
    """A connected app."""
    socket = SocketModeClient(token, web_client=client(slack), ping_interval=0.5)
    bot = App(socket)
    try:
        await socket.connect()
        await eventually(lambda: bot.hellos)
        yield bot
    finally:
        await socket.close()
        tasks = (socket.message_processor, socket.current_session_monitor, socket.message_receiver)
        await asyncio.gather(*filter(None, tasks), return_exceptions=True)


def plain(text="Go"):
    return {"type": "plain_text", "text": text}


def button(value, **changes):
    return {"type": "button", "action_id": f"do_{value}", "value": value, "text": plain(value.capitalize()), **changes}


def group(label, value):
    return {"label": plain(label), "options": [{"value": value, "text": plain(value.capitalize())}]}


BUTTONS = [
    {"type": "section", "text": plain("What now?")},
    {
        "type": "actions",
        "block_id": "i1:7:ah",
        "elements": [
            button("acknowledge", style="primary"),
            button("resolve"),
            {
                "type": "static_select",
                "action_id": "more",
                "placeholder": plain("More…"),
                "option_groups": [group("Not now", "snooze"), group("Verdict", "real")],
            },
        ],
    },
]
