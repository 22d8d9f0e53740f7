"""What paging by a score comes to: fails warned of, lead time and false pages, at any threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scoring.evaluation import measures
from scoring.evaluation.measures import Bools, Floats
from scoring.evaluation.resample import Places, Resampler, estimate_of
from scoring.evaluation.result import AtBudget, Estimate, Pager

BUDGETS = (2, 14, 42)
REFERENCE_THREADS = 2_673
"""False pages for a fortnight of so many threads; scaled to as many threads as there are."""

CURVE = 60
"""The curve ends at so many false pages per `REFERENCE_THREADS` threads."""


class Course(NamedTuple):
    """When a thread's score rose above all before: times (epoch seconds) and the scores then, both rising."""

    at: Floats
    peak: Floats

    @classmethod
    def of(cls, at: Floats, scores: Floats) -> "Course":
        """Take the records of a course of scores in time order, both of shape (n,); scores of 0 never page."""
        highest = np.maximum.accumulate(scores) if len(scores) else scores
        new = highest > np.concatenate([[0.0], highest[:-1]]) if len(scores) else np.empty(0, dtype=bool)
        return cls(at[new], highest[new])

    def paged_at(self, threshold: float) -> float:
        """When the score first exceeds a threshold (epoch seconds); inf for never."""
        i = int(np.searchsorted(self.peak, threshold, side="right"))
        return float(self.at[i]) if i < len(self.at) else np.inf


@dataclass(frozen=True)
class Outcomes:
    """What became of n threads.

    Attributes
    ----------
    viral_at
        When each fail passed the viral spread (epoch seconds), NaN for a thread that is no fail; shape (n,).
    cascade
        The cascade that each thread plays, which resampling keeps together; shape (n,).
    """

    viral_at: Floats
    cascade: Places

    @property
    def fail(self) -> Bools:
        """Which threads are fails."""
        return ~np.isnan(self.viral_at)

    def scaled(self, budget: float) -> int:
        """A budget per `REFERENCE_THREADS` threads as one for as many threads as there are."""
        return max(round(budget * len(self.viral_at) / REFERENCE_THREADS), 1)


def judge_pager(method: str, tone: str, courses: Sequence[Course], outcomes: Outcomes, resampler: Resampler) -> Pager:
    """Say what a method warns of; `courses` are of the threads of `outcomes`, in order."""
    tops = np.array([course.peak[-1] if len(course.peak) else 0.0 for course in courses])
    calm = np.flatnonzero(~outcomes.fail & (tops > 0.0))
    calm = calm[np.argsort(-tops[calm], kind="stable")]
    fails = np.flatnonzero(outcomes.fail)
    hits = _Hits([courses[i] for i in fails.tolist()], outcomes.viral_at[fails])
    ladder = np.append(tops[calm], 0.0)
    budgets = []
    for budget in BUDGETS:
        allowed = outcomes.scaled(budget)
        threshold = float(ladder[min(allowed, len(calm))])
        budgets.append(
            AtBudget(
                budget,
                allowed,
                round(threshold, 6),
                *_estimates(hits, ladder, calm, fails, allowed, outcomes, resampler),
            )
        )
    curve = []
    for allowed in range(outcomes.scaled(CURVE) + 1):
        leads, caught = hits.at(float(ladder[min(allowed, len(calm))]))
        if len(leads):
            curve.append((allowed, round(float(caught.mean()), 4), round(float(np.median(leads)), 1)))
    return Pager(method, tone, budgets, curve)


class _Hits:
    """Minutes of lead over each fail, and whether it was caught in time, by threshold."""

    def __init__(self, courses: Sequence[Course], viral_at: Floats) -> None:
        self._courses = courses
        self._viral_at = viral_at
        self._known: dict[float, tuple[Floats, Bools]] = {}

    def at(self, threshold: float) -> tuple[Floats, Bools]:
        if threshold not in self._known:
            paged = np.array([course.paged_at(threshold) for course in self._courses])
            lead = np.maximum((self._viral_at - paged) / 60.0, 0.0)
            self._known[threshold] = lead, paged < self._viral_at
        return self._known[threshold]


def _estimates(
    hits: _Hits,
    ladder: Floats,
    calm: Places,
    fails: Places,
    allowed: int,
    outcomes: Outcomes,
    resampler: Resampler,
) -> tuple[Estimate | None, Estimate | None]:
    """Share of fails caught and median lead; in each resample the threshold is set anew within the budget."""
    if not len(fails):
        return None, None
    lead, caught = hits.at(float(ladder[min(allowed, len(calm))]))
    false = np.cumsum(resampler.counts[:, outcomes.cascade[calm]], axis=1, dtype=np.int64)
    step = (false <= allowed).sum(axis=1)
    drawn = resampler.counts[:, outcomes.cascade[fails]].astype(float)
    shares, leads = np.full(len(step), np.nan), np.full(len(step), np.nan)
    for one in np.unique(step):
        these = step == one
        lead_there, caught_there = hits.at(float(ladder[one]))
        shares[these] = measures.mean(caught_there.astype(float), drawn[these])
        leads[these] = measures.median(lead_there, drawn[these])
    return estimate_of(float(caught.mean()), shares), estimate_of(float(np.median(lead)), leads)
