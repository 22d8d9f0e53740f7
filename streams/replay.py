"""Replay: event files through the very code of the worker, in process and at full speed.

What scoring says is decided on in order of time, and of thread at the same time, so that neither the size of batches
nor how events were dealt to files or partitions changes a decision. Two replays write the same bytes.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import msgspec

from alerts.event import Notification
from alerts.incidents import Outcome
from alerts.severity import Severity
from scoring.assessment import Assessment
from scoring.complaint import Complaint
from scoring.engine import MAX_THREADS, Engine, Models, Scoring
from scoring.mention import Mention
from streams.decode import Rejection, decode
from streams.desk import Desk
from streams.events import ByteCount, batches, read_lines
from streams.incident_ledger import IncidentLedger, settings_of
from streams.partition import DEFAULT_PARTITIONS
from streams.pseudonyms import Pseudonyms

BATCH = 32_768
"""Lines folded at once: the classifier is asked once for all of them."""
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


class _Said(NamedTuple):
    """Something that scoring said, in the order in which it is decided on."""

    at: float
    thread_id: str
    place: int
    what: Scoring | Complaint


class Ledger(Protocol):
    """What decides on what scoring said, in its order: an `IncidentLedger`, or something that only listens."""

    def assess(self, assessment: Assessment, /) -> list[Outcome]:
        """Take in what is said of a thread."""

    def hear(self, complaint: Complaint, /) -> list[Outcome]:
        """Take in a new complaint."""

    def advance(self, now: float, /) -> list[Outcome]:
        """Let time pass."""

    def severity_of(self, brand: str, thread_id: str, /) -> Severity | None:
        """The severity of a thread's active incident."""


class Replay:
    """Events in, alerts and scorings out.

    One engine takes the place of the worker's `partitions`, and keeps as many threads as all of theirs: they differ
    in nothing but which of them a late event overtakes. With `pseudonyms`, people are named by those.
    """

    def __init__(
        self,
        models: Models,
        desk: Desk,
        partitions: int = DEFAULT_PARTITIONS,
        ledger: Ledger | None = None,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self.summary = Summary()
        self._profile_of = desk.profile_of
        self._pseudonyms = pseudonyms
        kept = pseudonyms.kept if pseudonyms is not None else None
        self._engine = Engine(models, desk.profile_of, max_threads=partitions * MAX_THREADS, kept=kept)
        self._ledger = ledger or IncidentLedger(settings_of(desk), desk.profile_of, {}, {})
        self._waiting: list[_Said] = []
        self._queued = 0
        self._clock = -inf

    def feed(self, lines: Sequence[bytes], now: float) -> Iterator[tuple[Scoring, Severity | None]]:
        """Take in event lines; yields scorings, each with the severity it left its thread at.

        `now` is the wall clock, by which a time is judged to lie ahead.
        """
        mentions: list[Mention] = []
        summary, engine = self.summary, self._engine
        for line in lines:
            mention = decode(line, now)
            if isinstance(mention, Rejection):
                summary.rejected[mention.reason] += 1
                summary.first_rejection = summary.first_rejection or mention.detail
                continue
            mentions.append(mention if self._pseudonyms is None else self._pseudonyms.of(mention))
        summary.events += len(lines)
        if mentions:
            times = [mention.created_at for mention in mentions]
            summary.first_at = min(summary.first_at, *times)
            summary.last_at = max(summary.last_at, *times)
            scorings = engine.fold(mentions)
            summary.scorings += len(scorings)
            self._note(scorings)
            yield from self._decide(self._clock)

    def finish(self) -> Iterator[tuple[Scoring, Severity | None]]:
        """Let event time pass after the last event, and count up."""
        summary, engine = self.summary, self._engine
        end = summary.last_at + DRAIN_S
        scorings = engine.advance(end)
        summary.scorings += len(scorings)
        self._note(scorings)
        yield from self._decide(inf)
        self._tell(self._ledger.advance(end))
        summary.repeats, summary.threads = engine.repeats, engine.started
        summary.alerts.sort(key=lambda n: (n.alert.at, n.alert.incident_id, n.revision))

    def _note(self, scorings: list[Scoring]) -> None:
        """Queue scorings and complaints in the order in which they came about."""
        place = 0
        for before, complaint in self._engine.take_complaints():
            for scoring in scorings[place:before]:
                self._queue(scoring)
            self._queue(complaint)
            place = before
        for scoring in scorings[place:]:
            self._queue(scoring)

    def _queue(self, what: Scoring | Complaint) -> None:
        """Queue what was said; what comes late counts as of the latest."""
        self._clock = max(self._clock, what.at)
        self._waiting.append(_Said(self._clock, what.thread_id, self._queued, what))
        self._queued += 1

    def _decide(self, before: float) -> Iterator[tuple[Scoring, Severity | None]]:
        """Decide on what was said before a moment; more may come that is as of the latest."""
        self._waiting.sort()
        ready = bisect_left(self._waiting, (before,))
        for *_, what in self._waiting[:ready]:
            if isinstance(what, Complaint):
                self._tell(self._ledger.hear(what))
                continue
            if what.assessment is not None:
                self._tell(self._ledger.assess(what.assessment))
            course = self.summary.courses.get((what.brand, what.thread_id))
            if course is not None:
                course.append(Point(what.at, what.shares, what.risk))
            yield what, self._ledger.severity_of(what.brand, what.thread_id)
        self._waiting = self._waiting[ready:]

    def _tell(self, outcomes: list[Outcome]) -> None:
        summary = self.summary
        for outcome in outcomes:
            for told in outcome.notifications:
                brand = told.alert.brand
                summary.alerts.append(told)
                summary.courses.setdefault((brand, told.alert.thread_id), [])
                summary.viral_spread[brand] = self._profile_of(brand).viral_spread


def replay_files(
    paths: Sequence[Path],
    models: Models,
    desk: Desk,
    *,
    now: float,
    alerts: Path | None = None,
    trace: Path | None = None,
    partitions: int = DEFAULT_PARTITIONS,
    pseudonyms: Pseudonyms | None = None,
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
        As many as the worker's topic has: they bound how many threads are kept.
    pseudonyms
        What people are called; None for what they call themselves.
    count, tell
        For a progress bar: bytes read, and a call after each batch.

    Raises
    ------
    EventFileError
        If a file cannot be read.
    OSError
        If an output cannot be written.
    """
    run = Replay(models, desk, partitions, pseudonyms=pseudonyms)
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
