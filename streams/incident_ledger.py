"""The ledger of incidents: remembers what people were told, and applies the policy to each assessment."""

from collections import Counter
from collections.abc import MutableMapping
from typing import NamedTuple

from alerts.decide import Decision, decide
from alerts.event import Notification, notifications
from alerts.ledger import Entry
from alerts.policy import Policy
from alerts.severity import Severity
from scoring.assessment import Assessment


class Applied(NamedTuple):
    """What an assessment led to."""

    decision: Decision
    notifications: tuple[Notification, ...]


def key_of(brand: str, thread_id: str) -> str:
    """The ledger key of a thread."""
    return f"{brand}\x1f{thread_id}"


class IncidentLedger:
    """Applies the policy; `entries` holds the latest incident of each thread, open or resolved."""

    def __init__(self, policy: Policy, entries: MutableMapping[str, Entry]) -> None:
        self._policy = policy
        self._entries = entries

    def apply(self, assessment: Assessment) -> Applied:
        """Decide on an assessment and remember the decision."""
        key = key_of(assessment.brand, assessment.thread_id)
        before = self._entries.get(key)
        decision = decide(before, assessment, self._policy)
        if decision.entry is not None and decision.entry != before:
            self._entries[key] = decision.entry
        return Applied(decision, notifications(decision, assessment))

    def severity_of(self, brand: str, thread_id: str) -> Severity | None:
        """The severity of a thread's open incident, None without one."""
        entry = self._entries.get(key_of(brand, thread_id))
        return entry.severity if entry is not None and entry.state == "open" else None

    def open_by_severity(self) -> Counter[Severity]:
        """How many incidents are open at each severity."""
        return Counter(e.severity for e in self._entries.values() if e.state == "open")
