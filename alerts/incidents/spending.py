"""What is left of a page budget, and where the page threshold is because of that."""

from functools import lru_cache
from math import nextafter
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from alerts.budget import PageBudget
from alerts.policy import Band, Policy
from alerts.severity import Judgement, Severity, judge
from scoring.assessment import Assessment


class Spending(msgspec.Struct):
    """Pages of the shift that began at `shift_start` (epoch seconds), and the incidents that were spared one."""

    shift_start: float = 0.0
    pages: int = 0
    spared: list[str] = []

    def begin(self, shift_start: float) -> bool:
        """Count anew if another shift has begun; returns whether it has."""
        if shift_start == self.shift_start:
            return False
        self.shift_start, self.pages, self.spared = shift_start, 0, []
        return True

    def spare(self, incident: str) -> None:
        """Note an incident that would have paged."""
        if incident not in self.spared:
            self.spared.append(incident)


class BudgetUse(NamedTuple):
    """How a shift keeps its page budget.

    `pages` so far of the `budget`; the page `threshold` now; and how many incidents were `spared`: a watch that would
    have been a page.
    """

    pages: int
    budget: int | None
    threshold: float
    spared: int


@lru_cache(maxsize=256)
def moved(policy: Policy, budget: PageBudget, pages: int) -> Policy:
    """The thresholds after so many pages of the shift.

    The page threshold rises evenly with each page, to `highest` with the last of the budget; always below the
    critical one, which never moves. The threshold to close keeps its distance.
    """
    if budget.pages is None:
        return policy
    part = min(pages / budget.pages, 1.0) if budget.pages else 1.0
    highest = min(budget.highest, nextafter(policy.critical.open, 0.0))
    opens = policy.page.open + part * (highest - policy.page.open)
    if opens <= policy.page.open:
        return policy
    return replace(policy, page=Band(opens, opens - (policy.page.open - policy.page.close)))


def judge_within(
    assessment: Assessment, band: Severity | None, policy: Policy, budget: PageBudget, pages: int, *, paged: bool
) -> Judgement:
    """Judge a thread under the thresholds as the budget has moved them.

    Only a page that rests on the risk alone is kept back, and only one that has not cost its page already
    (`paged`): neither a critical one nor what the desk brought upon itself waits for the next shift.
    """
    judgement = judge(assessment, band, policy)
    if paged or judgement.severity is not Severity.PAGE or judgement.ground != "risk":
        return judgement
    later = moved(policy, budget, pages)
    if later is policy:
        return judgement
    strict = judge(assessment, band, later)
    if strict.severity is Severity.PAGE:
        return strict
    return replace(strict, spared=True)
