"""What people do in Slack: they press buttons and type commands, and wait for the app to acknowledge."""

import asyncio
import uuid
from collections.abc import Generator
from typing import Any

from alerts.standin.channel import Message
from alerts.standin.limits import Refused
from alerts.standin.payloads import Payload, Pressed, block_actions, slash_command
from alerts.standin.responses import Responses, respond
from alerts.standin.sockets import Sockets
from alerts.standin.workspace import Workspace

_NOBODY = "This app is not connected, so nobody heard of it."


class Interaction:
    """A press or a command; awaiting it gives itself, once acknowledged or given up.

    Attributes
    ----------
    payload
        What the app was told.
    acked_after_s
        Seconds until the app acknowledged; None if it did not in time.
    response
        What the app acknowledged with; None for nothing.
    warning
        What the person is warned of; None if all is well.
    """

    def __init__(self, payload: Payload) -> None:
        self.envelope_id = str(uuid.uuid4())
        self.payload = payload
        self.acked_after_s: float | None = None
        self.response: dict[str, Any] | None = None
        self.warning: str | None = None
        self._begun = asyncio.get_running_loop().time()
        self._acked = asyncio.Event()
        self._settled = asyncio.Event()

    def __await__(self) -> Generator[Any, None, "Interaction"]:
        return self._wait().__await__()

    async def _wait(self) -> "Interaction":
        await self._settled.wait()
        return self

    def ack(self, payload: dict[str, Any] | None) -> None:
        """Take the app's acknowledgement; only the first one counts."""
        if self._acked.is_set():
            return
        self.acked_after_s = asyncio.get_running_loop().time() - self._begun
        self.response = payload
        self._acked.set()

    async def acked(self, within_s: float) -> bool:
        """Wait for the acknowledgement; false if it does not come in time."""
        try:
            async with asyncio.timeout(within_s):
                await self._acked.wait()
        except TimeoutError:
            return False
        return True

    def settle(self, warning: str | None) -> None:
        """Let go of whoever awaits."""
        self.warning = warning
        self._settled.set()


class Interactions:
    """Sends what people do to the app, and does what it answers.

    Parameters
    ----------
    workspace
        Where it happens.
    responses
        Makes the addresses for later answers.
    commands
        The slash commands that the app has.
    within_s
        Seconds that the app has for its acknowledgement.
    """

    def __init__(self, workspace: Workspace, responses: Responses, commands: tuple[str, ...], within_s: float) -> None:
        self.commands = commands
        self.sockets = Sockets(workspace, self._ack)
        self._workspace = workspace
        self._responses = responses
        self._within_s = within_s
        self._waiting: dict[str, Interaction] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def press(self, message: Message, pressed: Pressed, user: str) -> Interaction:
        """Have a user press something in a message."""
        address = self._responses.address(message.channel, user, message)
        at = f"{self._workspace.clock():.6f}"
        made = Interaction(block_actions(self._workspace, message, pressed, user, address, at))
        self._start(self._press(made))
        return made

    def command(self, command: str, text: str, user: str, channel: str) -> Interaction:
        """Have a user type a command in a channel."""
        address = self._responses.address(channel, user, None)
        made = Interaction(slash_command(self._workspace, command, text, user, channel, address))
        self._start(self._command(made))
        return made

    async def close(self) -> None:
        """Forget whatever still waits, and close the WebSockets."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()

    def _start(self, doing: Any) -> None:
        task = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _ack(self, envelope_id: str, payload: dict[str, Any] | None) -> None:
        made = self._waiting.get(envelope_id)
        if made is not None:
            made.ack(payload)

    async def _press(self, made: Interaction) -> None:
        # Slack takes no answer in the acknowledgement of a press, only at the response_url.
        sent, acked = await self._deliver(made, "interactive", takes_answer=False)
        late = f"Operation timed out. Apps need to respond within {self._within_s:g} seconds."
        made.settle(None if acked else late if sent else _NOBODY)

    async def _command(self, made: Interaction) -> None:
        name = made.payload["command"]
        if name not in self.commands:
            self._slackbot(made, f"`{name}` is not a valid command.")
            return
        sent, acked = await self._deliver(made, "slash_commands", takes_answer=True)
        if not acked:
            reason = "operation_timeout" if sent else "dispatch_failed"
            self._slackbot(made, f'{name} failed with the error "{reason}"')
            return
        try:
            if made.response:
                respond(self._workspace, made.response, made.payload["channel_id"], made.payload["user_id"], None)
        except Refused:
            self._slackbot(made, f'{name} failed with the error "invalid_command_response"')
            return
        made.settle(None)

    async def _deliver(self, made: Interaction, kind: str, *, takes_answer: bool) -> tuple[bool, bool]:
        """Send an envelope and wait; tells whether it was sent, and whether it was acknowledged."""
        envelope = {
            "envelope_id": made.envelope_id,
            "type": kind,
            "accepts_response_payload": takes_answer,
            "payload": made.payload,
        }
        self._waiting[made.envelope_id] = made
        try:
            sent = await self.sockets.send(envelope)
            return sent, sent and await made.acked(self._within_s)
        finally:
            del self._waiting[made.envelope_id]

    def _slackbot(self, made: Interaction, text: str) -> None:
        """Tell the user alone what went wrong, in Slack's own name."""
        message = Message(
            channel=made.payload["channel_id"],
            ts=self._workspace.stamp(),
            text=text,
            blocks=[],
            only_for=made.payload["user_id"],
            by="Slackbot",
        )
        self._workspace.add(message)
        made.settle(text)
