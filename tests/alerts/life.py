"""An incident's life in a test: what is seen, done and let pass, and what people were told."""

from alert_samples import MINUTE, NOON, assessed

from alerts.click import Click
from alerts.decide import Decision, Judged, decide, due_at, upcoming
from alerts.event import notifications
from alerts.ledger import decode, encode
from alerts.policy import Policy
from alerts.rules import Rules, Step
from alerts.severity import judge

AT_ONCE = Policy(persist_s=0.0)
CHAIN = (Step(0.0, ("anna",)), Step(10 * MINUTE, ("bram",)), Step(20 * MINUTE, ("here",)))


class Life:
    """One thread's incident under rules that may change; time passes as whoever runs the clock lets it."""

    def __init__(self, policy=AT_ONCE, **rules):
        self.rules = Rules(policy, morning=NOON + 20 * 60 * MINUTE, **rules)
        self.entry = None
        self.told = []
        self.causes = []
        self.verdicts = []
        self.minute = 0.0
        self.clicks = 0

    def sees(self, minute, **changes):
        """An assessment `minute` minutes after noon."""
        self.passes(minute)
        assessment = assessed(minute, **changes)
        active = self.entry is not None and self.entry.active
        judgement = judge(assessment, self.entry.band if active else None, self.rules.policy)
        return self._apply(Judged(assessment, judgement)).cause

    def does(self, minute, action, by="anna", press=None):
        """A press of a button."""
        self.passes(minute)
        self.clicks += 1
        click = Click("acme", "any", action, by, NOON + minute * MINUTE, press or f"press {self.clicks}")
        return self._apply(click).cause

    def passes(self, minute):
        """Everything that falls due until then, each at its own time."""
        for _ in range(500):
            due = None if self.entry is None else due_at(self.entry, self.rules)
            if due is None or due > NOON + minute * MINUTE:
                break
            self.minute = max((due - NOON) / MINUTE, self.minute)
            before = len(self.told)
            self._apply(None)
            assert len(self.told) == before + 1, "what falls due is said, else it would fall due for ever"
        else:
            raise AssertionError("something falls due without end")
        self.minute = max(minute, self.minute)

    def changes(self, minute, **rules):
        """Other rules hold from then on."""
        self.passes(minute)
        self.rules = self.rules._replace(**rules)

    def restarts(self):
        """Only what is written down is left."""
        if self.entry is not None:
            self.entry = decode(encode(self.entry))

    def _apply(self, event) -> Decision:
        now = NOON + self.minute * MINUTE
        decision = decide(self.entry, event, now, self.rules)
        self.entry = decision.entry
        self.causes.append(decision.cause)
        if decision.verdict is not None:
            self.verdicts.append(decision.verdict)
        self.told += notifications(decision, now)
        return decision

    @property
    def upcoming(self):
        return upcoming(self.entry, self.rules)

    @property
    def said(self):
        """Minute and cause of everything told."""
        return [(round((one.alert.at - NOON) / MINUTE, 3), one.cause) for one in self.told]

    @property
    def events(self):
        return [(one.alert.event, one.alert.severity.value) for one in self.told]

    @property
    def pages(self):
        return [one for one in self.told if one.page]

    @property
    def calls(self):
        """Minute and whom, of everything that interrupts."""
        return [(round((one.alert.at - NOON) / MINUTE, 3), *one.who) for one in self.told if one.notifies]
