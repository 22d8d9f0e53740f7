"""Finding out what Slack has after all, where an answer was lost or a crash came before it was written down.

Every message carries metadata that say which incident it is about, which revision it shows, and for which revisions it
interrupted people.
"""

from collections.abc import AsyncIterator, Collection
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from alerts.slack.delivery.jobs import Found

INCIDENT = "brandmelder_incident"
PING = "brandmelder_ping"

_PAGE = 200


def incident_metadata(key: str, revision: int, pings: tuple[int, ...]) -> dict[str, Any]:
    """Mark an incident's message."""
    return _marked(INCIDENT, key, revision, pings)


def ping_metadata(key: str, revision: int, pings: tuple[int, ...]) -> dict[str, Any]:
    """Mark a reply that interrupts."""
    return _marked(PING, key, revision, pings)


async def find_messages(client: AsyncWebClient, channel: str, keys: Collection[str], since: float) -> dict[str, Found]:
    """Look for the messages of several incidents in one pass over a channel's history, back to `since`."""
    missing = set(keys)
    found: dict[str, Found] = {}
    async for message in _pages(client, "conversations.history", channel=channel, oldest=since):
        key, revision, pings = _read(message, INCIDENT)
        if key in missing:
            # Newest first, so it is the one that was posted last.
            missing.remove(key)
            found[key] = Found(channel, str(message.get("ts")), revision, pings)
        if not missing:
            break
    return found


async def find_pings(client: AsyncWebClient, channel: str, ts: str, key: str, since: float) -> set[int]:
    """List the revisions that interrupted people in the thread of an incident's message."""
    found: set[int] = set()
    async for message in _pages(client, "conversations.replies", channel=channel, ts=ts, oldest=since):
        for kind in (PING, INCIDENT):
            owner, _, pings = _read(message, kind)
            found |= set(pings) if owner == key else set()
    return found


def _marked(kind: str, key: str, revision: int, pings: tuple[int, ...]) -> dict[str, Any]:
    payload = {"incident_id": key, "revision": revision, "pings": list(pings)}
    return {"event_type": kind, "event_payload": payload}


async def _pages(client: AsyncWebClient, method: str, *, oldest: float, **params: str) -> AsyncIterator[dict[str, Any]]:
    cursor = ""
    while True:
        given = {**params, "oldest": f"{oldest:.6f}", "limit": _PAGE, "include_all_metadata": "true", "cursor": cursor}
        answer = await client.api_call(method, params={key: value for key, value in given.items() if value != ""})
        for message in answer.get("messages") or ():
            yield message
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return


def _read(message: dict[str, Any], kind: str) -> tuple[str | None, int, tuple[int, ...]]:
    """Read a message's metadata: whose it is, what it shows, what it interrupted for; nobody's if it is not ours."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    if metadata.get("event_type") != kind:
        return None, 0, ()
    try:
        return str(payload["incident_id"]), int(payload["revision"]), tuple(int(one) for one in payload["pings"])
    except (KeyError, TypeError, ValueError):  # somebody else's app uses our names
        return None, 0, ()
