"""The chart of one incident: its spread and its risk over event time, and what the forecast expected.

Everything is worked out here to places in the drawing; the template only draws.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from alerts.severity import Severity
from streams.report.incident import Incident
from streams.report.scale import Scale, Tick, count_ticks, time_ticks

WIDTH = 860.0
LEFT, TOP, GUTTER, RISK_GAP, RISK_HEIGHT, BOTTOM = 66.0, 26.0, 132.0, 42.0, 44.0, 6.0
TALL, SHORT = 230.0, 130.0
STEP = 1.5
"""Points closer together than this cannot be told apart."""

HEAD = 21.0
"""The least distance of two pins' heads."""

LABEL, ROOM = 14.0, 60.0
"""The least distance of two lines of text, and the width that a number may take."""

ACTION = 0.95
"""The part of the spread after which the rest of a thread is its tail."""

SECOND_WIND = 1.5
LEAST_WINDOW_S = 900.0
FLAT = 10
"""A smaller spread is a line along the bottom, and not worth a chart."""


class Band(NamedTuple):
    """A stretch of one severity: from x to x, and the area under the curve as a path."""

    severity: Severity
    x0: float
    x1: float
    area: str


class Pin(NamedTuple):
    """An interruption, numbered from 1; the head is at `head_x`, aside of `x` where heads would overlap."""

    number: int
    severity: Severity
    x: float
    y: float
    head_x: float


class Fan(NamedTuple):
    """The forecast from the moment it was made to its horizon.

    `path` is the 80 % interval and `middle` the expected course. `clipped` says that the interval goes on
    above the drawing. The ys are those of the horizon; `labels` are the ys of the three numbers there (high,
    expected, low), moved apart where they would overlap, and `label_x` is where they end or begin. `came` is
    the way from the plot to what became of the thread by then, empty when not known or within the plot.
    """

    path: str
    middle: str
    x: float
    low_y: float
    expected_y: float
    high_y: float
    labels: tuple[float, float, float]
    label_x: float
    came: str
    clipped: bool


class Chart(NamedTuple):
    """A drawing of `WIDTH` × `height`; the plot of the spread is `left`…`right` × `top`…`floor`."""

    height: float
    left: float
    right: float
    top: float
    floor: float
    xs: list[Tick]
    ys: list[Tick]
    curve: str
    bands: list[Band]
    pins: list[Pin]
    fan: Fan
    aside: bool
    viral_y: float | None
    viral_x: float
    risk_top: float
    risk_floor: float
    risk: str


def chart_of(incident: Incident) -> Chart | None:
    """Draw an incident; None when it hardly spread.

    The horizon of a forecast is usually far beyond the hours in which things happen. It then stands aside of
    the plot, in a column of its own, and time jumps in between.
    """
    if incident.final < FLAT:
        return None
    start, end = incident.course[0][0], _window_end(incident)
    aside = incident.horizon_at > end
    left, right = LEFT, WIDTH - (GUTTER if aside else 16.0)
    top, floor = TOP, TOP + (TALL if incident.interruptions else SHORT)
    highest = _highest(incident)
    x, y = Scale(start, end, left, right), Scale(0.0, highest, floor, top)
    risk_top = floor + RISK_GAP
    risk_floor = risk_top + RISK_HEIGHT
    seen = [
        *((at, float(spread)) for at, spread in incident.course if at <= end),
        (end, _at(incident.course, end)),
    ]
    risks = [(at, risk) for at, risk in incident.risks if at <= end]
    risks.append((end, risks[-1][1]))
    risk_y = Scale(0.0, 1.0, risk_floor, risk_top)
    return Chart(
        height=risk_floor + BOTTOM,
        left=left,
        right=right,
        top=top,
        floor=floor,
        xs=[Tick(x(at), label) for at, label in time_ticks(start, end, 8)],
        ys=[Tick(y(n), f"{n:,}") for n in count_ticks(highest, 5 if incident.interruptions else 3)],
        curve=_line(_thinned((x(at), y(n)) for at, n in seen)),
        bands=list(_bands(incident, seen, end, x, y)),
        pins=list(_pins(incident, x, y)),
        fan=_fan(incident, x, y, WIDTH - GUTTER + 34.0 if aside else x(incident.horizon_at), highest),
        aside=aside,
        viral_y=y(incident.viral_spread) if incident.viral_spread <= highest else None,
        # Its label stands where the curve is not.
        viral_x=left + 6
        if _at(seen, start + 0.2 * (end - start)) < 0.8 * incident.viral_spread
        else right - 6,
        risk_top=risk_top,
        risk_floor=risk_floor,
        risk=_line(_thinned((x(at), risk_y(risk)) for at, risk in risks)),
    )


def _window_end(incident: Incident) -> float:
    """Choose where the plot ends: after the action, and with the end of it all if that is near.

    The action is over with most of the spread at the horizon, unless more of it comes afterwards.
    """
    root_at, spread = incident.course[0][0], incident.spread_at_horizon
    if incident.final > SECOND_WIND * spread:
        spread = incident.final
    moments = [at for at, size in incident.course if size >= ACTION * spread][:1]
    moments += [incident.key.alert.at, *(n.alert.at for n in incident.interruptions)]
    action = max(max(moments) - root_at, LEAST_WINDOW_S)
    whole = incident.course[-1][0] - root_at
    closed = (incident.resolved_at or root_at) - root_at
    for candidate in (whole, closed):
        if action <= candidate <= 1.8 * action:
            return root_at + 1.04 * candidate
    return root_at + 1.25 * action


def _highest(incident: Incident) -> float:
    """Choose the top of the plot: the spread, most of the forecast, and the viral spread if near."""
    forecast = incident.key.alert.forecast
    highest = max(incident.final, 1.15 * forecast.expected, min(forecast.high, 2.6 * incident.final))
    if incident.viral_spread <= 1.6 * highest:
        highest = max(highest, incident.viral_spread)
    return 1.08 * highest


def _fan(incident: Incident, x: Scale, y: Scale, end: float, highest: float) -> Fan:
    key = incident.key
    forecast = key.alert.forecast
    from_x, from_y = x(key.alert.at), y(_at(incident.course, key.alert.at))
    low, expected, high = y(forecast.low), y(forecast.expected), y(forecast.high)
    at_edge, reaches = y(_at(incident.course, x.high)), end > x.end and incident.horizon_known
    # Only the end is a forecast. On the way there a thread grows fast first, so the edges are drawn that way.
    bend = round(from_x + 0.35 * (end - from_x), 1)
    return Fan(
        path=f"M{from_x} {from_y}Q{bend} {high} {end} {high}V{low}Q{bend} {low} {from_x} {from_y}Z",
        middle=f"M{from_x} {from_y}Q{bend} {expected} {end} {expected}",
        x=end,
        low_y=low,
        expected_y=expected,
        high_y=high,
        labels=_apart(high, expected, low),
        label_x=end + 11.0 if end + ROOM <= WIDTH else end - 11.0,
        came=f"M{x.end} {at_edge}L{end} {y(incident.spread_at_horizon)}" if reaches else "",
        clipped=forecast.high > highest,
    )


def _pins(incident: Incident, x: Scale, y: Scale) -> Iterator[Pin]:
    head_x = 0.0
    for number, n in enumerate(incident.interruptions, 1):
        place = x(n.alert.at)
        head_x = round(max(place, head_x + HEAD), 1)
        yield Pin(number, n.alert.severity, place, y(_at(incident.course, n.alert.at)), head_x)


def _apart(high: float, expected: float, low: float) -> tuple[float, float, float]:
    """Move the outer labels away from the middle one; all are ys, which grow downwards."""
    return min(high, expected - LABEL), expected, max(low, expected + LABEL)


def _bands(
    incident: Incident, seen: Sequence[tuple[float, float]], end: float, x: Scale, y: Scale
) -> Iterator[Band]:
    for severity, opened, closed in incident.stretches:
        if opened >= end:
            return
        until = min(closed, end)
        inside = [(opened, _at(seen, opened)), *((at, n) for at, n in seen if opened < at < until)]
        inside.append((until, _at(seen, until)))
        line = _line(_thinned((x(at), y(n)) for at, n in inside))
        yield Band(severity, x(opened), x(until), f"{line}V{y.start}H{x(opened)}Z")


def _at(course: Sequence[tuple[float, float]], moment: float) -> float:
    """Read the spread at a moment off the course, along the line between its points."""
    for (t0, n0), (t1, n1) in pairwise(course):
        if t0 <= moment <= t1:
            return n0 if t1 == t0 else n0 + (n1 - n0) * (moment - t0) / (t1 - t0)
    return course[-1][1]


def _thinned(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out points too close to the one before to be told apart; the last one always stays."""
    kept: list[tuple[float, float]] = []
    last: tuple[float, float] | None = None
    for point in points:
        if not kept or point[0] - kept[-1][0] >= STEP or abs(point[1] - kept[-1][1]) >= STEP:
            kept.append(point)
        last = point
    if last is not None and last != kept[-1]:
        kept.append(last)
    return kept


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)
