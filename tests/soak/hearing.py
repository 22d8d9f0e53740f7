"""How soon people hear: from a mention's creation to the notification on Kafka, and to the message in Slack."""

import time
from threading import Event, Thread

import msgspec
from kafka import KafkaConsumer

from alerts.event import Notification
from alerts.standin import StandIn

POLL_MS = 200
_decode = msgspec.json.Decoder(Notification).decode


class Hearing:
    """Listens to the notifications, and looks at Slack's channel.

    An alert's time is that of the mention that it is about, or of the moment that it fell due; Kafka's time of its
    record is when the worker sent it.
    """

    def __init__(self, bootstrap: str, topic: str, slack: StandIn) -> None:
        self._bootstrap, self._topic, self._slack = bootstrap, topic, slack
        self._at: dict[tuple[str, int], float] = {}
        self._seen = 0
        self._told: list[float] = []
        self._shown: list[float] = []
        self.all_told: list[float] = []
        self.all_shown: list[float] = []
        self.told_of: set[str] = set()
        self._ended = Event()
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def take(self) -> tuple[list[float], list[float]]:
        """Seconds to each notification, and to each new message in Slack, since this was asked last."""
        told, self._told = self._told, []
        shown, self._shown = self._shown, []
        self.all_told += told
        self.all_shown += shown
        return told, shown

    def look(self) -> None:
        """Note which messages are new in Slack."""
        messages = self._slack.messages
        for message in messages[self._seen :]:
            payload = (message.metadata or {}).get("event_payload", {})
            at = self._at.get((str(payload.get("incident_id")), int(payload.get("revision", 0))))
            if at is not None:
                self._shown.append(time.time() - at)
        self._seen = len(messages)

    def close(self) -> None:
        self._ended.set()
        self._thread.join()

    def _listen(self) -> None:
        consumer = KafkaConsumer(
            self._topic, bootstrap_servers=self._bootstrap, group_id=None, auto_offset_reset="earliest"
        )
        while not self._ended.is_set():
            for records in consumer.poll(timeout_ms=POLL_MS).values():
                for record in records:
                    one = _decode(record.value)
                    self._at[one.alert.incident_id, one.revision] = one.alert.at
                    self.told_of.add(one.alert.incident_id)
                    self._told.append(record.timestamp / 1000.0 - one.alert.at)
        consumer.close()
