"""A stage for timed scripts: mentions in, Slack out, people pressing buttons, all in event time.

Nothing is faked but the clock: the shipped models score, the fold of the brands decides, the outbox posts over HTTP to
the stand-in for Slack, and presses come back through its WebSocket and the listener.
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

from msgspec.json import decode as from_json
from msgspec.json import encode as to_json

from alerts.click import Command
from alerts.event import Notification
from alerts.incidents import Outcome, decode_state, encode_state
from alerts.ledger import decode, encode
from alerts.slack.client import slack_client
from alerts.slack.delivery.outbox import Outbox, Pacing
from alerts.slack.delivery.store import Delivered, MemoryStore
from alerts.slack.hearing.listener import SlackListener
from alerts.standin import Message, StandIn
from alerts.standin.server import APP_TOKEN, CHANNEL, TOKEN
from scoring.complaint import Complaint
from scoring.engine import Engine, Models
from scoring.verdicts import Verdict
from streams.decode import decode as read_mention
from streams.desk import Desk, load_desk
from streams.incident_ledger import IncidentLedger, settings_of
from tests.integration.mentions import START, line

MINUTE = 60.0
AT_ONCE = Pacing(10_000.0, 10_000.0, 10_000.0)


class Stage:
    """One desk's service from mention to message. Minutes count from `START`, a Monday at 16:13 in Amsterdam."""

    def __init__(self, models: Models, desk: Desk, slack: StandIn) -> None:
        self.slack = slack
        self.minute = 0.0
        self.told: list[Notification] = []
        self.verdicts: list[Verdict] = []
        self.risks: list[float] = []
        self._desk = desk
        self._engine = Engine(models, desk.profile_of)
        self._entries: dict[str, Any] = {}
        self._states: dict[str, Any] = {}
        self._store = MemoryStore()
        self._delivered: dict[str, Delivered] = {}
        self._stack = AsyncExitStack()
        self._commands: asyncio.Queue[Command] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        await self._start()
        listener = SlackListener(
            APP_TOKEN,
            slack_client(TOKEN, self.slack.api_url),
            allow=self._desk.calendar.who_is,
            publish=self._commands.put,
            answer=lambda _: None,
            clock=lambda: START + self.minute * MINUTE,
        )
        await self._stack.enter_async_context(listener)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()
        await self._stack.aclose()

    async def _start(self) -> None:
        self._ledger = IncidentLedger(settings_of(self._desk), self._desk.profile_of, self._entries, self._states)
        self._outbox = Outbox(
            slack_client(TOKEN, self.slack.api_url),
            CHANNEL,
            self._store,
            people=self._desk.calendar.slack_ids,
            charts=False,
            pacing=AT_ONCE,
        )
        self._running = asyncio.create_task(self._outbox.run())

    async def _stop(self) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)

    async def restarts(self) -> None:
        """Only what is written down is left, as bytes: the ledger, the brands, and which message is whose."""
        await self._stop()
        self._ledger.save()
        self._entries = {key: decode(encode(entry)) for key, entry in self._entries.items()}
        self._states = {brand: decode_state(encode_state(state)) for brand, state in self._states.items()}
        await self._start()

    async def plays(self, *events: dict[str, Any]) -> None:
        """Let mentions come in, each at its own time."""
        for event in sorted(events, key=lambda one: one["created_at"]):
            mention = read_mention(line(event), START + 10_000 * MINUTE)
            self.minute = max(self.minute, (event["created_at"] - START) / MINUTE)
            await self._decide(self._engine.fold([mention]))

    async def passes(self, minute: float) -> None:
        """Let time pass without a mention."""
        self.minute = minute
        await self._decide(self._engine.advance(START + minute * MINUTE))

    async def presses(self, action: str, by: str = "U0ANNA", message: Message | None = None) -> None:
        """Press a button of an incident's message; Slack has its answer within three seconds."""
        press = await self.slack.press(message or self.messages[-1], action, user=by)
        assert press.acked_after_s is not None
        assert press.acked_after_s < 3.0
        try:
            command = await asyncio.wait_for(self._commands.get(), 3.0)
        except TimeoutError:
            return  # refused: whoever pressed was told so
        await self._tell(self._ledger.do(command))

    async def _decide(self, scorings: list[Any]) -> None:
        outcomes: list[Outcome] = []
        said: list[Any] = [complaint for _, complaint in self._engine.take_complaints()]
        said += [scoring.assessment for scoring in scorings if scoring.assessment is not None]
        self.risks += [scoring.risk for scoring in scorings]
        for one in sorted(said, key=lambda one: one.at):
            outcomes += self._ledger.hear(one) if isinstance(one, Complaint) else self._ledger.assess(one)
        outcomes += self._ledger.advance(START + self.minute * MINUTE)
        await self._tell(outcomes)

    async def _tell(self, outcomes: list[Outcome]) -> None:
        news = [told for outcome in outcomes for told in outcome.notifications]
        self.told += news
        self.verdicts += [verdict for outcome in outcomes for verdict in outcome.verdicts]
        # As the worker does, through bytes.
        waiting = [self._outbox.add(from_json(to_json(told), type=Notification)) for told in news]
        if waiting:
            await asyncio.wait_for(asyncio.gather(*waiting), 20.0)

    @property
    def messages(self) -> list[Message]:
        """Incidents' messages, oldest first."""
        return [message for message in self.slack.messages if message.thread_ts is None]

    @property
    def pings(self) -> list[Message]:
        """Replies that interrupt."""
        return [message for message in self.slack.messages if message.thread_ts is not None]

    @property
    def pages(self) -> list[float]:
        """Minutes at which people were paged."""
        return [round((told.alert.at - START) / MINUTE, 2) for told in self.told if told.page]

    @property
    def calls(self) -> list[tuple[float, ...]]:
        """Minute and whom, of everything that interrupted somebody."""
        return [(round((t.alert.at - START) / MINUTE, 2), *t.who) for t in self.told if t.notifies]

    @property
    def said(self) -> list[tuple[float, str, str]]:
        """Minute, cause and severity of everything told."""
        return [(round((t.alert.at - START) / MINUTE, 3), t.cause, t.alert.severity.value) for t in self.told]


def desk(folder: Path, toml: str) -> Desk:
    """A desk from its file."""
    path = folder / "desk.toml"
    path.write_text(toml, encoding="utf-8")
    return load_desk(path)
