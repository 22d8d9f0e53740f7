"""Keeps one Slack message per incident, and interrupts people when they must be interrupted."""

import asyncio
import re
from typing import Any

import aiohttp
import msgspec
from msgspec.structs import replace
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_client import AsyncWebClient

from alerts.event import Notification
from alerts.slack.blocks import Message, render, render_ping
from alerts.slack.store import Delivered, DeliveryStore

INCIDENT = "brandmelder_incident"
PING = "brandmelder_ping"

_GONE = frozenset(("message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"))
_PASSING = frozenset(
    (
        "connection",
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "timeout",
        "unreadable",
    )
)
_ERROR_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Outcome(msgspec.Struct, frozen=True):
    """How a delivery went.

    `result` is one of posted, updated, pinged, reposted (somebody had removed the message), stale (newer news
    was there already) or failed:<error>; there are few enough of them for a metric's label. `retryable` says
    that the same notification may well go through later.
    """

    result: str
    retryable: bool = False


class SlackSender:
    """Delivers notifications to one channel, one request at a time and in the order of the calls.

    Slack takes about one message a second per channel and says so with 429 and `Retry-After`; the client
    waits for that long, and so does every delivery behind it.

    Parameters
    ----------
    client
        As made by `slack_client`.
    channel
        Id of the channel.
    store
        Remembers which message belongs to which incident.
    mention
        Slack's markup for whom to interrupt: ``<!here>``, ``<@U0123>``, ``<!subteam^S0123>``. Trusted.
    """

    def __init__(self, client: AsyncWebClient, channel: str, store: DeliveryStore, mention: str = "<!here>") -> None:
        self._client = client
        self._channel = channel
        self._store = store
        self._mention = mention
        self._turn = asyncio.Lock()

    async def send(self, notification: Notification) -> Outcome:
        """Post, edit or close an incident's message, and interrupt people if the notification asks for it.

        Sending a notification again is harmless: what already arrived is not sent twice, and what is older
        than the message is dropped, except for an interruption that never happened. Slack's errors end up in
        the outcome, never in an exception.
        """
        async with self._turn:
            try:
                return await self._deliver(notification)
            except SlackApiError as error:
                return _failed(_error_name(error))
            except TimeoutError:
                return _failed("timeout")
            except (aiohttp.ClientError, OSError):
                return _failed("connection")
            except SlackClientError:
                return _failed("client")

    async def _deliver(self, notification: Notification) -> Outcome:
        known = self._store.get(notification.alert.incident_id)
        if known is None:
            return await self._post(notification, "posted")
        owed = notification.notifies and notification.revision > known.pinged and not known.closed
        try:
            if owed:
                # First, because waking somebody must not depend on whether the edit goes through.
                known = await self._ping(notification, known)
            if notification.revision <= known.revision:
                return Outcome("pinged" if owed else "stale")
            await self._edit(notification, known)
        except SlackApiError as error:
            if _error_name(error) not in _GONE:
                raise
            pinged = 0 if owed and known.pinged < notification.revision else known.pinged
            return await self._post(notification, "reposted", pinged)
        return Outcome("updated")

    async def _post(self, notification: Notification, result: str, pinged: int = 0) -> Outcome:
        """Post an incident's message; the first one of something urgent interrupts, whatever got lost."""
        urgent = notification.alert.severity.interrupts and notification.alert.event != "resolved" and not pinged
        message = render(notification, self._mention if urgent else "")
        answer = await self._client.chat_postMessage(
            channel=self._channel,
            unfurl_links=False,
            unfurl_media=False,
            **_arguments(message, INCIDENT, notification),
        )
        place = Delivered(
            channel=str(answer.get("channel") or self._channel),
            ts=str(answer["ts"]),
            revision=notification.revision,
            pinged=notification.revision if urgent else pinged,
        )
        self._remember(notification, place)
        return Outcome(result)

    async def _edit(self, notification: Notification, known: Delivered) -> None:
        arguments = _arguments(render(notification), INCIDENT, notification)
        await self._client.chat_update(channel=known.channel, ts=known.ts, **arguments)
        self._remember(notification, known)

    async def _ping(self, notification: Notification, known: Delivered) -> Delivered:
        # Broadcast, because in a thread only those who follow it would see it.
        await self._client.chat_postMessage(
            channel=known.channel,
            thread_ts=known.ts,
            reply_broadcast=True,
            unfurl_links=False,
            unfurl_media=False,
            **_arguments(render_ping(notification, self._mention), PING, notification),
        )
        pinged = replace(known, pinged=notification.revision)
        self._store.put(notification.alert.incident_id, pinged)
        return pinged

    def _remember(self, notification: Notification, place: Delivered) -> None:
        closed = notification.alert.event == "resolved"
        self._store.put(notification.alert.incident_id, replace(place, revision=notification.revision, closed=closed))


def _arguments(message: Message, kind: str, notification: Notification) -> dict[str, Any]:
    # parse: edits default to making names and addresses into links, unlike posts.
    payload = {"incident_id": notification.alert.incident_id, "revision": notification.revision}
    return {
        "text": message.text,
        "blocks": message.blocks,
        "parse": "none",
        "metadata": Metadata(event_type=kind, event_payload=payload),
    }


def _failed(error: str) -> Outcome:
    return Outcome(f"failed:{error}", retryable=error in _PASSING or error.startswith("http_5"))


def _error_name(error: SlackApiError) -> str:
    """Name Slack's error; a status where the answer has no name, for a proxy may have given it."""
    data = getattr(error.response, "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    if isinstance(name, str):
        return name if _ERROR_NAME.fullmatch(name) else "unknown"
    status = getattr(error.response, "status_code", None)
    return f"http_{status}" if isinstance(status, int) and status != 200 else "unreadable"
