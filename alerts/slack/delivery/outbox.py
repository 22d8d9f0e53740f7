"""Delivers to one Slack channel: nothing twice, nothing lost, what interrupts people first."""

import asyncio
import logging
import random as chance
import time
from collections.abc import Awaitable, Callable, Iterable
from types import MappingProxyType
from typing import Any

import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from alerts.event import Notification
from alerts.slack.delivery.backlog import Backlog
from alerts.slack.delivery.errands import Errands
from alerts.slack.delivery.gate import PASSING, SHUT, Gate
from alerts.slack.delivery.jobs import Job, Lane
from alerts.slack.delivery.notice import Notice
from alerts.slack.delivery.parcel import parcel
from alerts.slack.delivery.store import DeliveryStore
from alerts.slack.delivery.trouble import NO_CHANNEL, Trouble
from alerts.slack.delivery.waiting import Done
from alerts.slack.people import People

LANES: tuple[Lane, ...] = ("post", "edit", "look", "draw")
_LATELY_S = 24 * 3600.0
_NO_CHARTS_S = 3600.0
_CHART_EVERY_S = 600.0
_ASK_S = 0.2
_BLIND = frozenset(("missing_scope", "no_permission", "not_allowed_token_type", "restricted_action"))

_log = logging.getLogger(__name__)


class Pacing(msgspec.Struct, frozen=True):
    """How many calls of a kind a second the outbox makes of its own accord.

    Slack takes about one message a second in a channel, and some 50 edits a minute.
    """

    posts_per_s: float = 1.0
    edits_per_s: float = 0.8
    looks_per_s: float = 0.8


SLACKS_PACE = Pacing()


class Outcome(msgspec.Struct, frozen=True):
    """How a delivery went, and how many seconds it waited.

    `result` is one of posted, updated, pinged, reposted (somebody had removed the message), healed (it was there
    already), coalesced (something newer is shown instead), stale (something newer was), moot (nobody needs to be
    interrupted for it any more) or failed:<error>; there are few enough of them for a metric's label.
    """

    result: str
    waited_s: float


class Outbox:
    """Keeps one message per incident in a channel, and interrupts people when they must be interrupted.

    `add` takes things in, `run` delivers them. What is added is done when its future is; until then the caller must
    keep it, and after a restart hand it in again with `again=True`.

    Parameters
    ----------
    client
        As made by `slack_client`: one that does not retry.
    channel
        Id of the channel.
    store
        Remembers which message belongs to which incident.
    people
        Slack's ids of the people in the desk file, by key.
    charts
        Whether to show pictures of the spread.
    pacing
        How fast to go.
    count
        Told the result of each thing delivered, and of each attempt that failed as ``limited``, ``retried:<error>``,
        ``parked:<error>`` or ``simplified:<error>``.
    now
        Seconds of a clock that never goes back.
    wall
        Epoch seconds.
    may
        Asked before anything is delivered; as long as it says no, nothing is.
    sleep, random
        Wait for so many seconds; a number from 0 to 1.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        channel: str,
        store: DeliveryStore,
        *,
        people: People = MappingProxyType({}),
        charts: bool = True,
        pacing: Pacing = SLACKS_PACE,
        count: Callable[[str], None] = lambda _: None,
        may: Callable[[], bool] = lambda: True,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._channel = channel
        self._store = store
        self._count = count
        self._may = may
        self._now, self._wall, self._sleep, self._random = now, wall, sleep, random
        self._backlog = Backlog(_CHART_EVERY_S if charts else None)
        self._errands = Errands(client, channel, people, self._backlog, store, now, wall, sleep)
        self._gates = {
            "post": Gate(pacing.posts_per_s),
            "edit": Gate(pacing.edits_per_s),
            "look": Gate(pacing.looks_per_s),
            "draw": Gate(pacing.edits_per_s),
        }
        self._troubles: dict[Lane, str] = {}
        self._futures: dict[int, asyncio.Future[Outcome]] = {}
        self._news = {lane: asyncio.Event() for lane in LANES}
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._winding_down = False
        self._at_rest = asyncio.Event()
        self._at_rest.set()

    @property
    def depth(self) -> int:
        """How many messages wait for something."""
        return len(self._backlog)

    @property
    def oldest_waiting_s(self) -> float:
        """For how many seconds the oldest thing waits, 0 when nothing does."""
        oldest = self._backlog.oldest()
        return 0.0 if oldest is None else self._now() - oldest

    def add(self, content: Notification | Notice, *, again: bool = False) -> asyncio.Future[Outcome]:
        """Take something to deliver, in any order.

        A quiet one that something newer replaces before it is shown is done at once: the newer one is not, so a caller
        who commits in order loses nothing.

        Parameters
        ----------
        content
            A notification of an incident, or a notice.
        again
            It was handed in before, to an outbox that is gone, and may have been delivered: look before posting.
        """
        one = parcel(content)
        wall = self._wall()
        began = min(wall, one.began) if one.began is not None else wall - _LATELY_S
        place = self._store.get(one.key)
        ticket, done = self._backlog.add(one, place, self._now(), began, again=again)
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._futures[id(ticket)] = future
        self._finish(done)
        self._wake()
        return future

    async def run(self) -> None:
        """Deliver until cancelled. What is under way then is looked up when it is handed in again."""
        async with asyncio.TaskGroup() as lanes:
            for lane in LANES:
                lanes.create_task(self._work(lane))

    async def wind_down(self) -> None:
        """Begin nothing more, and wait until what is under way is done."""
        self._winding_down = True
        await self._idle.wait()

    async def at_rest(self) -> None:
        """Wait until everything is delivered."""
        await self._at_rest.wait()

    async def _work(self, lane: Lane) -> None:
        gate, news = self._gates[lane], self._news[lane]
        while True:
            if self._winding_down or not self._may():
                await self._sleep(_ASK_S)
                continue
            news.clear()
            now = self._now()
            opens = gate.opens_at(now)
            job = self._backlog.take(lane, now) if opens <= now else None
            if job is not None:
                self._busy += 1
                self._idle.clear()
                try:
                    await self._do(lane, job)
                finally:
                    self._busy -= 1
                    if not self._busy:
                        self._idle.set()
                continue
            wakes = self._backlog.wake_at(lane)
            await self._pause(news, None if wakes is None else max(wakes, opens) - now)

    async def _pause(self, news: asyncio.Event, seconds: float | None) -> None:
        """Wait until there are news, or for so many seconds."""
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(news.wait())}
        if seconds is not None:
            waits.add(asyncio.ensure_future(self._sleep(max(seconds, 0.0))))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    async def _do(self, lane: Lane, job: Job) -> None:
        begun = self._wall()
        self._gates[lane].passed(self._now())
        try:
            self._finish(await self._errands.run(job))
        except Trouble as error:
            self._cope(lane, job, error, begun)
        else:
            self._gates[lane].worked()
            self._mended(lane)
        self._wake()

    def _cope(self, lane: Lane, job: Job, error: Trouble, begun: float) -> None:
        """Do about a failure what its nature asks for."""
        now, gate, nature = self._now(), self._gates[lane], error.nature
        if job.kind == "draw":
            self._undrawn(error, now)
        elif nature == "limited":
            self._count("limited")
            gate.shut(now + error.wait_s)
            self._backlog.untouched(job)
        elif nature == "gone" or (error.name in NO_CHANNEL and self._elsewhere(job)):
            self._backlog.removed(job)
        elif nature == "broken" and job.parcel is not None:
            self._count(f"simplified:{error.name}")
            self._finish(self._backlog.simpler(job, f"failed:{error.name}"))
        elif job.parcel is None and (nature in ("broken", "refused") or error.name in _BLIND):
            self._blind(job, error)
        elif nature in ("passing", "lost"):
            self._count(f"retried:{error.name}")
            gate.failed(now, PASSING, self._random)
            wait = PASSING.wait(self._backlog.tries(job) + 1, self._random)
            self._backlog.retry(job, now + wait, unsure=nature == "lost", seek_from=begun)
        else:
            self._park(lane, job, error, now)

    def _park(self, lane: Lane, job: Job, error: Trouble, now: float) -> None:
        """Keep what Slack will not take until somebody mends it, and say so."""
        self._count(f"parked:{error.name}")
        if self._troubles.get(lane) != error.name:
            self._troubles[lane] = error.name
            _log.error(
                "Slack refuses (%s): %s; everything is kept and tried again until that is mended", lane, error.name
            )
        if error.nature == "shut":
            self._gates[lane].failed(now, SHUT, self._random)
            self._backlog.untouched(job)
        else:
            self._backlog.retry(job, now + SHUT.wait(self._backlog.tries(job) + 1, self._random))

    def _blind(self, job: Job, error: Trouble) -> None:
        """Go on where messages may not be looked up: at worst somebody is told twice."""
        self._count(f"unseen:{error.name}")
        _log.error("what was sent cannot be looked up (%s); it may be sent twice", error.name)
        self._finish(self._errands.found_nothing(job))

    def _undrawn(self, error: Trouble, now: float) -> None:
        self._count(f"undrawn:{error.name}")
        if error.nature in ("shut", "refused", "broken"):
            _log.warning("Slack takes no pictures (%s); spread is drawn in characters for an hour", error.name)
            self._backlog.no_charts_before(now + _NO_CHARTS_S)
        else:
            self._gates["draw"].failed(now, PASSING, self._random)

    def _elsewhere(self, job: Job) -> bool:
        """Whether the message is in a channel that the desk has left."""
        return job.place is not None and job.place.channel != self._channel

    def _mended(self, lane: Lane) -> None:
        if self._troubles.pop(lane, None) is not None:
            _log.warning("Slack takes messages again (%s)", lane)

    def _finish(self, done: Iterable[Done]) -> None:
        for ticket, result in done:
            self._count(result)
            future = self._futures.pop(id(ticket))
            if not future.done():
                future.set_result(Outcome(result, self._now() - ticket.since))

    def _wake(self) -> None:
        for news in self._news.values():
            news.set()
        if self._futures:
            self._at_rest.clear()
        else:
            self._at_rest.set()
