"""What the incidents of a brand are decided by, and what comes of each decision."""

from typing import NamedTuple

from alerts.budget import PageBudget
from alerts.decide import Decision
from alerts.event import Notification
from alerts.incidents.spending import BudgetUse
from alerts.ledger import Entry
from alerts.likeness import Likeness
from alerts.oncall import Calendar
from alerts.policy import HOUR, Policy
from alerts.rules import Hold
from alerts.storm import StormPolicy
from scoring.verdicts import Verdict


class Settings(NamedTuple):
    """A desk's settings, as far as incidents are decided by them; `text_s` is how long their texts outlast them."""

    policy: Policy = Policy()
    budget: PageBudget = PageBudget()
    storm: StormPolicy = StormPolicy()
    likeness: Likeness = Likeness()
    calendar: Calendar = Calendar()
    text_s: float = 7 * 24 * HOUR


class Outcome(NamedTuple):
    """A decision at `at` (epoch seconds of event time), and what people and models are told because of it."""

    at: float
    decision: Decision
    notifications: tuple[Notification, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


class Forgotten(NamedTuple):
    """What came of forgetting somebody: an outcome per incident that spoke of them, and how many other texts did."""

    outcomes: list[Outcome]
    texts: int


class Status(NamedTuple):
    """A brand at a glance: its active incidents, the worst first, what keeps its pages back, and its page budget."""

    active: tuple[Entry, ...]
    hold: Hold | None
    budget: BudgetUse
