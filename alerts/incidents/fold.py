"""All incidents of one brand: a deterministic fold of assessments, complaints, commands and the passing of time."""

from collections.abc import Iterable, MutableMapping

from msgspec.structs import replace

from alerts.click import Click, Command
from alerts.decide import Decision, Judged
from alerts.incidents.alike import Alike
from alerts.incidents.docket import Docket
from alerts.incidents.groups import grown, note, rank, scored_member, silent_member, with_members, worst
from alerts.incidents.outcome import Forgotten, Outcome, Settings, Status
from alerts.incidents.register import Register
from alerts.incidents.rulebook import Rulebook
from alerts.incidents.state import BrandState, Scored
from alerts.incidents.storms import Storms
from alerts.incidents.surge import Surge
from alerts.ledger import MOST_MEMBERS, Entry, Member
from alerts.redaction import assessment_without, entry_without
from alerts.severity import Judgement, Severity
from scoring.assessment import Assessment
from scoring.complaint import Complaint
from scoring.people import People

MOST_ACTIVE = 3_000
"""Active incidents; beyond, nothing milder than a page becomes one."""

MOST_BEYOND = 5_000
"""Threads that are known to be part of a group besides its members."""


class Incidents:
    """All incidents of one brand.

    Whatever happens, what fell due before by itself is decided first, each at its own time; how often `advance` is
    called in between changes nothing. `entries` and `state` hold all that is remembered: made of both again, it goes
    on as if nothing had been. Time never goes back: what comes late counts as of the latest.

    Parameters
    ----------
    brand
        The brand's key.
    settings
        The settings of its desk.
    entries
        The ledger: by a thread, its latest incident. A storm stands in it under a name of its own.
    state
        What else is remembered, changed in place; None for nothing yet.
    names
        How people call the brand, casefolded (`marks.names_of`).
    """

    def __init__(
        self,
        brand: str,
        settings: Settings,
        entries: MutableMapping[str, Entry],
        state: BrandState | None = None,
        *,
        names: frozenset[str] = frozenset(),
    ) -> None:
        self.brand = brand
        self.state = state = BrandState() if state is None else state
        self._settings = settings
        self._surge = Surge(settings.storm, names, state.complaints, settings.policy.forget_s)
        self._alike = Alike(settings.likeness, names, self._surge)
        self._register = Register(entries, state, self._alike)
        self._rulebook = Rulebook(brand, settings, state)
        self._docket = Docket(self._register, self._rulebook, state, settings.policy, settings.text_s)
        self._storms = Storms(brand, settings, state, self._surge, self._register, self._docket)
        # Where the state is lost and incidents are not, time begins with them: not in 1970, shift by shift.
        began = state.now or min((entry.assessment.at for _, entry in self._register.all()), default=0.0)
        self._changes_at = settings.calendar.next_change(began) if began else 0.0

    def assess(self, assessment: Assessment) -> list[Outcome]:
        """Take in what scoring says of a thread now; the last outcome but what falls due is what came of it."""
        outcomes = self._pass(assessment.at)
        self._surge.notice(self.state.now)
        outcomes.append(self._assess(assessment))
        return outcomes + self._pass(self.state.now)

    def hear(self, complaint: Complaint) -> list[Outcome]:
        """Take in a new complaint: it may be part of a storm, or of an incident that it is alike."""
        outcomes = self._pass(complaint.at)
        if self._surge.hear(complaint, self.state.now):
            if self._surge.storm is not None:
                outcomes.append(self._storms.grow(complaint))
            elif (joined := self._hear(complaint)) is not None:
                outcomes.append(joined)
        return outcomes + self._pass(self.state.now)

    def do(self, command: Command) -> list[Outcome]:
        """Do what somebody asked for."""
        outcomes = self._pass(command.at)
        if isinstance(command, Click):
            key = self._register.key_of(command.incident_id)
            entry = None if key is None else self._register.get(key)
            if key is None or entry is None:
                outcomes.append(Outcome(self.state.now, Decision(None, (), "pointless")))
            else:
                outcomes.append(self._docket.decide(key, entry, command, parent=entry.parent))
        else:
            self._rulebook.silence(command)
            self._docket.schedule_all()
        return outcomes + self._pass(self.state.now)

    def erase(self, people: People) -> Forgotten:
        """Forget what some people said, and who they are; messages that show it are edited."""
        texts = self._surge.erase(people)
        for threads in self.state.groups.values():
            for thread, scored in threads.items():
                without = assessment_without(scored.assessment, people)
                if without is not scored.assessment:
                    threads[thread] = replace(scored, assessment=without)
                    texts += 1
        outcomes = []
        for key, entry in self._register.all():
            amended = entry_without(entry, people)
            if amended is not entry:
                outcomes.append(self._docket.amend(key, amended))
        return Forgotten(outcomes + self._pass(self.state.now), texts)

    def advance(self, now: float) -> list[Outcome]:
        """Let time pass to `now` (epoch seconds)."""
        return self._pass(now)

    @property
    def due_at(self) -> float | None:
        """When something is due by itself next, epoch seconds; None for never."""
        return None if (due := self._next_due()) is None else due[0]

    @property
    def idle(self) -> bool:
        """Whether nothing is remembered but what is usual: no incident, and nothing that somebody asked for."""
        return not len(self._register) and not self.state.silences

    @property
    def active(self) -> list[Entry]:
        """Active incidents, by name."""
        return [entry for _, entry in self._register.active()]

    @property
    def status(self) -> Status:
        """The brand at a glance."""
        ordered = sorted(self.active, key=lambda e: (-rank(e.severity), -e.assessment.risk, e.opened_at, e.thread_id))
        return Status(tuple(ordered), self._rulebook.hold, self._rulebook.use)

    def incident_of(self, thread_id: str) -> Entry | None:
        """The active incident that a thread is in, storms apart."""
        key = self._register.home(thread_id)
        entry = None if key is None else self._register.get(key)
        return entry if entry is not None and entry.active else None

    def _pass(self, now: float) -> list[Outcome]:
        """Let time pass, and decide what falls due on the way."""
        state, outcomes = self.state, []
        now = max(now, state.now)
        while True:
            if self._docket.stirred:
                self._docket.stirred = False
                outcomes += self._storms.weigh()
                continue
            if self._docket.moved:
                self._docket.moved = False
                outcomes += self._judge_again()
                continue
            due = self._next_due()
            if due is None or due[0] > now:
                break
            at, what, key = due
            state.now = max(state.now, at)
            if what == _CALENDAR:
                self._follow_calendar()
            elif what == _SILENCE:
                self._rulebook.end_silences()
                self._docket.schedule_all()
            elif what == _STORM:
                outcomes += self._storms.end()
            elif what == _WORDS:
                self._surge.forget(at, state.now)
            else:
                outcomes += self._docket.fire(key)
        state.now = now
        self._follow_calendar()
        return outcomes

    def _next_due(self) -> tuple[float, int, str] | None:
        """What is due first: when, what, and of which incident."""
        found: list[tuple[float, int, str]] = []
        if len(self._register):
            found.append((self._changes_at, _CALENDAR, ""))
        silence, storm, entry = self._rulebook.silence_ends_at, self._surge.ends_at, self._docket.first
        words = self._surge.forgets_at
        if silence is not None:
            found.append((silence, _SILENCE, ""))
        if storm is not None:
            found.append((storm, _STORM, ""))
        if entry is not None:
            found.append((entry[0], _ENTRY, entry[1]))
        if words is not None:
            found.append((words, _WORDS, ""))
        return min(found, default=None)

    def _follow_calendar(self) -> None:
        """Notice that another shift has begun, or who is on call and what holds pages back has changed."""
        now = self.state.now
        if self._rulebook.begin_shift() and self._rulebook.budgeted:
            self._docket.moved = True
        if self._changes_at <= now:
            self._changes_at = self._settings.calendar.next_change(now)
            self._docket.schedule_all()

    def _assess(self, assessment: Assessment) -> Outcome:
        thread = assessment.thread_id
        key = self._register.home(thread) or thread
        entry = self._register.get(key)
        judgement = self._rulebook.judge(assessment, self._band(key, entry, thread), entry)
        if entry is None or not self._still(entry, judgement.severity):
            if entry is not None:
                key, entry = thread, self._register.get(thread)
                judgement = self._rulebook.judge(assessment, None, None)
            if self._storms.speaks_for(assessment, judgement):
                return Outcome(self.state.now, Decision(entry, (), "calm"))
            alike = self._alike_one(judgement.severity, assessment)
            if alike is not None:
                return self._join(alike, scored_member(assessment, judgement), Scored(assessment, judgement))
            if self._is_one_too_many(judgement.severity):
                return Outcome(self.state.now, Decision(entry, (), "calm"))
        event = Judged(assessment, judgement)
        if entry is not None and entry.kind == "group":
            entry, event = self._in_group(key, entry, assessment, judgement)
        parent = entry.parent if entry is not None and entry.active else self._storms.parent_of(assessment)
        return self._docket.decide(key, entry, event, parent=parent)

    def _band(self, key: str, entry: Entry | None, thread_id: str) -> Severity | None:
        """The band that a thread's risk was in before."""
        if entry is None or not entry.active:
            return None
        if entry.assessment.thread_id == thread_id:
            return entry.band
        scored = self.state.groups.get(key, {}).get(thread_id)
        return scored.judgement.band if scored is not None else None

    def _still(self, entry: Entry, severity: Severity | None) -> bool:
        """Whether what is said of a thread now belongs to an incident, which may have resolved meanwhile."""
        if entry.active or severity is None:
            return True
        if entry.resolved_by is not None and not entry.calm_after and severity <= entry.severity:
            return True
        return entry.resolved_at is not None and self.state.now - entry.resolved_at < self._settings.policy.reopen_s

    def _alike_one(self, severity: Severity | None, assessment: Assessment) -> str | None:
        if not len(self._alike) or severity is None or severity is Severity.NOTICE:
            return None
        card = assessment.card
        return self._alike.find(self._alike.marks(card.excerpt, card.url), card.root_at)

    def _is_one_too_many(self, severity: Severity | None) -> bool:
        return severity is not None and not severity.interrupts and len(self._register) >= MOST_ACTIVE

    def _hear(self, complaint: Complaint) -> Outcome | None:
        """Let a complaint into an active incident that it is alike."""
        if not len(self._alike) or self.incident_of(complaint.thread_id) is not None:
            return None
        key = self._alike.find(self._alike.marks(complaint.excerpt, complaint.url), complaint.at)
        return None if key is None else self._join(key, silent_member(complaint), None)

    def _join(self, key: str, member: Member, scored: Scored | None) -> Outcome:
        entry = self._register.get(key)
        assert entry is not None
        groups = self.state.groups
        threads = groups.get(key, {})
        if entry.kind == "thread" and entry.judgement.severity is not None:
            threads[entry.assessment.thread_id] = Scored(entry.assessment, entry.judgement)
        if scored is not None:
            note(threads, scored.assessment, scored.judgement)
        entry, outside = grown(entry, member)
        self._leave_outside(key, outside)
        groups[key] = threads
        event = worst(entry, threads, None, joined=True)
        return self._docket.decide(key, entry, event, parent=entry.parent, told_of=member.thread_id)

    def _leave_outside(self, key: str, members: Iterable[Member]) -> None:
        """Remember whose threads they are that have no place among the members of their group."""
        beyond = self.state.beyond
        for member in members:
            if len(beyond) < MOST_BEYOND:
                beyond[member.thread_id] = key

    def _in_group(self, key: str, entry: Entry, assessment: Assessment, judgement: Judgement) -> tuple[Entry, Judged]:
        """Note what is said of a thread of a group, and what that makes of the group."""
        threads = self.state.groups.setdefault(key, {})
        note(threads, assessment, judgement)
        together = with_members(entry.members, scored_member(assessment, judgement))
        self.state.beyond.pop(assessment.thread_id, None)
        self._leave_outside(key, together[MOST_MEMBERS:])
        return replace(entry, members=together[:MOST_MEMBERS]), worst(entry, threads, assessment, joined=False)

    def _judge_again(self) -> list[Outcome]:
        """Judge anew what the moved page threshold may have changed, the worst first."""
        outcomes = []
        for key, entry in sorted(self._register.active(), key=lambda one: (-one[1].assessment.risk, one[0])):
            if entry.kind == "storm":
                continue
            event = self._judged_again(key, entry)
            if event.judgement.spared:
                self.state.spending.spare(entry.incident_id)
            if event.judgement != entry.judgement:
                outcomes.append(self._docket.decide(key, entry, event, parent=entry.parent))
        return outcomes

    def _judged_again(self, key: str, entry: Entry) -> Judged:
        threads = self.state.groups.get(key)
        if entry.kind == "group" and threads:
            for thread, scored in threads.items():
                band = entry.band if thread == entry.assessment.thread_id else scored.judgement.band
                threads[thread] = Scored(scored.assessment, self._rulebook.judge(scored.assessment, band, entry))
            return worst(entry, threads, None, joined=False)
        return Judged(entry.assessment, self._rulebook.judge(entry.assessment, entry.band, entry))


_CALENDAR, _SILENCE, _STORM, _ENTRY, _WORDS = range(5)
"""What falls due first where several things do at once."""
