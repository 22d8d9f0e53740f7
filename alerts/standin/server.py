"""The stand-in as a whole: where it listens, what one can make happen in it, and what happened."""

import time
from collections.abc import Callable, Collection, Mapping
from datetime import tzinfo
from typing import Self

from aiohttp import web

from alerts.standin.arguments import Arguments
from alerts.standin.channel import Message
from alerts.standin.faults import Fault, Faults
from alerts.standin.interactions import Interaction, Interactions
from alerts.standin.keys import APP_TOKEN, SCOPES, TOKEN, Keys
from alerts.standin.pace import Pace
from alerts.standin.payloads import pressable
from alerts.standin.responses import Responses
from alerts.standin.sockets import Reason
from alerts.standin.web_api import WebApi
from alerts.standin.window import Window
from alerts.standin.workspace import File, Workspace

__all__ = ["APP_TOKEN", "CHANNEL", "HOST", "SCOPES", "TOKEN", "USERS", "StandIn"]

HOST = "127.0.0.1"
CHANNEL = "C0WEBCARE"
USERS = {"U0ANNA": "Anna de Wit", "U0BRAM": "Bram Visser", "U0GUEST": "Guest"}
_LARGEST_BODY = 16 << 20


class StandIn:
    """A Slack of one's own on 127.0.0.1, as an async context manager.

    Parameters
    ----------
    token
        The only bot token it lets in.
    app_token
        The only app-level token it lets in.
    scopes
        What the bot token allows.
    channels
        Name of each channel by its id.
    users
        Name of each person by their id.
    pace
        How fast it takes calls before it answers 429, by method, such as `as_slack()`; a single pace is that of a
        channel's messages, new and edited; None for as fast as they come.
    faults
        What goes wrong with calls besides what `fail`, `drop` and `delay` ask for; nothing if None.
    commands
        The slash commands that the app has.
    answer_within_s
        Seconds that the app has to acknowledge a press or a command.
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
        app_token: str = APP_TOKEN,
        scopes: Collection[str] = SCOPES,
        channels: Mapping[str, str] | None = None,
        users: Mapping[str, str] | None = None,
        pace: Pace | Mapping[str, Pace] | None = None,
        faults: Faults | None = None,
        commands: Collection[str] = ("/brandmelder",),
        answer_within_s: float = 3.0,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        zone: tzinfo | None = None,
    ) -> None:
        self._workspace = Workspace(channels or {CHANNEL: "webcare"}, users or USERS, clock)
        self._keys = Keys(token, app_token, scopes)
        self._api = WebApi(self._workspace, self._keys, pace, faults)
        self._responses = Responses(self._workspace)
        self._interactions = Interactions(self._workspace, self._responses, tuple(commands), answer_within_s)
        self._port = port
        self._window = Window(self._workspace, self._interactions, zone)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_LARGEST_BODY)
        for part in (self._api, self._responses, self._interactions.sockets, self._window):
            app.add_routes(part.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        self._workspace.url = self.page_url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._window.close()
        await self._interactions.close()
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
    def calls(self) -> list[tuple[str, Arguments]]:
        """Every call that was let in, with its arguments, refused ones included."""
        return self._api.calls

    @property
    def messages(self) -> list[Message]:
        """Every message as it is now, replies included, oldest first, channel by channel."""
        return [message for channel in self._workspace.channels.values() for message in channel.messages.values()]

    @property
    def files(self) -> list[File]:
        """Every file that an upload was promised for, oldest first."""
        return list(self._workspace.files.values())

    def ephemerals(self, user: str) -> list[Message]:
        """List the messages that this user alone sees, oldest first."""
        return [
            message
            for channel in self._workspace.channels.values()
            for message in channel.ephemerals.values()
            if message.only_for == user
        ]

    def press(self, message: Message, action_value: str, user: str = "U0ANNA") -> Interaction:
        """Have a user press the button, or choose the option, of a message that has this value."""
        for pressed in pressable(message):
            if pressed.value == action_value:
                return self._interactions.press(message, pressed, user)
        known = ", ".join(pressed.value for pressed in pressable(message)) or "nothing"
        raise ValueError(f"nothing with the value {action_value} to press in the message, only {known}")

    def command(self, command: str, text: str = "", user: str = "U0ANNA", channel: str | None = None) -> Interaction:
        """Have a user type a command in a channel; in the first one if None."""
        return self._interactions.command(command, text, user, channel or next(iter(self._workspace.channels)))

    @property
    def connections(self) -> int:
        """How many WebSockets the app has open."""
        return len(self._interactions.sockets)

    async def disconnect(self, reason: Reason = "refresh_requested") -> None:
        """Ask the app to open other WebSockets; all but a warning see to it that the open ones close."""
        await self._interactions.sockets.disconnect(reason)

    def cut(self) -> None:
        """Lose the app's WebSockets without a word."""
        self._interactions.sockets.cut()

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

    def revoke(self) -> None:
        """Take both tokens' rights away, as an administrator might."""
        self._keys.revoked = True

    def fail(
        self,
        method: str,
        error: str,
        *,
        status: int = 200,
        retry_after: int | None = None,
        after: bool = False,
        times: int = 1,
    ) -> None:
        """Make the next calls of a method fail, with an error of Slack's or another status.

        `after` lets them have their effect first.
        """
        self._api.faults.add(method, Fault(error, status, retry_after, after=after), times)

    def drop(self, method: str, *, after: bool = False, times: int = 1) -> None:
        """Close the connection on the next calls of a method, without or `after` their effect."""
        self._api.faults.add(method, Fault(drop=True, after=after), times)

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Keep the next calls of a method waiting."""
        self._api.faults.add(method, Fault(delay_s=seconds), times)
