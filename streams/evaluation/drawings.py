"""Drawings of an evaluation, worked out to places; the templates only draw."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from matplotlib.ticker import MaxNLocator

from scoring.evaluation.result import Answer, Bin, Estimate, Pager
from streams.report.scale import Scale, Tick

WIDTH = 440.0
LEFT, RIGHT, TOP = 16.0, 424.0, 26.0
STEP, GAP, HEAD = 15.0, 12.0, 18.0
"""Distances of the dots of a group, of two groups, and of a group's name from its first dot."""

SIDE, MARGIN = 150.0, 30.0
"""The square of a reliability diagram, and the room for its ticks."""

CURVE_LEFT, CURVE_TOP, CURVE_FLOOR = 44.0, 12.0, 212.0
CURVE_HEIGHT = 250.0

NARROWEST = 0.1
"""The least span of an axis of dots."""

ROUND = (1, 2, 5, 10)
"""Steps of ticks that people count in."""

CLASSES = {
    "Brandmelder": "ours",
    "Brandmelder, masked": "ours masked",
    "default HistGradientBoosting": "plain",
    "default HistGradientBoosting, masked": "plain masked",
    "SEISMIC": "seismic",
    "recent rate": "rate",
    "reach so far": "reach",
    "shares in the last hour": "rate",
    "size so far": "reach",
}
"""How each method is drawn."""


class Dot(NamedTuple):
    """A figure with its interval, at height `y`."""

    method: str
    look: str
    y: float
    x: float
    x0: float
    x1: float
    estimate: Estimate


class DotGroup(NamedTuple):
    """What is compared: a data set and the figures of each method on it."""

    name: str
    y: float
    dots: list[Dot]


class Dots(NamedTuple):
    """A dot plot of `WIDTH` × `height`."""

    title: str
    height: float
    floor: float
    ticks: list[Tick]
    groups: list[DotGroup]


def dots(
    title: str, figures: Iterable[tuple[str, Sequence[tuple[str, Estimate | None]]]], most: float = 1.0
) -> Dots | None:
    """Draw figures by group and method; None when there are none.

    Parameters
    ----------
    title
        What is drawn.
    figures
        (group, (method, figure) …); a figure that does not exist is left out.
    most
        The axis ends here at most.
    """
    kept = [(name, [(m, e) for m, e in methods if e is not None]) for name, methods in figures]
    kept = [(name, methods) for name, methods in kept if methods]
    if not kept:
        return None
    low = min(e.low for _, methods in kept for _, e in methods)
    high = min(max(e.high for _, methods in kept for _, e in methods), most)
    low = max(min(low, high - NARROWEST), 0.0)
    high = max(high, low + NARROWEST)
    marks = [t for t in _marks(low, high) if 0.0 <= t <= most + 1e-9]
    x = Scale(min(marks[0], low), max(marks[-1], high), LEFT, RIGHT)
    groups, y = [], TOP
    for name, methods in kept:
        start, placed = y, []
        y += HEAD
        for method, e in methods:
            placed.append(Dot(method, CLASSES.get(method, "rate"), y, x(e.value), x(e.low), x(e.high), e))
            y += STEP
        groups.append(DotGroup(name, start + 4, placed))
        y += GAP
    return Dots(title, y + 10, y - GAP, [Tick(x(t), f"{t:.2f}".rstrip("0").rstrip(".")) for t in marks], groups)


class Spot(NamedTuple):
    """A bin of a reliability diagram; the larger, the more rows."""

    x: float
    y: float
    r: float
    bin: Bin


class Reliability(NamedTuple):
    """A reliability diagram: per method its look, the line and the spots."""

    name: str
    note: str
    lines: list[tuple[str, str, str, list[Spot]]]


def reliability(name: str, note: str, answers: Iterable[Answer | None]) -> Reliability:
    """Draw what was said against what happened."""
    x, y = Scale(0.0, 1.0, MARGIN, MARGIN + SIDE), Scale(0.0, 1.0, SIDE + 8.0, 8.0)
    lines = []
    for answer in answers:
        if answer is None or not answer.bins:
            continue
        rows = sum(b.rows for b in answer.bins)
        spots = [Spot(x(b.said), y(b.happened), round(1.6 + 5.0 * (b.rows / rows) ** 0.5, 1), b) for b in answer.bins]
        lines.append((answer.method, CLASSES[answer.method], _path((s.x, s.y) for s in spots), spots))
    return Reliability(name, note, lines)


class Curves(NamedTuple):
    """Curves over false pages, one per method."""

    title: str
    xs: list[Tick]
    ys: list[Tick]
    budgets: list[float]
    lines: list[tuple[str, str, str]]


def curves(
    title: str, pagers: Sequence[Pager], value: Callable[[tuple[int, float, float]], float], unit: str
) -> Curves | None:
    """Draw one figure of each pager's curve; None when there is no curve. `unit` is % or min."""
    drawn = [pager for pager in pagers if pager.curve]
    if not drawn:
        return None
    most = max(1, *(pager.curve[-1][0] for pager in drawn))
    high = 1.0 if unit == "%" else max(1.0, *(value(point) for pager in drawn for point in pager.curve))
    marks = _marks(0.0, high)
    x = Scale(0.0, most, CURVE_LEFT, RIGHT)
    y = Scale(0.0, high, CURVE_FLOOR, CURVE_TOP)
    return Curves(
        title,
        [Tick(x(t), f"{t:.0f}") for t in _marks(0.0, most, integer=True) if 0 <= t <= most],
        [
            Tick(y(t), f"{100 * t:.0f} %" if unit == "%" else f"{t:.0f} {unit}")
            for t in marks
            if 0.0 <= t <= high + 1e-9
        ],
        [x(b.false_pages) for b in drawn[0].budgets if b.false_pages <= most],
        [(p.method, CLASSES[p.method], _steps([(x(c[0]), y(value(c))) for c in p.curve])) for p in drawn],
    )


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points)


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """A line in steps: a number of false pages holds until one more is allowed."""
    (x0, y0), *rest = points
    return f"M{x0} {y0}" + "".join(f"H{x}V{y}" for x, y in rest)


def _marks(low: float, high: float, *, integer: bool = False) -> list[float]:
    """Choose about five round values that enclose a range."""
    return [float(v) for v in MaxNLocator(nbins=5, integer=integer, steps=ROUND).tick_values(low, high)]
