"""A storm as people are told of it: how many complaints, about what, and how many more to expect.

In twice its age `a` it is expected to have `n + r·a` complaints, `n` being those so far and `r` those per second within
the window. The 80 % interval is `n` plus the 10 % and 90 % quantiles of a Poisson distribution whose mean is `r·a`.
"""

from math import exp, sqrt

from alerts.incidents.surge import Surge
from alerts.policy import MINUTE
from alerts.severity import Judgement, Severity
from alerts.storm import StormPolicy
from scoring.assessment import Assessment, Card, Forecast, Reason
from scoring.complaint import Complaint

STORM_PREFIX = "storm:"
"""Begins the id that a storm has in place of a thread's, so that it is never taken for its first complaint's own."""

POINTS = 24
_LOW_Z = 1.2815515655446004
_MOST_SUMMED = 500.0


def storm_id(first: Complaint) -> str:
    """What a storm is called in place of a thread id."""
    return STORM_PREFIX + first.thread_id


def is_storm(thread_id: str) -> bool:
    """Whether that is a storm's."""
    return thread_id.startswith(STORM_PREFIX)


def severity_of(threads: int, policy: StormPolicy) -> Severity:
    """How bad so many complaints are."""
    return Severity.CRITICAL if threads >= policy.critical_threads else Severity.PAGE


def judgement_of(severity: Severity) -> Judgement:
    """Judge a storm as bad as that; no risk carries it, so there is no band to keep."""
    return Judgement(severity, None, "storm")


def forecast(threads: int, rate: float, age_s: float) -> Forecast:
    """How many complaints there will be at twice the age, at `rate` per second."""
    mean = rate * age_s
    low, high = poisson_interval(mean)
    return Forecast(threads + mean, threads + low, threads + high, 2.0 * age_s)


def poisson_interval(mean: float) -> tuple[float, float]:
    """10 % and 90 % quantiles of a Poisson distribution, summed where it is small, else by the normal one."""
    if mean > _MOST_SUMMED:
        spread = _LOW_Z * sqrt(mean)
        return round(mean - spread), round(mean + spread)
    low: int | None = None
    number, part, total = 0, exp(-mean), exp(-mean)
    while total < 0.9 and part > 0.0:
        if low is None and total >= 0.1:
            low = number
        number += 1
        part *= mean / number
        total += part
    return float(number if low is None else low), float(number)


def portray(brand: str, surge: Surge, at: float, policy: StormPolicy) -> Assessment:
    """Put the storm that is on into the form of an assessment.

    It has no risk of its own: what a storm's complaints might become is assessed thread by thread.
    """
    storm = surge.storm
    assert storm is not None
    age = max(at - storm.began, MINUTE)
    window = min(age, policy.within_s)
    rate = surge.number / window
    first = storm.first
    return Assessment(
        thread_id=storm_id(first),
        brand=brand,
        at=at,
        risk=0.0,
        p_viral=0.0,
        p_negative=round(first.p_negative, 6),
        shares=storm.threads,
        reasons=(_how_many(surge, storm.usual, window, policy), *_about(surge)),
        forecast=forecast(storm.threads, rate, age),
        conduct=(),
        card=Card(
            excerpt=first.excerpt,
            author=first.author,
            followers=None,
            platform=first.platform,
            url=first.url,
            root_at=storm.began,
            audience=None,
            spread_curve=curve(storm.course, storm.step_s, age),
        ),
    )


def curve(course: list[int], step_s: float, age_s: float) -> tuple[int, ...]:
    """Complaints so far at equal steps of the storm's age."""
    seen: list[int] = []
    total = 0
    for number in course:
        total += number
        seen.append(total)
    return tuple(seen[min(int(age_s * i / POINTS // step_s), len(seen) - 1)] for i in range(1, POINTS + 1))


def _how_many(surge: Surge, usual: float | None, window_s: float, policy: StormPolicy) -> Reason:
    number, minutes = surge.number, window_s / MINUTE
    said = f"{number} complaints in {minutes:.0f} min, {number / minutes:.1f} a minute"
    if usual is not None:
        expected = usual * window_s / policy.within_s
        said += f", {number / expected:.0f} × usual" if expected >= 0.5 else ", usually none or one"
    return Reason("storm", float(number), said)


def _about(surge: Surge) -> tuple[Reason, ...]:
    about = surge.about()
    if not about:
        return ()
    (first, number), *others = about
    said = f"{number} of the latest {surge.sample} speak of “{first}”"
    return (Reason("storm_about", float(number), said + "".join(f", {n} of “{word}”" for word, n in others)),)
