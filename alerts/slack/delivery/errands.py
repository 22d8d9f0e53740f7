"""What the outbox asks of Slack: each job as requests, and the answer written down before anything else happens."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from alerts.event import Notification
from alerts.slack.delivery.backlog import Backlog
from alerts.slack.delivery.heal import find_messages, find_pings
from alerts.slack.delivery.jobs import Job
from alerts.slack.delivery.letters import message_arguments, ping_arguments
from alerts.slack.delivery.store import Delivered, DeliveryStore
from alerts.slack.delivery.trouble import Trouble, trouble
from alerts.slack.delivery.waiting import Done
from alerts.slack.message.chart import picture
from alerts.slack.people import People

_SKEW_S = 120.0  # between this machine's clock and Slack's
_LOOK_BACK_S = 14 * 24 * 3600.0
_PROCESSING_S = 3.0  # Slack shows a picture only a moment after it took it

_log = logging.getLogger(__name__)


class Errands:
    """Does jobs at Slack, and tells the backlog and the store what came of them.

    `now` tells seconds of a clock that never goes back, `wall` epoch seconds; `sleep` waits for so many seconds.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        channel: str,
        people: People,
        backlog: Backlog,
        store: DeliveryStore,
        now: Callable[[], float],
        wall: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._client = client
        self._channel = channel
        self._people = people
        self._backlog = backlog
        self._store = store
        self._now, self._wall, self._sleep = now, wall, sleep

    async def run(self, job: Job) -> list[Done]:
        """Do a job, and say who has nothing left to wait for.

        Raises
        ------
        Trouble
            When it came to nothing, or nobody knows.
        """
        return await _DO[job.kind](self, job)

    def found_nothing(self, job: Job) -> list[Done]:
        """Take what cannot be looked up for not there."""
        if job.kind == "look":
            self._backlog.looked(job, {})
            return []
        return self._written(job, self._backlog.looked_replies(job, ()))

    async def post(self, job: Job) -> list[Done]:
        """Post a message; it may interrupt people."""
        answer = await self._ask("chat.postMessage", channel=self._channel, **message_arguments(job, self._people))
        channel, ts = str(answer.get("channel") or self._channel), str(answer["ts"])
        return self._written(job, self._backlog.posted(job, channel, ts, self._now()))

    async def ping(self, job: Job) -> list[Done]:
        """Interrupt people by a reply."""
        place = _place(job)
        where = {"channel": place.channel, "thread_ts": place.ts}
        await self._ask("chat.postMessage", **where, **ping_arguments(job, self._people))
        return self._written(job, self._backlog.pinged(job))

    async def edit(self, job: Job) -> list[Done]:
        """Edit a message in place."""
        place = _place(job)
        where = {"channel": place.channel, "ts": place.ts}
        await self._ask("chat.update", **where, **message_arguments(job, self._people))
        return self._written(job, self._backlog.edited(job, self._now()))

    async def look(self, job: Job) -> list[Done]:
        """Look for messages that may have been posted."""
        since = max(job.seek_from, self._wall() - _LOOK_BACK_S) - _SKEW_S
        found = await _answered(find_messages(self._client, self._channel, job.keys, since))
        done: list[Done] = []
        for key, place, finished in self._backlog.looked(job, found):
            self._store.put(key, place)
            done += finished
        return done

    async def look_replies(self, job: Job) -> list[Done]:
        """Look for interruptions that may have happened."""
        place = _place(job)
        since = min(job.seek_from, self._wall()) - _SKEW_S
        pings = await _answered(find_pings(self._client, place.channel, place.ts, job.key, since))
        return self._written(job, self._backlog.looked_replies(job, pings))

    async def draw(self, job: Job) -> list[Done]:
        """Draw the spread and upload it for the message alone; an edit shows it later."""
        content = job.shown.content
        assert isinstance(content, Notification), "only an incident has a spread"
        chart = None
        try:
            upload = self._client.files_upload_v2(
                file=await _drawn(content), filename="spread.png", title="Spread and forecast"
            )
            answer = await _answered(upload)
            chart = str(answer["files"][0]["id"])
            await self._sleep(_PROCESSING_S)
        finally:
            self._backlog.drawn(job, chart)
        return []

    def _written(self, job: Job, came_of_it: tuple[Delivered, Iterable[Done]]) -> list[Done]:
        place, done = came_of_it
        self._store.put(job.key, place)
        return list(done)

    async def _ask(self, method: str, **arguments: Any) -> Any:
        return await _answered(self._client.api_call(method, json=arguments))


def _place(job: Job) -> Delivered:
    assert job.place is not None, "there is a message already"
    return job.place


async def _drawn(content: Notification) -> bytes:
    try:
        return await asyncio.to_thread(picture, content)
    except Exception as error:  # whatever is wrong with a picture, messages go on
        _log.error("a picture could not be drawn: %s", type(error).__name__)
        raise Trouble("broken", "undrawable") from None


async def _answered(asked: Awaitable[Any]) -> Any:
    """Wait for Slack's answer; whatever else comes of it is trouble."""
    try:
        return await asked
    except Exception as error:
        raise trouble(error) from None


_DO: dict[str, Callable[[Errands, Job], Awaitable[list[Done]]]] = {
    "post": Errands.post,
    "ping": Errands.ping,
    "edit": Errands.edit,
    "look": Errands.look,
    "look_replies": Errands.look_replies,
    "draw": Errands.draw,
}
