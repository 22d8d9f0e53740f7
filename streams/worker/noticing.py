"""What is told about no incident: a shift's digest, and a feed that cannot be relied on. By one worker of the group."""

import asyncio
from collections.abc import Callable
from zoneinfo import ZoneInfo

import structlog

from alerts.overview.board import Board
from alerts.overview.digest import digest
from alerts.rules import HERE
from alerts.slack.delivery.notice import Notice
from alerts.slack.message.feed import render_feed
from alerts.slack.message.handover import render_digest
from alerts.slack.people import name
from alerts.watchdog import TROUBLES, OpsAlert, Watchdog
from scoring.errors import UserError
from streams.topics import lag
from streams.worker.deliveries import HOME, Deliveries
from streams.worker.parts import Parts
from streams.worker.rejections import Rejections
from streams.worker.sending import Sending

LOOK_S = 15.0
LATE_S = 900.0
"""A digest that is this much late is of no use any more."""

_log = structlog.get_logger("brandmelder.noticing")


class Noticing:
    """Watches shifts and the feed, and tells of them if this worker has the first partition of the clicks.

    Parameters
    ----------
    parts
        The worker's.
    board
        What digests are read from.
    sending, deliveries
        Who tells, and who knows what was told.
    desk_clock
        The time that shifts go by, epoch seconds, -inf for not known.
    """

    def __init__(
        self,
        parts: Parts,
        board: Board,
        sending: Sending,
        deliveries: Deliveries,
        desk_clock: Callable[[], float],
    ) -> None:
        self._parts = parts
        self._desk = parts.desk
        self._zone = ZoneInfo(parts.desk.oncall.timezone)
        self._board = board
        self._sending = sending
        self._deliveries = deliveries
        self._desk_clock = desk_clock
        self._watchdog = Watchdog(parts.desk.feed)
        self._told: set[str] = set()
        settings = parts.settings
        self._rejections = Rejections(settings.kafka, settings.group, parts.name_of("mentions.rejected"))

    @property
    def in_charge(self) -> bool:
        """Whether it is this worker that tells."""
        return HOME in self._parts.partitions_of("clicks")

    async def look(self) -> None:
        """Look at the feed and at the clock."""
        await self._watch()
        if not self._parts.app.rebalancing:
            self._hand_over()

    async def _watch(self) -> None:
        settings = self._parts.settings
        try:
            behind = await asyncio.to_thread(
                lag,
                settings.kafka.bootstrap,
                settings.group,
                self._parts.name_of("mentions"),
                **settings.kafka.client,
            )
            rejected = await asyncio.to_thread(self._rejections.look)
        except (UserError, OSError, LookupError) as error:
            _log.warning("the feed cannot be looked at", error=type(error).__name__)
            return
        ends = {partition: known.end for partition, known in behind.items()}
        committed = {partition: known.committed for partition, known in behind.items()}
        for alert in self._watchdog.observe(self._parts.clock(), ends, committed, rejected):
            self._board.note(alert)
            if self.in_charge:
                self._tell_feed(alert)
        self._board.health = self._watchdog.health
        lasting = {alert.trouble for alert in self._watchdog.troubles}
        for trouble in TROUBLES:
            self._parts.metrics.feed_trouble.labels(trouble).set(trouble in lasting)

    def _tell_feed(self, alert: OpsAlert) -> None:
        message = render_feed(alert, self._zone)
        opened = alert.event == "opened"
        who = self._desk.calendar.on_call(alert.at)[:1] or (HERE,)
        self._sending.tell(
            Notice(alert.key, alert.revision, message.text, tuple(message.blocks), opened, who if opened else ())
        )

    def _hand_over(self) -> None:
        """Tell of the shift that ended last, once, if this worker is the one to tell."""
        now, calendar = self._desk_clock(), self._desk.calendar
        if not now > 0:
            return
        shift = calendar.shift(calendar.shift(now).start - 1.0)
        self._board.forget(shift.start)
        if now - shift.end > LATE_S or not (self.in_charge and self._desk.slack.digest):
            return
        summed = digest(self._board, calendar, shift, now)
        if summed.key in self._told or self._deliveries.get(summed.key) is not None:
            return
        message = render_digest(summed, self._zone, name)
        if self._sending.tell(Notice(summed.key, 1, message.text, tuple(message.blocks))) is not None:
            self._told.add(summed.key)
