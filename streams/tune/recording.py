"""A past that is scored once, so that it can be decided on many times."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from alerts.incidents import Outcome, Settings
from alerts.ledger import Entry
from alerts.severity import Severity
from scoring.assessment import Assessment
from scoring.complaint import Complaint
from scoring.engine import Models
from streams.desk import Desk
from streams.events import ByteCount, batches, read_lines
from streams.incident_ledger import IncidentLedger
from streams.replay import BATCH, DRAIN_S, Replay, Summary
from streams.tune.trial import Page


class Recording:
    """What scoring said of a past, in the order in which it is decided on; it stands in for a replay's ledger.

    Attributes
    ----------
    passed_at
        When each thread was seen to have passed its brand's `viral_spread`, epoch seconds.
    first_at, last_at
        When the past begins and ends.
    threads
        All threads that were scored.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._said: list[Assessment | Complaint] = []
        self.passed_at: dict[str, float] = {}
        self.threads: set[str] = set()
        self.first_at = self.last_at = 0.0

    def assess(self, assessment: Assessment) -> list[Outcome]:
        """Note an assessment."""
        self._said.append(assessment)
        return []

    def hear(self, complaint: Complaint) -> list[Outcome]:
        """Note a complaint."""
        self._said.append(complaint)
        return []

    def advance(self, _now: float) -> list[Outcome]:
        """Nothing falls due in a recording."""
        return []

    def severity_of(self, _brand: str, _thread_id: str) -> Severity | None:
        """Nothing has a severity in a recording."""
        return None

    def saw(self, brand: str, thread_id: str, at: float, shares: int) -> None:
        """Note a scoring."""
        self.threads.add(thread_id)
        if shares >= self._desk.profile_of(brand).viral_spread:
            self.passed_at.setdefault(thread_id, at)

    def pages(self, settings: Settings) -> list[Page]:
        """Decide on all of it with these settings, and return when people would have been paged for what."""
        ledger = IncidentLedger(settings, self._desk.profile_of, {}, {})
        found: list[Page] = []
        for said in self._said:
            outcomes = ledger.assess(said) if isinstance(said, Assessment) else ledger.hear(said)
            found += _pages(outcomes)
        return found + _pages(ledger.advance(self.last_at + DRAIN_S))


def record(
    paths: Sequence[Path],
    models: Models,
    desk: Desk,
    *,
    now: float,
    count: ByteCount | None = None,
    tell: Callable[[Summary], None] = lambda _: None,
) -> Recording:
    """Score event files, as a replay does.

    Raises
    ------
    EventFileError
        If a file cannot be read.
    """
    recording = Recording(desk)
    run = Replay(models, desk, ledger=recording)
    for lines in batches(read_lines(paths, count or ByteCount()), BATCH):
        for scoring, _ in run.feed(lines, now):
            recording.saw(scoring.brand, scoring.thread_id, scoring.at, scoring.shares)
        tell(run.summary)
    for scoring, _ in run.finish():
        recording.saw(scoring.brand, scoring.thread_id, scoring.at, scoring.shares)
    recording.first_at, recording.last_at = run.summary.first_at, run.summary.last_at
    return recording


def _pages(outcomes: Iterable[Outcome]) -> list[Page]:
    return [
        Page(told.alert.at, told.alert.incident_id, frozenset({told.alert.thread_id, *_members(told.incident)}))
        for outcome in outcomes
        for told in outcome.notifications
        if told.page
    ]


def _members(incident: Entry) -> set[str]:
    return {member.thread_id for member in incident.members}
