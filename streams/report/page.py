"""Puts the report together and writes it as one HTML file that needs nothing else."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import get_args

from alerts.decide import EventName
from alerts.severity import Severity
from alerts.slack.words import count, duration, rounded
from streams.replay import Summary
from streams.report import words
from streams.report.chart import WIDTH, chart_of
from streams.report.environment import environment
from streams.report.incident import Incident, incidents_of
from streams.report.timeline import timeline_of

MOST_INCIDENTS = 50
"""So many are shown; a page of hundreds is read by nobody."""

_pages = environment()
_pages.filters |= {
    "count": count,
    "cut": words.cut,
    "duration": duration,
    "percent": words.percent,
    "platform": words.platform,
    "rounded": rounded,
    "web": words.web,
}
_pages.globals |= {"chart_of": chart_of, "chart_width": WIDTH, "clock": words.clock, "day": words.day}


@dataclass(frozen=True)
class Figures:
    """What a whole replay comes to.

    `warned` are the seconds by which people were interrupted before a thread passed the viral spread, for
    each that did; `late` is how many such threads people were interrupted for only afterwards, and
    `unpaged` for how many not at all, praise left out.
    """

    by_severity: Counter[Severity]
    alerts: dict[Severity, Counter[str]]
    interruptions: int
    warned: tuple[float, ...]
    late: int
    unpaged: int

    @property
    def median_warning_s(self) -> float:
        """The median of `warned`, which must not be empty."""
        return median(self.warned)

    @classmethod
    def of(cls, summary: Summary, incidents: Sequence[Incident]) -> "Figures":
        """Count up a replay."""
        alerts: dict[Severity, Counter[str]] = {severity: Counter() for severity in sorted(Severity, reverse=True)}
        for n in summary.alerts:
            alerts[n.alert.severity][n.alert.event] += 1
        leads = [i.lead_s for i in incidents if i.lead_s is not None]
        viral = [i for i in incidents if i.passed_at is not None and i.peak is not Severity.NOTICE]
        return cls(
            by_severity=Counter(i.peak for i in incidents),
            alerts=alerts,
            interruptions=sum(len(i.interruptions) for i in incidents),
            warned=tuple(lead for lead in leads if lead > 0),
            late=sum(1 for lead in leads if lead <= 0),
            unpaged=sum(1 for i in viral if not i.interruptions),
        )


def render(summary: Summary) -> str:
    """Render the report of a replay; the same replay gives the same text."""
    incidents = incidents_of(summary)
    shown = incidents[:MOST_INCIDENTS]
    return _pages.get_template("report.html").render(
        summary=summary,
        period=words.span(summary.first_at, summary.last_at) if summary.last_at >= summary.first_at else None,
        figures=Figures.of(summary, incidents),
        severities=sorted(Severity, reverse=True),
        events=get_args(EventName),
        incidents=shown,
        hidden=len(incidents) - len(shown),
        timeline=timeline_of(shown) if shown else None,
    )


def write_report(path: Path, summary: Summary) -> None:
    """Write the report of a finished replay to `path`, as one HTML file without outside references.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path.write_text(render(summary), encoding="utf-8", newline="\n")
