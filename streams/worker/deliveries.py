"""Which message in Slack belongs to what, in the compacted topic `deliveries`."""

from collections.abc import Mapping

import msgspec

from alerts.slack.delivery.store import Delivered
from scoring.unreadable import UNREADABLE
from streams.partition import partition_of

_delivered = msgspec.json.Decoder(Delivered)
_encode = msgspec.json.Encoder().encode

HOME = 0
"""The partition of what belongs to no incident; who has it sends such things."""


class Deliveries:
    """Remembers messages by incident; what was put is to be written down.

    A message that is forgotten in between, or was written down in another form than this version's, is looked up in
    Slack when its incident has news.
    """

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._delivered: dict[str, Delivered] = {}
        self._homes: dict[str, int] = {}
        self._dirty: dict[str, int] = {}

    def recover(self, rows: Mapping[int, Mapping[str, bytes]]) -> None:
        """Begin with what was written down, by partition."""
        for known in (self._delivered, self._homes, self._dirty):
            known.clear()
        for partition, written in rows.items():
            for key, raw in written.items():
                try:
                    self._delivered[key] = _delivered.decode(raw)
                except UNREADABLE:
                    continue
                self._homes[key] = partition

    def get(self, incident_id: str, /) -> Delivered | None:
        """Look up an incident's message, or a notice's by its key."""
        return self._delivered.get(incident_id)

    def put(self, incident_id: str, delivered: Delivered, /) -> None:
        """Remember an incident's message."""
        self._delivered[incident_id] = delivered
        self._dirty[incident_id] = self._home(incident_id)

    def expect_notice(self, key: str) -> None:
        """Know that a key is that of a notice, which belongs to no partition by itself."""
        self._homes[key] = HOME

    def expire(self, before: float) -> None:
        """Forget messages that were posted before a time, epoch seconds."""
        for key in [key for key, known in self._delivered.items() if float(known.ts) < before]:
            self._dirty[key] = self._home(key)
            del self._delivered[key]

    def rewrite(self, partition: int, key: str) -> None:
        """Write a row anew, whatever it is."""
        self._dirty[key] = partition

    def unwritten(self) -> dict[int, list[tuple[str, bytes | None]]]:
        """The rows that were put since the last time, by partition; None deletes one."""
        dirty, self._dirty = self._dirty, {}
        rows: dict[int, list[tuple[str, bytes | None]]] = {}
        for key, partition in dirty.items():
            known = self._delivered.get(key)
            rows.setdefault(partition, []).append((key, None if known is None else _encode(known)))
            if known is None:
                self._homes.pop(key, None)
        return rows

    def _home(self, key: str) -> int:
        home = self._homes.get(key)
        return partition_of(key, self._partitions) if home is None else home
