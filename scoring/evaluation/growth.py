"""Three questions of growth: will it at least double, how large will it be, will it reach the viral spread?"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from scoring.evaluation import baselines, measures
from scoring.evaluation.baselines import PLAIN, RECENT_RATE, SEISMIC, SIZE_NOW, Plain
from scoring.evaluation.looks import LEAST, Looks
from scoring.evaluation.measures import Floats
from scoring.evaluation.questions import Group, Scores, judge
from scoring.evaluation.resample import Resampler
from scoring.evaluation.result import Question, SizeAnswer, Sizes
from scoring.evaluation.seismic import Seismic, states
from scoring.forecast import FOREVER_S, Forecaster
from scoring.forecast.snapshots import HOUR
from scoring.forecast.train import TrainingSet

OURS, MASKED = "Brandmelder", "Brandmelder, masked"
PLAIN_MASKED = PLAIN + ", masked"
"""Masked: with followers and parents hidden, as many platforms do."""

VIRAL, HORIZON_S = 500, 24 * HOUR
"""The default desk's viral spread and horizon."""


@dataclass(frozen=True)
class Rivals:
    """Baselines fitted on the same part as our forecast; None where there was too little to fit on."""

    doubling: Plain | None
    viral: Plain | None
    seismic: Seismic

    @classmethod
    def fit(cls, sets: Sequence[TrainingSet], seed: int) -> "Rivals":
        """Fit on the cascades that the forecast is fitted on; sets may be empty."""
        looks = Looks.at_all(sets)
        fair = looks.fair
        found = states(looks.cascades, looks.cascade[fair], looks.at[fair])
        return cls(
            baselines.fit_doubling(looks, seed),
            baselines.fit_viral(looks, VIRAL, HORIZON_S, seed),
            Seismic.fit(found, looks.at[fair], looks.final[fair]),
        )


@dataclass(frozen=True)
class Judged:
    """The cascades left out, looked at as they are and masked; rows of both are the same."""

    plain: Looks
    masked: Looks
    resampler: Resampler

    @classmethod
    def of(cls, sets: Sequence[TrainingSet], seed: int) -> "Judged":
        """Look at the cascades left out."""
        plain = Looks.at_moments(sets)
        return cls(plain, Looks.at_moments(sets, followers=False, parents=False), Resampler.of(plain.of_set, seed))


def doubling(judged: Judged, forecaster: Forecaster, rivals: Rivals | None) -> list[Question]:
    """Will it in the end have at least twice its present size? Asked of fair rows; without rivals, of us alone."""
    plain, rows = judged.plain, judged.plain.fair
    forever = np.full(len(plain.size), FOREVER_S)
    methods = [
        Scores(name, forecaster.p_grow(looks.rows, 2.0 * np.maximum(plain.size, 0.5), forever), True)
        for name, looks in ((OURS, plain), (MASKED, judged.masked))
    ]
    if rivals is not None:
        if rivals.doubling is not None:
            methods.append(Scores(PLAIN, rivals.doubling.p(plain.rows), True))
            methods.append(Scores(PLAIN_MASKED, rivals.doubling.p(judged.masked.rows), True))
        methods.append(Scores(SEISMIC, _seismic(plain, rivals) / np.maximum(plain.size, 0.5), False))
        methods.append(Scores(RECENT_RATE, baselines.recent_rate(plain.rows), False))
        methods.append(Scores(baselines.REACH, baselines.reach_so_far(plain.rows, plain.size), False))
    happened = plain.final >= 2 * plain.size
    return [judge(Group(*group), happened, plain.cascade, methods, judged.resampler) for group in plain.groups(rows)]


def sizes(judged: Judged, forecaster: Forecaster, rivals: Rivals) -> list[Sizes]:
    """How large will it be in the end? Asked of fair rows at an age of one hour."""
    plain = judged.plain
    quantiles = {name: forecaster.final(looks.rows) for name, looks in ((OURS, plain), (MASKED, judged.masked))}
    expected = {name: found[:, 1] for name, found in quantiles.items()}
    expected |= {SEISMIC: _seismic(plain, rivals), SIZE_NOW: plain.size}
    out = []
    for name, kind, rows, weights in plain.groups(plain.fair & (plain.at == HOUR)):
        final, unit = plain.final[rows], plain.cascade[rows]
        answers = []
        for method, size in expected.items():
            if np.isnan(size[rows]).any():
                continue
            errors = np.minimum(np.abs(size[rows] - final) / final, 1e9)
            error = judged.resampler.estimate(partial(measures.median, errors), unit, weights)
            coverage = None
            if method in quantiles:
                low, _, high = quantiles[method][rows].T
                inside = ((low <= final) & (final <= high)).astype(float)
                coverage = judged.resampler.estimate(partial(measures.mean, inside), unit, weights)
            answers.append(SizeAnswer(method, error, coverage))
        out.append(Sizes(name, kind, len(rows), answers))
    return out


def reach(judged: Judged, forecaster: Forecaster) -> list[Question]:
    """Will it reach the viral spread within the horizon? Asked of every young row, whatever the set's selection.

    Rows that have reached it are left out: they are known. Each row counts the same, so that the mix is that of
    the cascades.
    """
    plain = judged.plain
    open_ = plain.young & (plain.size < VIRAL)
    goal, left = np.full(len(plain.size), float(VIRAL)), HORIZON_S - plain.at
    methods = [
        Scores(name, forecaster.p_reach(looks.rows, goal, left), True)
        for name, looks in ((OURS, plain), (MASKED, judged.masked))
    ]
    happened = plain.size_at(HORIZON_S) >= VIRAL
    out = []
    for name, among in ((f"from {LEAST} events on", open_ & (plain.size >= LEAST)), ("every snapshot", open_)):
        rows = np.flatnonzero(among)
        if len(rows):
            group = Group(name, "all", rows, np.ones(len(rows)))
            out.append(judge(group, happened, plain.cascade, methods, judged.resampler))
    return out


def _seismic(looks: Looks, rivals: Rivals) -> Floats:
    found = np.full((len(looks.size), 3), np.nan)
    fair = looks.fair
    found[fair] = states(looks.cascades, looks.cascade[fair], looks.at[fair])
    return rivals.seismic.sizes(found, looks.at)
