"""An incident as the report tells it: everything people were told of it, and how its thread went."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

from alerts.event import Notification
from alerts.severity import Severity
from streams.replay import Point, Summary


class Stretch(NamedTuple):
    """The time during which an incident had one severity, as people were told."""

    severity: Severity
    start: float
    end: float


class Signal(NamedTuple):
    """Something the brand did, and when people were first told of it."""

    name: str
    at: float


@dataclass(frozen=True)
class Incident:
    """One incident. Times are epoch seconds of event time.

    Attributes
    ----------
    told
        Its notifications in order, at least one.
    course
        The thread's spread from its root to the end of the replay, in time order and never falling.
    risks
        The thread's risk from the opening to the end of the replay, in time order.
    viral_spread
        What counts as viral for the brand.
    known_until
        The last event of the replay; what comes after is silence that nobody observed.
    """

    told: tuple[Notification, ...]
    course: tuple[tuple[float, int], ...]
    risks: tuple[tuple[float, float], ...]
    viral_spread: int
    known_until: float

    @classmethod
    def of(cls, told: tuple[Notification, ...], summary: Summary) -> Self:
        """Put together what a replay knows of the incident that was `told`."""
        first = told[0].alert
        later = [p for p in summary.courses[first.brand, first.thread_id] if p.at > first.at]
        return cls(
            told,
            tuple(_course(told[0], later)),
            ((first.at, first.risk), *((p.at, p.risk) for p in later)),
            summary.viral_spread[first.brand],
            summary.last_at,
        )

    @property
    def opening(self) -> Notification:
        """The first thing told."""
        return self.told[0]

    @property
    def latest(self) -> Notification:
        """The last thing told."""
        return self.told[-1]

    @cached_property
    def interruptions(self) -> tuple[Notification, ...]:
        """Whatever made a telephone ring."""
        return tuple(n for n in self.told if n.notifies)

    @cached_property
    def key(self) -> Notification:
        """The moment to judge the service by: the first interruption, without one the opening."""
        return self.interruptions[0] if self.interruptions else self.opening

    @cached_property
    def turns(self) -> tuple[Notification, ...]:
        """What was told except for edits that only brought figures up to date."""
        return tuple(n for n in self.told if n.cause != "refreshed")

    @property
    def peak(self) -> Severity:
        """The worst severity."""
        return self.latest.peak.severity

    @cached_property
    def peak_risk(self) -> float:
        """The highest risk."""
        return max(risk for _, risk in self.risks)

    @property
    def final(self) -> int:
        """The spread at the end of the replay."""
        return self.course[-1][1]

    @property
    def resolved_at(self) -> float | None:
        """When it closed; None while it is open at the end of the replay."""
        return self.latest.alert.at if self.latest.alert.event == "resolved" else None

    @cached_property
    def passed_at(self) -> float | None:
        """When the thread was first seen at the viral spread, if ever within the horizon."""
        within = (at for at, spread in self.course if spread >= self.viral_spread and at <= self.horizon_at)
        return next(within, None)

    @cached_property
    def lead_s(self) -> float | None:
        """Seconds from the first interruption to the viral spread; negative when it came too late."""
        if self.passed_at is None or not self.interruptions:
            return None
        return self.passed_at - self.key.alert.at

    @cached_property
    def grounds(self) -> dict[int, str]:
        """The leading reason of each interruption, by its revision; a further page leads with another one."""
        grounds: dict[int, str] = {}
        led = ""
        for n in self.interruptions:
            fresh = [reason for reason in n.alert.reasons if reason.signal != led] or list(n.alert.reasons)
            if fresh:
                led = fresh[0].signal
                grounds[n.revision] = fresh[0].text
        return grounds

    @property
    def horizon_at(self) -> float:
        """The moment that the forecast at `key` speaks of."""
        return self.key.card.root_at + self.key.alert.forecast.horizon_s

    @property
    def spread_at_horizon(self) -> int:
        """The spread at the horizon, or at the end of the replay if that comes first."""
        return max((spread for at, spread in self.course if at <= self.horizon_at), default=self.final)

    @property
    def horizon_known(self) -> bool:
        """Whether the replay's events last until the horizon."""
        return self.known_until >= self.horizon_at

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The severities from the opening to the end, or to the last scoring; like neighbours are joined."""
        joined: list[Stretch] = []
        ends = [*(n.alert.at for n in self.told[1:]), self.course[-1][0]]
        for n, end in zip(self.told, ends, strict=True):
            if n.alert.event == "resolved":
                break
            if joined and joined[-1].severity is n.alert.severity:
                joined[-1] = joined[-1]._replace(end=end)
            else:
                joined.append(Stretch(n.alert.severity, n.alert.at, end))
        return tuple(joined)

    @cached_property
    def signals(self) -> tuple[Signal, ...]:
        """What the brand did, in the order in which people were told."""
        seen: dict[str, float] = {}
        for n in self.told:
            for name in n.conduct:
                seen.setdefault(name, n.alert.at)
        return tuple(Signal(name, at) for name, at in seen.items())


def _course(opening: Notification, later: list[Point]) -> Iterator[tuple[float, int]]:
    """Yield the spread before the opening, from the card's curve, and after it, from the scorings."""
    root_at, at, curve = opening.card.root_at, opening.alert.at, opening.card.spread_curve
    yield root_at, 0
    highest = 0
    steps = [(root_at + (at - root_at) * i / len(curve), size) for i, size in enumerate(curve, 1)]
    for time, size in [*steps, (at, opening.shares), *((p.at, p.shares) for p in later)]:
        highest = max(highest, size)
        yield time, highest


def incidents_of(summary: Summary) -> list[Incident]:
    """Sort a replay's notifications into incidents, the worst first."""
    told: dict[str, list[Notification]] = {}
    for notification in summary.alerts:
        told.setdefault(notification.alert.incident_id, []).append(notification)
    incidents = [Incident.of(tuple(each), summary) for each in told.values()]
    ranks = {severity: rank for rank, severity in enumerate(sorted(Severity, reverse=True))}
    incidents.sort(
        key=lambda i: (ranks[i.peak], -i.peak_risk, -i.final, i.opening.alert.at, i.opening.alert.incident_id)
    )
    return incidents
