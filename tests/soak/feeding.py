"""Sends the traffic, each mention at the time that it carries."""

import time
from threading import Event, Thread

from kafka import KafkaProducer

from tests.soak.traffic import Traffic

SLICE_S = 0.02
TOO_LATE_S = 2.0


class Feeding:
    """A thread that sends mentions until it is told to end.

    Attributes
    ----------
    sent
        How many so far.
    skipped_s
        Seconds that were left out because this machine was too busy to send in time.
    """

    def __init__(self, bootstrap: str, topic: str, traffic: Traffic) -> None:
        self._bootstrap, self._topic, self._traffic = bootstrap, topic, traffic
        self.sent = 0
        self.skipped_s = 0.0
        self._ended = Event()
        self._thread = Thread(target=self._feed, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Send no more."""
        self._ended.set()
        self._thread.join()

    def _feed(self) -> None:
        producer = KafkaProducer(bootstrap_servers=self._bootstrap, linger_ms=10, acks=1)
        second = time.time()
        while not self._ended.is_set():
            if (late := time.time() - second) > TOO_LATE_S:
                self.skipped_s += late
                second += late
            mentions = list(self._traffic.second(second))
            for number, mention in enumerate(mentions):
                due = second + number / len(mentions)
                if (early := due - time.time()) > SLICE_S:
                    time.sleep(early)
                producer.send(self._topic, key=mention.thread, value=mention.value)
                self.sent += 1
            second += 1.0
        producer.flush()
        producer.close()
