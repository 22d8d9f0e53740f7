"""Replay: event files through the very code of the worker, in process and at full speed.

Events are dealt to as many partitions as the topic has, each with an engine of its own, so that a replay
decides what a worker fed with the same records decides. Two replays write the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from alerts.event import Notification
from alerts.ledger import Entry
from alerts.severity import Severity
from scoring.engine import Engine, Models, Scoring
from scoring.mention import Mention
from streams.decode import Rejection, decode
from streams.desk import Desk
from streams.events import ByteCount, batches, read_lines
from streams.incident_ledger import IncidentLedger
from streams.partition import DEFAULT_PARTITIONS, partition_of

BATCH = 32_768
"""Lines folded at once: large, because each partition gets but a part of it, and asks the classifier once."""
DRAIN_S = 12 * 3600.0
"""Event time that passes after the last event, for incidents to close."""


class TraceLine(msgspec.Struct, frozen=True):
    """One scoring; `severity` is that of the thread's open incident, null without one."""

    thread_id: str
    at: float
    risk: float
    p_viral: float
    p_negative: float
    shares: int
    severity: Severity | None


class Point(msgspec.Struct, frozen=True, gc=False):
    """A thread's spread and risk at `at`."""

    at: float
    shares: int
    risk: float


@dataclass
class Summary:
    """What a replay saw. Times are epoch seconds of event time.

    `courses` holds, by brand and thread, the scorings of each thread that people were told about, from then
    on; `viral_spread` what counts as viral for the brands of those.
    """

    events: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    first_rejection: str = ""
    repeats: int = 0
    threads: int = 0
    scorings: int = 0
    first_at: float = float("inf")
    last_at: float = float("-inf")
    alerts: list[Notification] = field(default_factory=list)
    courses: dict[tuple[str, str], list[Point]] = field(default_factory=dict)
    viral_spread: dict[str, int] = field(default_factory=dict)


class Replay:
    """Events in, alerts and scorings out."""

    def __init__(self, models: Models, desk: Desk, partitions: int = DEFAULT_PARTITIONS) -> None:
        self.summary = Summary()
        self._profile_of = desk.profile_of
        self._engines = [Engine(models, desk.profile_of) for _ in range(partitions)]
        self._entries: dict[str, Entry] = {}
        self._ledger = IncidentLedger(desk.alerts, self._entries)

    def feed(self, lines: Sequence[bytes], now: float) -> Iterator[tuple[Scoring, Severity | None]]:
        """Take in event lines; yields each scoring with the severity it left its thread at.

        `now` is the wall clock, by which a time is judged to lie ahead.
        """
        dealt: list[list[Mention]] = [[] for _ in self._engines]
        summary, partitions = self.summary, len(self._engines)
        for line in lines:
            mention = decode(line, now)
            if isinstance(mention, Rejection):
                summary.rejected[mention.reason] += 1
                summary.first_rejection = summary.first_rejection or mention.detail
                continue
            dealt[partition_of(mention.thread_id, partitions)].append(mention)
        summary.events += len(lines)
        for engine, mentions in zip(self._engines, dealt, strict=True):
            if mentions:
                yield from self._decide(engine.fold(mentions))
                times = [m.created_at for m in mentions]
                summary.first_at = min(summary.first_at, *times)
                summary.last_at = max(summary.last_at, *times)

    def finish(self) -> Iterator[tuple[Scoring, Severity | None]]:
        """Let event time pass after the last event, and count up."""
        for engine in self._engines:
            yield from self._decide(engine.advance(self.summary.last_at + DRAIN_S))
        self.summary.repeats = sum(engine.repeats for engine in self._engines)
        self.summary.threads = sum(engine.started for engine in self._engines)
        self.summary.alerts.sort(key=lambda n: (n.alert.at, n.alert.thread_id, n.revision))

    def _decide(self, scorings: list[Scoring]) -> Iterator[tuple[Scoring, Severity | None]]:
        summary = self.summary
        summary.scorings += len(scorings)
        for scoring in scorings:
            thread = (scoring.brand, scoring.thread_id)
            if scoring.assessment is not None:
                told = self._ledger.apply(scoring.assessment).notifications
                summary.alerts += told
                if told and thread not in summary.courses:
                    summary.courses[thread] = []
                    summary.viral_spread[scoring.brand] = self._profile_of(scoring.brand).viral_spread
            if thread in summary.courses:
                summary.courses[thread].append(Point(scoring.at, scoring.shares, scoring.risk))
            yield scoring, self._ledger.severity_of(scoring.brand, scoring.thread_id)


def replay_files(
    paths: Sequence[Path],
    models: Models,
    desk: Desk,
    *,
    now: float,
    alerts: Path | None = None,
    trace: Path | None = None,
    partitions: int = DEFAULT_PARTITIONS,
    count: ByteCount | None = None,
    tell: Callable[[Summary], None] = lambda _: None,
) -> Summary:
    """Replay event files and write what came of them.

    Parameters
    ----------
    paths
        Event files, `.jsonl` or `.jsonl.gz`; several are merged by time.
    models, desk
        What to score and decide with.
    now
        The wall clock, epoch seconds.
    alerts, trace
        Where to write alert events and scorings, one JSON object per line.
    partitions
        As many as the worker's topic has.
    count, tell
        For a progress bar: bytes read, and a call after each batch.

    Raises
    ------
    EventFileError
        If a file cannot be read.
    OSError
        If an output cannot be written.
    """
    run = Replay(models, desk, partitions)
    encode = msgspec.json.Encoder().encode
    with ExitStack() as files:
        tracing: BinaryIO | None = files.enter_context(trace.open("wb")) if trace else None
        telling: BinaryIO | None = files.enter_context(alerts.open("wb")) if alerts else None

        def write(scored: Iterator[tuple[Scoring, Severity | None]]) -> None:
            for s, severity in scored:
                if tracing is not None:
                    line = TraceLine(s.thread_id, s.at, s.risk, s.p_viral, s.p_negative, s.shares, severity)
                    tracing.write(encode(line) + b"\n")

        for lines in batches(read_lines(paths, count or ByteCount()), BATCH):
            write(run.feed(lines, now))
            tell(run.summary)
        write(run.finish())
        if telling is not None:
            telling.writelines(encode(n.alert) + b"\n" for n in run.summary.alerts)
    return run.summary
