"""Decides on the incidents of one brand, one by one, and remembers what was decided."""

from collections.abc import Callable

from msgspec.structs import replace

from alerts.click import Click
from alerts.decide import Decision, Judged, Tell, decide, due_at, upcoming
from alerts.decide.telling import tell
from alerts.event import Next, Notification, notifications
from alerts.incidents.outcome import Outcome
from alerts.incidents.register import Register
from alerts.incidents.rulebook import Rulebook
from alerts.incidents.state import BrandState
from alerts.incidents.timeline import Timeline
from alerts.incidents.weather import STORM_PREFIX
from alerts.ledger import Entry
from alerts.policy import Policy
from alerts.redaction import assessment_without_texts, bears_texts, without_texts
from alerts.rules import Rules
from scoring.verdicts import Verdict


class Docket:
    """Applies the pure decisions to the ledger, each at the state's `now`.

    Attributes
    ----------
    moved
        A page has moved the page threshold, so what was judged has to be judged again.
    stirred
        A child of the storm that is on has changed, or the storm's own incident has.
    """

    def __init__(
        self, register: Register, rulebook: Rulebook, state: BrandState, policy: Policy, text_s: float
    ) -> None:
        self._register = register
        self._rulebook = rulebook
        self._state = state
        self._policy = policy
        self._text_s = text_s
        self._timeline = Timeline()
        self.moved = self.stirred = False
        for key, _ in register.all():
            self.schedule(key)

    @property
    def first(self) -> tuple[float, str] | None:
        """The earliest moment at which an incident needs a decision by itself, and its name."""
        return self._timeline.first

    def rules(self, entry: Entry | None, parent: str | None) -> Rules:
        """What holds for an incident now."""
        key = self._rulebook.storm_key
        pages = self._register.get(key) if key is not None else None
        return self._rulebook.rules(entry, parent, sheltered=pages is not None and pages.active)

    def decide(
        self,
        key: str,
        entry: Entry | None,
        event: Judged | Click | None,
        *,
        parent: str | None = None,
        told_of: str | None = None,
        dressed: Callable[[Entry], Entry] | None = None,
    ) -> Outcome:
        """Decide on an incident, and remember it.

        Parameters
        ----------
        key, entry
            Its name, and what is known of it with the event's news already noted.
        event
            What is said of it, done to it, or None for the passing of time.
        parent
            The storm that it is part of.
        told_of
            The thread that what is told is about, if not the one that the incident shows.
        dressed
            Adds to the entry what the decision knows nothing of.
        """
        now = self._state.now
        rules = self.rules(entry, parent)
        decision = decide(entry, event, now, rules)
        after = decision.entry
        if after is None:
            return Outcome(now, decision)
        if dressed is not None:
            after = dressed(after)
        if parent is not None and after.parent != parent:
            after = replace(after, parent=parent)
        decision = decision._replace(entry=after)
        return self._settle(key, decision, after, rules, told_of)

    def keep(self, key: str, entry: Entry) -> None:
        """Remember what is known of an incident without deciding anything."""
        self._register.keep(key, entry)
        self.schedule(key)

    def schedule(self, key: str) -> None:
        """Find out anew when an incident needs a decision by itself; wanted whenever its rules change."""
        entry = self._register.get(key)
        if entry is None:
            self._timeline.set(key, None)
        elif entry.active:
            self._timeline.set(key, due_at(entry, self.rules(entry, entry.parent)))
        else:
            kept_s = self._text_s if bears_texts(entry) else self._policy.forget_s
            self._timeline.set(key, (entry.resolved_at or 0.0) + min(kept_s, self._policy.forget_s))

    def schedule_all(self) -> None:
        """The same for all active incidents."""
        for key, _ in self._register.active():
            self.schedule(key)

    def fire(self, key: str) -> list[Outcome]:
        """Do what is due of an incident by itself."""
        entry = self._register.get(key)
        assert entry is not None
        if not entry.active:
            self._let_go(key, entry)
            return []
        outcome = self.decide(key, entry, None, parent=entry.parent)
        if not outcome.notifications:
            # Nothing was due after all; it is looked at again with the next event.
            self._timeline.set(key, None)
        return [outcome]

    def amend(self, key: str, entry: Entry) -> Outcome:
        """Remember an incident that says less than it did, and edit its message without interrupting anybody."""
        decision = tell(entry, self._state.now, Tell("updated", "erased"))
        assert decision.entry is not None
        return self._settle(key, decision, decision.entry, self.rules(entry, entry.parent), None)

    def _let_go(self, key: str, entry: Entry) -> None:
        """Forget what people said in an incident that is over, and the incident itself some time later."""
        forgotten_at = (entry.resolved_at or 0.0) + self._policy.forget_s
        if self._state.now >= forgotten_at:
            self._register.forget(key)
            self._timeline.set(key, None)
            return
        threads = self._state.groups.get(key, {})
        for thread, scored in threads.items():
            threads[thread] = replace(scored, assessment=assessment_without_texts(scored.assessment))
        self._register.keep(key, without_texts(entry))
        self._timeline.set(key, forgotten_at)

    def _settle(self, key: str, decision: Decision, entry: Entry, rules: Rules, told_of: str | None) -> Outcome:
        state = self._state
        if entry.kind != "group":
            state.groups.pop(key, None)
        self._register.keep(key, entry)
        self.schedule(key)
        storm = self._rulebook.storm
        if storm is not None and (key == self._rulebook.storm_key or entry.parent == storm):
            self.stirred = True
        if entry.judgement.spared and entry.active:
            state.spending.spare(entry.incident_id)
        pages = sum(tell.page for tell in decision.actions)
        if pages:
            state.spending.pages += pages
            self.moved = self._rulebook.budgeted
        ahead = upcoming(entry, rules)
        told = notifications(decision, state.now, Next(*ahead) if ahead is not None else None)
        shown = entry.assessment.thread_id
        verdict = decision.verdict
        if told_of is None and entry.kind == "storm" and shown == entry.thread_id:
            told_of, verdict = shown.removeprefix(STORM_PREFIX), None
        if verdict is not None:
            verdict = Verdict(shown, verdict.at, verdict.verdict, verdict.by)
        return Outcome(
            state.now,
            decision._replace(verdict=verdict),
            tuple(_about(one, told_of) for one in told) if told_of is not None else told,
            (verdict,) if verdict is not None else (),
        )


def _about(told: Notification, thread_id: str) -> Notification:
    return replace(told, alert=replace(told.alert, thread_id=thread_id))
