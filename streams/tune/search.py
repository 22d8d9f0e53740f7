"""The search for the page threshold that catches most within a page budget."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from alerts.budget import PageBudget
from alerts.policy import Band, Policy
from streams.desk import Desk
from streams.incident_ledger import settings_of
from streams.tune.budget import Allowance
from streams.tune.recording import Recording
from streams.tune.trial import Past, Trial, judge_pages, shifts_between
from streams.tune.truth import Truth

STEP = 0.02


class Tuning(NamedTuple):
    """What was found: the desk's own threshold, the best one within the budget, and all that were tried, in order.

    `unheard` are threads of the truth that the history does not hold; `band` is that of `after`. Where not even the
    highest threshold keeps the budget, `after` is the one with the fewest pages.
    """

    allowance: Allowance
    before: Trial
    after: Trial
    trials: tuple[Trial, ...]
    past: Past
    unheard: int
    band: Band

    @property
    def kept(self) -> bool:
        """Whether the threshold found keeps the budget."""
        return self.after.rate <= self.allowance.pages


def tune(
    recording: Recording,
    desk: Desk,
    truth: Truth,
    allowance: Allowance,
    *,
    tell: Callable[[float], None] = lambda _: None,
) -> Tuning:
    """Decide a past anew at every threshold, and pick the one that serves best within the allowance.

    Best is what pages most fails in time; of those the longest median lead, then the fewest false pages, then what is
    nearest to the desk's own threshold. The desk's page budget is left out: a threshold is looked for to spare it.

    Parameters
    ----------
    recording
        The past, scored.
    desk
        All that is decided by besides the threshold.
    truth
        Which threads were viral fails.
    allowance
        Pages that people put up with.
    tell
        For a progress bar: the part that is done.
    """
    fails = {
        thread: at if at is not None else recording.passed_at.get(thread, recording.last_at)
        for thread, at in truth.items()
        if thread in recording.threads
    }
    shifts = shifts_between(recording.first_at, recording.last_at, desk.calendar)
    past = Past(fails, recording.last_at - recording.first_at, shifts)
    settings = settings_of(desk)._replace(budget=PageBudget())
    policies = list(_policies(desk.alerts))
    trials = []
    for done, policy in enumerate(policies, 1):
        pages = recording.pages(settings._replace(policy=policy))
        trials.append(judge_pages(policy.page.open, pages, past, allowance, desk.calendar))
        tell(done / len(policies))
    before = next(trial for trial in trials if trial.threshold == desk.alerts.page.open)
    within = [trial for trial in trials if trial.rate <= allowance.pages]
    own = desk.alerts.page.open

    def merit(trial: Trial) -> tuple[float, ...]:
        return trial.caught, trial.lead_s, -trial.false_pages, -abs(trial.threshold - own)

    def fewest(trial: Trial) -> tuple[float, ...]:
        return trial.pages, -trial.caught, abs(trial.threshold - own)

    after = max(within, key=merit) if within else min(trials, key=fewest)
    policy = next(policy for policy in policies if policy.page.open == after.threshold)
    return Tuning(allowance, before, after, tuple(trials), past, len(truth) - len(fails), policy.page)


def _policies(policy: Policy) -> Iterator[Policy]:
    """Every threshold between watch and critical, the desk's own among them; `close` keeps its part of `open`."""
    lowest, highest = policy.watch.open + STEP / 2, policy.critical.open - STEP / 2
    steps = int((highest - lowest) / STEP)
    opens = {round(lowest + step * STEP, 3) for step in range(steps + 1)}
    part = policy.page.close / policy.page.open
    for open_at in sorted(opens | {policy.page.open}):
        own = open_at == policy.page.open
        yield policy if own else replace(policy, page=Band(open_at, round(part * open_at, 3)))
