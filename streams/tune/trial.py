"""What a page threshold would have done: pages, false pages, fails paged in time, and how long before."""

from collections.abc import Iterable, Mapping
from statistics import median
from typing import NamedTuple

from alerts.oncall import Calendar
from streams.tune.budget import Allowance


class Page(NamedTuple):
    """People were paged at `at` (epoch seconds of event time) for an incident of these threads."""

    at: float
    incident_id: str
    threads: frozenset[str]


class Past(NamedTuple):
    """What the threads of a history came to, and how long it was.

    `fails` says when each became a viral fail, epoch seconds. `shifts` is how many of the calendar it has.
    """

    fails: Mapping[str, float]
    seconds: float
    shifts: int


class Trial(NamedTuple):
    """What a threshold came to.

    Attributes
    ----------
    threshold
        `alerts.page.open`.
    pages, false_pages
        How often people would have been paged, and how often for an incident without a viral fail in it.
    rate
        Pages per span of the allowance.
    busiest
        Most pages in one shift.
    fails, caught
        Viral fails, and those paged before they became one.
    lead_s
        Median time from the first page to the fail, over all fails; one that was missed or paged late counts 0.
    """

    threshold: float
    pages: int
    false_pages: int
    rate: float
    busiest: int
    fails: int
    caught: int
    lead_s: float

    @property
    def recall(self) -> float:
        """The part of the fails that was paged in time; 1 where there were none."""
        return self.caught / self.fails if self.fails else 1.0


def judge_pages(threshold: float, pages: Iterable[Page], past: Past, allowance: Allowance, calendar: Calendar) -> Trial:
    """Count what pages came to."""
    pages = sorted(pages)
    first: dict[str, float] = {}
    per_shift: dict[float, int] = {}
    false = 0
    for page in pages:
        for thread in page.threads:
            first.setdefault(thread, page.at)
        start = calendar.shift(page.at).start
        per_shift[start] = per_shift.get(start, 0) + 1
        false += not any(thread in past.fails for thread in page.threads)
    leads = [max(at - first.get(thread, at), 0.0) for thread, at in past.fails.items()]
    spans = allowance.spans(past.seconds, past.shifts)
    return Trial(
        threshold,
        len(pages),
        false,
        len(pages) / max(spans, 1.0),
        max(per_shift.values(), default=0),
        len(leads),
        sum(lead > 0 for lead in leads),
        median(leads) if leads else 0.0,
    )


def shifts_between(first_at: float, last_at: float, calendar: Calendar) -> int:
    """How many shifts of the calendar begin before `last_at` and end after `first_at`."""
    count, at = 0, first_at
    while at <= last_at:
        count += 1
        at = calendar.shift(at).end
    return count
