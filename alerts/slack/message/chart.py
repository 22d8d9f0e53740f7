"""A small picture of an incident's spread: how it came to be what it is, and where it may be going."""

import io
from collections.abc import Sequence
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from alerts.event import Notification
from alerts.slack.words import duration, rounded
from scoring.assessment import Forecast

_INK, _QUIET, _FIRE = "#1d1c1d", "#616061", "#c8102e"
_WIDTH, _HEIGHT, _DPI = 4.0, 2.0, 200  # inches; at 400 px wide a point is a pixel and a third, on a phone it is sharp
_LARGE, _SMALL = 10, 8.5
_MOST_STEPS = 200
_LARGEST = 1e12


def picture(notification: Notification) -> bytes:
    """Draw the spread so far, the forecast with its interval, and now, as PNG. It holds no foreign text.

    Time runs at one pace up to now and at another from there, for a forecast looks much further ahead than what has
    happened looks back; heights are square roots, or what has happened would lie flat on the floor. It takes about a
    quarter of a second of one processor: not for an event loop.
    """
    card, forecast = notification.card, notification.alert.forecast
    age = max(notification.alert.at - card.root_at, 0.0)
    figure = Figure(figsize=(_WIDTH, _HEIGHT), dpi=_DPI, facecolor="white", layout="constrained")
    axes = figure.add_subplot()
    axes.set_yscale("function", functions=(lambda y: abs(y) ** 0.5, lambda y: y**2))
    top = _so_far(axes, card.spread_curve)
    ahead = forecast.horizon_s > age and isfinite(forecast.expected)
    ticks, labels = [0.0, 1.0], ["first post", f"now, {duration(age)}"]
    if ahead:
        top = max(top, _forecast(axes, min(card.spread_curve[-1], _LARGEST), forecast))
        ticks.append(1.8)
        labels.append(duration(forecast.horizon_s))
    axes.set_xlim(-0.02, 2.28 if ahead else 1.3)
    axes.set_ylim(0, 1.12 * top)
    axes.set_xticks(ticks, labels, fontsize=_SMALL, color=_QUIET)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color("#dddddd")
    written = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(written, format="png")
    return written.getvalue()


def _so_far(axes: Axes, curve: Sequence[int]) -> float:
    steps = min(len(curve), _MOST_STEPS)
    places = [place / max(steps - 1, 1) for place in range(steps)]
    heights = [min(max(curve[round(place * (len(curve) - 1))], 0), _LARGEST) for place in places]
    axes.fill_between(places, heights, color=_FIRE, alpha=0.12, linewidth=0)
    axes.plot(places, heights, color=_FIRE, linewidth=2.0, solid_capstyle="round")
    axes.plot([1.0], [heights[-1]], "o", color=_FIRE, markersize=5)
    axes.annotate(
        rounded(heights[-1]), (1.0, heights[-1]), (-4, 5), textcoords="offset points", ha="right", fontsize=_LARGE,
        color=_FIRE, fontweight="bold",
    )  # fmt: skip
    return max(*heights, 1.0)


def _forecast(axes: Axes, now: float, forecast: Forecast) -> float:
    low, expected, high = (min(max(size, now), _LARGEST) for size in (forecast.low, forecast.expected, forecast.high))
    axes.fill_between([1.0, 1.8], [now, low], [now, high], color=_INK, alpha=0.09, linewidth=0)
    axes.plot([1.0, 1.8], [now, expected], color=_INK, linewidth=1.4, linestyle=(0, (4, 3)))
    axes.plot([1.8, 1.8], [low, high], color=_INK, linewidth=1.4)
    axes.plot([1.8], [expected], "o", color=_INK, markersize=5)
    for size, weight in ((low, "normal"), (expected, "bold"), (high, "normal")):
        axes.annotate(
            rounded(size), (1.8, size), (7, 0), textcoords="offset points", va="center",
            fontsize=_LARGE if weight == "bold" else _SMALL, color=_INK, fontweight=weight,
        )  # fmt: skip
    return high
