"""The overview: all incidents on one axis of event time."""

from collections.abc import Sequence
from typing import NamedTuple

from alerts.severity import Severity
from streams.report.incident import Incident
from streams.report.scale import Scale, Tick, time_ticks


class Piece(NamedTuple):
    """A stretch of one severity, in percent of the width."""

    severity: Severity
    x: float
    width: float


class Lane(NamedTuple):
    """One incident; the marks are where people were interrupted, all in percent of the width."""

    incident: Incident
    pieces: list[Piece]
    marks: list[tuple[Severity, float]]
    viral_x: float | None


class Timeline(NamedTuple):
    """The lanes and the ticks of their common axis, in percent of the width."""

    lanes: list[Lane]
    ticks: list[Tick]


def timeline_of(incidents: Sequence[Incident]) -> Timeline:
    """Lay out at least one incident, the earliest opened first."""
    start = min(i.course[0][0] for i in incidents)
    end = max([start + 60.0, *(i.stretches[-1].end for i in incidents)])
    x = Scale(start, end, 0.0, 100.0)
    ordered = sorted(incidents, key=lambda i: (i.opening.alert.at, i.opening.alert.incident_id))
    lanes = [
        Lane(
            incident,
            [Piece(s, x(a), round(x(b) - x(a), 1)) for s, a, b in incident.stretches],
            [(n.alert.severity, x(n.alert.at)) for n in incident.interruptions],
            x(incident.passed_at) if incident.passed_at is not None else None,
        )
        for incident in ordered
    ]
    return Timeline(lanes, [Tick(x(at), label) for at, label in time_ticks(start, end, 9)])
