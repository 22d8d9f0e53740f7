"""Batch forecasts for cascades cut off at a moment: the form of `brandmelder forecast`."""

from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from scoring.cascades import Cascade, CascadeFold, Seconds, read_as
from scoring.features import describe
from scoring.forecast.forecaster import Forecaster
from scoring.forecast.snapshots import FOREVER_S
from scoring.observation import observe

DAY_S = 24 * 3600.0
REACHES = (50, 100, 200, 500, 1_000, 2_000, 5_000)
BATCH = 256


class Truncated(Cascade, kw_only=True):
    """A cascade up to `observed_at` seconds after its root."""

    observed_at: Seconds


class Outlook(msgspec.Struct):
    """What is expected of it: `p_reach` within 24 h of the root, all else in the end; `low` to `high` is 80 %."""

    id: str
    observed_at: float
    p_double: float
    expected_final: float
    low: float
    high: float
    p_reach: dict[str, float]


def forecast_file(source: Path, out: Path, forecaster: Forecaster) -> int:
    """Forecast every line of `source` into `out`, and return how many there were.

    Raises
    ------
    CascadeError
        With the file, the line and what is wrong with it.
    OSError
        If a file cannot be read or written.
    """
    encode = msgspec.json.Encoder().encode
    lines = 0
    cascades = read_as(source, Truncated)
    with out.open("wb") as file:
        while batch := list(islice(cascades, BATCH)):
            file.writelines(encode(outlook) + b"\n" for outlook in outlooks(batch, forecaster))
            lines += len(batch)
    return lines


def outlooks(batch: list[Truncated], forecaster: Forecaster) -> list[Outlook]:
    """Forecast cascades, in order."""
    rows, sizes = [], []
    for cut in batch:
        thread = CascadeFold(cut).until(cut.observed_at)
        rows.append(observe(thread, cut.observed_at))
        sizes.append(float(thread.spread))
    x, size = describe(rows), np.array(sizes)
    n = len(batch)
    forever = np.full(n, FOREVER_S)
    double = forecaster.p_grow(x, 2.0 * np.maximum(size, 0.5), forever)
    intervals = forecaster.final(x)
    left = DAY_S - np.array([cut.observed_at for cut in batch])
    within = np.array([sum(e[0] <= DAY_S for e in cut.events) for cut in batch])
    reach = {
        str(goal): np.where(within >= goal, 1.0, forecaster.p_reach(x, np.full(n, float(goal)), left) * (left > 0))
        for goal in REACHES
    }
    return [
        Outlook(
            cut.id,
            cut.observed_at,
            round(float(double[i]), 6),
            float(intervals[i, 1]),
            float(intervals[i, 0]),
            float(intervals[i, 2]),
            {goal: round(float(p[i]), 6) for goal, p in reach.items()},
        )
        for i, cut in enumerate(batch)
    ]
