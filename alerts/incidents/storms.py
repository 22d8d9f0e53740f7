"""The storm of a brand: it opens, grows, shows the worst of its children, and ends."""

from msgspec.structs import replace

from alerts.decide import Judged
from alerts.incidents.docket import Docket
from alerts.incidents.groups import rank, scored_member, silent_member, with_members
from alerts.incidents.outcome import Outcome, Settings
from alerts.incidents.register import Register
from alerts.incidents.state import BrandState
from alerts.incidents.surge import Surge
from alerts.incidents.weather import judgement_of, portray, severity_of, storm_id
from alerts.ledger import MOST_MEMBERS, Entry, Member, incident_id
from alerts.severity import CALM, Judgement, Severity
from scoring.assessment import Assessment
from scoring.complaint import Complaint

MOST_REASONS = 5


class Storms:
    """Keeps the incident of the storm that is on.

    Complaints that begin while it is on are its children: should one become an incident of its own, the storm pages
    for it, and becomes as severe as it is, so that nothing worse than the storm is hidden by it.
    """

    def __init__(
        self,
        brand: str,
        settings: Settings,
        state: BrandState,
        surge: Surge,
        register: Register,
        docket: Docket,
    ) -> None:
        self._brand = brand
        self._storm = settings.storm
        self._policy = settings.policy
        self._state = state
        self._surge = surge
        self._register = register
        self._docket = docket

    def grow(self, complaint: Complaint) -> Outcome:
        """Count a complaint of the storm; its first one opens the incident."""
        key, storm = self._key, self._surge.storm
        assert storm is not None
        entry = self._register.get(key)
        heard = self._surge.recent if entry is None else (complaint,)
        known = () if entry is None else entry.members
        members = with_members(known, *map(silent_member, heard))[:MOST_MEMBERS]
        threads = max(storm.threads, len(members))
        if entry is None:
            self._adopt()
        return self._decide(key, entry, members, threads, self._judged(key))

    def weigh(self) -> list[Outcome]:
        """See whether the storm's worst child, or none, changes how bad it is."""
        if self._surge.storm is None:
            return []
        key = self._key
        entry = self._register.get(key)
        if entry is None:
            return []
        judged = self._judged(key)
        members = self._with_children(key, entry)
        # A thread may be a child without ever having been heard as a complaint: only its answers are negative.
        threads = max(entry.threads, len(members))
        outcomes = []
        if judged.judgement == entry.judgement:
            self._docket.keep(key, replace(entry, members=members, threads=threads))
        else:
            if judged.assessment.thread_id == entry.assessment.thread_id:
                judged = judged._replace(assessment=entry.assessment)
            outcomes.append(self._decide(key, entry, members, threads, judged))
            self._docket.stirred = False
        for child, _ in self._children(key):
            self._docket.schedule(child)
        return outcomes

    def end(self) -> list[Outcome]:
        """Let the storm be over, and its children go."""
        key = self._key
        entry = self._register.get(key)
        children = [child for child, _ in self._children(key)]
        at = self._surge.ends_at
        if self._surge.storm is not None and at is not None:
            self._state.stormed = (self._surge.storm.began, at)
        self._surge.end()
        outcomes = []
        if entry is not None and at is not None:
            calm = replace(entry.assessment, at=at, over=True)
            outcomes.append(self._docket.decide(key, entry, Judged(calm, CALM)))
        for child in children:
            self._docket.schedule(child)
        return outcomes

    def parent_of(self, assessment: Assessment) -> str | None:
        """The storm that a thread is part of, by when it began and how it sounds."""
        storm = self._surge.storm
        if storm is None or assessment.card.root_at < storm.began or assessment.p_negative < self._policy.complaint:
            return None
        return incident_id(self._brand, self._key, 1)

    def speaks_for(self, assessment: Assessment, judgement: Judgement) -> bool:
        """Whether all that is wrong with a thread is that nobody has answered it yet, and it is one of a storm's.

        Forty customers who wait for an answer about one outage are one matter, during the storm and after it.
        """
        if judgement.ground != "unanswered":
            return False
        if self._surge.storm is not None and assessment.card.root_at >= self._surge.storm.began:
            return True
        stormed = self._state.stormed
        return stormed is not None and stormed[0] <= assessment.card.root_at <= stormed[1]

    @property
    def _key(self) -> str:
        storm = self._surge.storm
        assert storm is not None
        return storm_id(storm.first)

    def _decide(
        self, key: str, entry: Entry | None, members: tuple[Member, ...], threads: int, judged: Judged
    ) -> Outcome:
        known = None if entry is None else replace(entry, members=members, threads=threads)

        def dressed(after: Entry) -> Entry:
            if known is not None and after.ordinal == known.ordinal:
                return after
            # An incident that opens is named after the thread that it shows, which may be a child.
            told = replace(after.told, threads=threads)
            return replace(after, thread_id=key, kind="storm", members=members, threads=threads, told=told)

        return self._docket.decide(key, known, judged, dressed=dressed)

    def _adopt(self) -> None:
        """Make children of the incidents that began with the storm, before it was known to be one."""
        for key, entry in self._register.active():
            parent = self.parent_of(entry.assessment) if entry.kind != "storm" else None
            if parent is not None:
                self._docket.keep(key, replace(entry, parent=parent))

    def _children(self, key: str) -> list[tuple[str, Entry]]:
        parent = incident_id(self._brand, key, 1)
        return [(child, entry) for child, entry in self._register.active() if entry.parent == parent]

    def _judged(self, key: str) -> Judged:
        """What the storm amounts to: so many complaints, or its worst child if that is worse."""
        storm, at = self._surge.storm, self._surge.heard_at
        assert storm is not None
        severity = severity_of(storm.threads, self._storm)
        assessment = portray(self._brand, self._surge, at, self._storm)
        children = [entry for _, entry in self._children(key) if rank(entry.judgement.severity) > rank(severity)]
        if not children:
            return Judged(assessment, judgement_of(severity))
        worst = max(children, key=lambda e: (rank(e.judgement.severity), e.assessment.risk, e.thread_id))
        shown = worst.assessment
        reasons = (assessment.reasons[0], *shown.reasons)[:MOST_REASONS]
        return Judged(replace(shown, reasons=reasons), judgement_of(worst.judgement.severity or Severity.PAGE))

    def _with_children(self, key: str, entry: Entry) -> tuple[Member, ...]:
        known = {member.thread_id for member in entry.members}
        scored = [
            scored_member(child.assessment, child.judgement)
            for _, child in self._children(key)
            if child.assessment.thread_id in known or rank(child.judgement.severity)
        ]
        return with_members(entry.members, *scored)[:MOST_MEMBERS]
