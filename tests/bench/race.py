"""One contestant at a time runs in the arena, its pace taken between its first and last sign of progress."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.bench.arena import Arena
from tests.bench.contestants import Contestant
from tests.bench.progress import Counted, Printed, Progress, Sample

ROOT = Path(__file__).parents[2]
STALLED_S = 60.0


class Result(msgspec.Struct, frozen=True):
    """`events` in `seconds`, both counted from the first sign of progress, so without the start-up."""

    name: str
    events: int
    seconds: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds


class ContestantFailed(RuntimeError):  # noqa: N818 - reads as what happened
    """It ended early, or got nowhere for a minute; the message has the end of its log."""


def run(contestant: Contestant, arena: Arena) -> Result:
    """Run one contestant until it has done its events."""
    scratch = Path(tempfile.mkdtemp(dir=arena.scratch))
    places = {
        "python": sys.executable,
        "bootstrap": arena.bootstrap,
        "topic": arena.topic,
        "partitions": arena.partitions,
        "events": contestant.events,
        "scratch": scratch,
        "port": (port := _free_port()),
    }
    command = [part.format(**places) for part in contestant.command]
    env = os.environ | {name: value.format(**places) for name, value in contestant.env.items()}
    log = scratch / "log"
    with _running(command, env, log) as process:
        progress = Counted(port) if contestant.counts else _printed(process)
        try:
            first, last = watch(progress, contestant.events, lambda: process.poll() is None)
        except ContestantFailed as error:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
            raise ContestantFailed(f"{contestant.name} {error}\n{tail}") from None
        finally:
            process.kill()
            progress.close()
    return Result(contestant.name, last.events - first.events, last.at - first.at)


def watch(progress: Progress, events: int, running: Callable[[], bool], pause_s: float = 0.05) -> tuple[Sample, Sample]:
    """Return the first sample that shows progress, and the first in which all `events` are done.

    Raises
    ------
    ContestantFailed
        The process ended before, or nothing moved for a minute; or it was over before it could be timed.
    """
    first: Sample | None = None
    last = progress()
    moved_at = time.monotonic()
    while last.events < events:
        if not running():
            raise ContestantFailed(f"ended after {last.events} of {events} events")
        if time.monotonic() - moved_at > STALLED_S:
            raise ContestantFailed(f"got no further than {last.events} of {events} events")
        time.sleep(pause_s)
        sample = progress()
        if sample.events > last.events:
            first, last, moved_at = first or sample, sample, time.monotonic()
    if first is None or first == last:
        raise ContestantFailed(f"did {events} events at once, too few to time")
    return first, last


@contextmanager
def _running(command: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def _printed(process: subprocess.Popen[bytes]) -> Printed:
    assert process.stdout is not None
    return Printed(process.stdout)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
