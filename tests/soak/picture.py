"""The soak at a glance: a picture of memory, threads, backlog and latency over time."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from tests.soak.samples import Sample

INK, GRID, WARM = "#3b3b3b", "#e6e6e6", "#f5f1e8"
BLUE, ORANGE, GREEN, RED = "#2f6db5", "#d9772b", "#3d8f5f", "#b8434e"

Lines = Sequence[tuple[str, str, str]]
"""Field, label and colour."""


def draw(samples: Sequence[Sample], warm_s: float, title: str, path: Path) -> None:
    """Draw the samples; what is shaded is warm-up, and is not judged."""
    figure = Figure(figsize=(10, 9.5), facecolor="white", layout="constrained")
    memory, threads, backlog, latency = figure.subplots(4, 1, sharex=True)
    figure.suptitle(title, x=0.01, ha="left", fontsize=13, color=INK, weight="bold")
    _panel(memory, samples, [("rss", "resident", BLUE)], "Memory of the worker (MiB)")
    _panel(threads, samples, [("threads", "live", GREEN)], "Live threads")
    _panel(
        backlog,
        samples,
        [("lag", "not committed", BLUE), ("held", "held for order", GREEN), ("outbox", "waiting for Slack", ORANGE)],
        "Backlog (records; assessments; messages)",
    )
    _panel(
        latency,
        samples,
        [
            ("told_p50", "notification p50", BLUE),
            ("told_p99", "notification p99", ORANGE),
            ("slack_p50", "Slack p50", GREEN),
            ("slack_p99", "Slack p99", RED),
        ],
        "From mention to … (seconds)",
    )
    backlog.set_yscale("symlog", linthresh=10)
    latency.set_yscale("log")
    for axes in (memory, threads):
        axes.set_ylim(bottom=0)
    memory.text(0.1, 0.06, "warm-up", color=INK, fontsize=9, transform=memory.get_xaxis_transform())
    for axes in (memory, threads, backlog, latency):
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        axes.axvspan(0, warm_s / 60.0, color=WARM, zorder=0)
    latency.set_xlabel("minutes", color=INK)
    figure.savefig(path, dpi=130)


def _panel(axes: Axes, samples: Sequence[Sample], lines: Lines, title: str) -> None:
    at = [sample.at / 60.0 for sample in samples]
    for field, label, colour in lines:
        values = [getattr(sample, field) for sample in samples]
        # What is told of seldom: dots where there is something, joined by a faint line.
        known = [(x, y) for x, y in zip(at, values, strict=True) if y == y]
        if known:
            axes.plot(*zip(*known, strict=True), color=colour, linewidth=1.5, label=label)
    axes.set_title(title, loc="left", fontsize=10, color=INK)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.margins(x=0)
    axes.tick_params(colors=INK, labelsize=9, length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if len(lines) > 1:
        axes.legend(loc="upper left", ncols=len(lines), frameon=False, fontsize=9, labelcolor=INK)
