"""How far a contestant is, seen from outside: what it prints, or what it counts."""

import time
from threading import Thread
from typing import IO, NamedTuple, Protocol
from urllib.request import urlopen


class Sample(NamedTuple):
    """So many events were done at that time (seconds on the monotonic clock)."""

    at: float
    events: int


class Progress(Protocol):
    """Where to ask."""

    def __call__(self) -> Sample:
        """Return the latest that is known."""

    def close(self) -> None:
        """Let go of what it holds."""


class Printed:
    """The last number that the process printed on a line of its own, and when; other lines are ignored."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._latest = Sample(time.monotonic(), 0)
        self._reader = Thread(target=self._read, args=(stream,), daemon=True)
        self._reader.start()

    def _read(self, stream: IO[bytes]) -> None:
        for line in stream:
            if line.strip().isdigit():
                self._latest = Sample(time.monotonic(), int(line))

    def __call__(self) -> Sample:
        return self._latest

    def close(self) -> None:
        self._reader.join()


class Counted:
    """The sum of what a worker counts at a port of this machine; 0 as long as nobody answers."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/metrics"

    def __call__(self) -> Sample:
        try:
            with urlopen(self._url, timeout=5.0) as answer:
                text = answer.read().decode()
        except OSError:
            text = ""
        folded = (line for line in text.splitlines() if line.startswith("brandmelder_events_total{"))
        return Sample(time.monotonic(), sum(int(float(line.rpartition(" ")[2])) for line in folded))

    def close(self) -> None:
        """Nothing is held."""
