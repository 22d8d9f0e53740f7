"""Where incidents' messages are: remembered between revisions, and by the caller between restarts."""

from typing import Protocol

import msgspec

MOST_PINGS = 64


class Delivered(msgspec.Struct, frozen=True):
    """An incident's message in Slack.

    `channel` and `ts` identify it there. `revision` is the newest one that it shows; `pings` are the revisions that
    interrupted people, ascending, the last 64 of them. `called` is whom the last of those called. `settled_at` is when
    somebody took the incident on, put it off or ended it, 0 for not yet: an interruption from before that has no use
    any more. `chart` is Slack's id of the picture that it shows.
    """

    channel: str
    ts: str
    revision: int
    pings: tuple[int, ...] = ()
    called: tuple[str, ...] = ()
    settled_at: float = 0.0
    chart: str | None = None


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
