"""Third arrow: notifications into Slack."""

import asyncio
from typing import Any

import faust
import msgspec
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from alerts.event import Notification
from alerts.slack.sender import SlackSender
from alerts.slack.store import Delivered
from streams.desk import Desk
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.tables import compacted_table

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 30.0

_log = structlog.get_logger("brandmelder.sending")
_notification = msgspec.json.Decoder(Notification)
_delivered = msgspec.json.Decoder(Delivered)


class DeliveryTable:
    """Which message belongs to which incident, in a Faust table."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def get(self, incident_id: str, /) -> Delivered | None:
        """Look up an incident's message."""
        raw = self._table.get(incident_id)
        return None if raw is None else _delivered.decode(raw)

    def put(self, incident_id: str, delivered: Delivered, /) -> None:
        """Remember an incident's message."""
        self._table[incident_id] = msgspec.json.encode(delivered)


def add_sending(
    app: faust.App,
    settings: WorkerSettings,
    desk: Desk,
    metrics: Metrics,
    notifications: Any,
    client: AsyncWebClient | None,
) -> None:
    """Add the agent that delivers notifications; without a client it writes them to the log."""
    table = compacted_table(app, settings, "deliveries")
    sender = None if client is None else SlackSender(client, desk.slack.channel, DeliveryTable(table))

    @app.agent(notifications, concurrency=1, name=f"{settings.group}.send")
    async def send(values: Any) -> None:
        async for value in values:
            try:
                notification = _notification.decode(value)
            except msgspec.DecodeError as error:
                _log.error("notification cannot be read", error=str(error))
                continue
            await deliver(notification)

    async def deliver(notification: Notification) -> None:
        alert = notification.alert
        log = _log.bind(incident=alert.incident_id, event=alert.event, severity=alert.severity.value)
        if sender is None:
            metrics.notifications.labels("logged").inc()
            log.info("notification, not sent: there is no Slack token")
            return
        wait = FIRST_WAIT_S
        while True:
            outcome = await sender.send(notification)
            metrics.notifications.labels(outcome.result).inc()
            if not outcome.retryable:
                break
            log.warning("delivery failed, trying again", result=outcome.result, wait_s=wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_S)
        (log.error if outcome.result.startswith("failed") else log.info)("delivery", result=outcome.result)
