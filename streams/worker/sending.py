"""Third arrow: notifications into Slack, and how far that is."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import structlog
from faust.types import TP

from alerts.event import Notification
from alerts.slack.delivery.notice import Notice
from alerts.slack.delivery.outbox import Outbox, Outcome
from scoring.unreadable import UNREADABLE
from streams.bulk import Chunk, RawRecord
from streams.changelog import Recovered
from streams.worker.deliveries import Deliveries
from streams.worker.keeping import Keeper
from streams.worker.parts import Parts

MOST_WAITING = 5_000
"""Notifications of a partition in memory; more wait in Kafka."""

ROOM_S = 0.2

REMEMBERED_S = 60 * 24 * 3600.0
"""How long it is remembered where a message is; longer than any incident."""

_log = structlog.get_logger("brandmelder.sending")
_notification = msgspec.json.Decoder(Notification)

Ticket = asyncio.Future[Outcome]


class Sending(Keeper):
    """Hands the notifications of this worker's partitions to an outbox, and notes what arrived.

    A rebalance ends the outbox: whoever gets a partition then begins with what was not delivered of it.

    Parameters
    ----------
    parts
        The worker's.
    store
        Remembers which message belongs to which incident.
    make
        Makes an outbox; None writes notifications to the log instead.
    """

    topic = "notifications"
    rows = "deliveries"

    def __init__(self, parts: Parts, store: Deliveries, make: Callable[[], Awaitable[Outbox]] | None) -> None:
        super().__init__(parts)
        self._store = store
        self._make = make
        self._epoch = -1
        self._outbox: Outbox | None = None
        self._running: asyncio.Task[None] | None = None
        self._ends: dict[TP, int] = {}
        self._waiting: dict[TP, deque[tuple[int, Ticket]]] = {}
        self._far: dict[TP, int] = {}
        self._crash: asyncio.Future[None] | None = None
        self._making: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def outbox(self) -> Outbox | None:
        """What delivers now; None without Slack, and between two rebalances."""
        return self._outbox

    async def send(self, chunk: Chunk) -> None:
        """Hand over a chunk of notifications."""
        epoch = self._epoch
        await self._ready.wait()
        for record in self._parts.progress.new(chunk):
            await self._room(chunk.tp, epoch)
            if epoch != self._parts.progress.epoch:
                return
            self._take(chunk.tp, record)
        self._parts.progress.read(chunk, epoch)
        self._settle(chunk.tp, epoch)

    async def begin(self, recovered: Mapping[int, Recovered], ends: Mapping[TP, int], epoch: int) -> None:
        """Begin with the partitions that are ours since the last rebalance."""
        # What was there by now may have been handed to an outbox before.
        self._ends = {tp: end for tp, end in ends.items() if tp.topic == self._parts.name_of(self.topic)}
        self._store.recover({partition: state.rows for partition, state in recovered.items()})
        for partition, state in recovered.items():
            for key in state.stray:
                self._store.rewrite(partition, key)
        self._epoch = epoch
        # Slack may be slow to say which channel that is; nothing else waits for it.
        self._making = asyncio.create_task(self._begin(epoch))

    async def _begin(self, epoch: int) -> None:
        outbox = await self._make() if self._make is not None else None
        if outbox is not None and epoch == self._parts.progress.epoch:
            self._outbox = outbox
            self._running = asyncio.create_task(outbox.run())
            self._running.add_done_callback(self._ended)
        self._ready.set()

    async def wind_down(self) -> None:
        """Let the requests that are under way come to their end."""
        if self._outbox is not None:
            await self._outbox.wind_down()

    async def give_up(self) -> None:
        """Let go of every partition, and of what is on its way."""
        running, self._running, self._outbox = self._running, None, None
        making, self._making = self._making, None
        self._waiting.clear()
        self._far.clear()
        self._ready.clear()
        for task in (making, running):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def save(self, *, everything: bool) -> None:
        """Write down where messages are; what is delivered meanwhile is for the next time."""
        epoch, far = self._epoch, dict(self._far)
        self._store.expire(self._parts.clock() - REMEMBERED_S)
        for partition, rows in self._store.unwritten().items():
            await self.changelog.write(partition, rows, b"")
        for tp, offset in far.items():
            self._parts.progress.resume_from(tp, offset, epoch)

    def rewrite(self, partition: int, key: str) -> None:
        """Write a row anew."""
        self._store.rewrite(partition, key)

    def tell(self, notice: Notice) -> Ticket | None:
        """Deliver a notice; None when there is no outbox now."""
        if self._make is None:
            _log.info("notice, not sent: there is no Slack token", key=notice.key)
        if self._outbox is None:
            return None
        self._store.expect_notice(notice.key)
        return self._outbox.add(notice, again=self._store.get(notice.key) is None)

    def _take(self, tp: TP, record: RawRecord) -> None:
        try:
            notification = _notification.decode(record.value or b"")
        except UNREADABLE as error:
            _log.error("notification cannot be read", error=type(error).__name__)
            self._parts.metrics.unreadable.labels("notifications").inc()
            return
        alert = notification.alert
        log = _log.bind(incident=alert.incident_id, event=alert.event, severity=alert.severity.value)
        if self._outbox is None:
            self._parts.metrics.notifications.labels("logged").inc()
            log.info("notification, not sent: there is no Slack token", revision=notification.revision)
            return
        epoch = self._epoch
        ticket = self._outbox.add(notification, again=record.offset < self._ends.get(tp, 0))

        def delivered(done: Ticket) -> None:
            if not done.cancelled():
                outcome = done.result()
                self._parts.metrics.delivery_wait.observe(outcome.waited_s)
                self._log(log, outcome.result, notification.revision)
                self._settle(tp, epoch)

        self._waiting.setdefault(tp, deque()).append((record.offset, ticket))
        ticket.add_done_callback(delivered)

    def _log(self, log: Any, result: str, revision: int) -> None:
        """Say how a delivery went; that another one made it needless is of no interest."""
        failed, needless = result.startswith("failed"), result in ("coalesced", "stale", "moot")
        say = log.error if failed else log.debug if needless else log.info
        say("delivery", result=result, revision=revision)

    def _settle(self, tp: TP, epoch: int) -> None:
        """Note how far deliveries are: up to the oldest that is not done."""
        if epoch != self._parts.progress.epoch:
            return
        waiting = self._waiting.get(tp) or deque()
        while waiting and waiting[0][1].done():
            waiting.popleft()
        read = self._parts.progress.position(tp)
        if waiting or read is not None:
            self._far[tp] = waiting[0][0] if waiting else read or 0

    async def _room(self, tp: TP, epoch: int) -> None:
        """Wait while too much waits for Slack."""
        while len(self._waiting.get(tp, ())) >= MOST_WAITING and epoch == self._parts.progress.epoch:  # noqa: ASYNC110 - two things end it
            await asyncio.sleep(ROOM_S)

    def _ended(self, running: asyncio.Task[None]) -> None:
        """An outbox ends when it is told to; anything else must end the worker, or nobody is told of anything."""
        if not running.cancelled() and (error := running.exception()) is not None:
            _log.error("the outbox broke down", error=type(error).__name__)
            self._crash = asyncio.ensure_future(self._parts.app.crash(error))


def add_sending(parts: Parts, sending: Sending) -> None:
    """Add the agent that reads notifications."""
    parts.ownership.keep(sending)
    parts.read("notifications", "send", sending.send)
