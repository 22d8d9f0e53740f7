"""Where incidents' messages are: remembered between revisions, and by the caller between restarts."""

from typing import Protocol

import msgspec


class Delivered(msgspec.Struct, frozen=True):
    """An incident's message in Slack.

    `channel` and `ts` identify it there. `revision` is the newest one that it shows, `pinged` the newest one
    that interrupted people, 0 for none. `closed` says that it shows the incident as resolved.
    """

    channel: str
    ts: str
    revision: int
    pinged: int = 0
    closed: bool = False


class DeliveryStore(Protocol):
    """Remembers messages by incident; a dict, a table or a file will do."""

    def get(self, incident_id: str, /) -> Delivered | None:
        """Look up an incident's message, None when there is none yet."""

    def put(self, incident_id: str, delivered: Delivered, /) -> None:
        """Remember an incident's message as it is now."""


class MemoryStore:
    """Remembers for as long as the process lives."""

    def __init__(self) -> None:
        self._delivered: dict[str, Delivered] = {}

    def get(self, incident_id: str, /) -> Delivered | None:
        """Look up an incident's message, None when there is none yet."""
        return self._delivered.get(incident_id)

    def put(self, incident_id: str, delivered: Delivered, /) -> None:
        """Remember an incident's message as it is now."""
        self._delivered[incident_id] = delivered
