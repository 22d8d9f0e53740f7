"""What is said of threads that were looked at: the models are asked, and what is news is put into words."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from scoring.assessment import Assessment
from scoring.features import describe
from scoring.forecast import Forecaster
from scoring.look import Look, assess, is_news
from scoring.resources import FORECAST_MODEL, MODELS, TONE_MODEL
from scoring.tone import ToneReader

EXPLAINED = 0.1
"""A lower P(viral) alarms nobody by itself, so it is not taken apart."""


class Models(NamedTuple):
    """What the engine asks: a forecast and a reader of tone."""

    forecaster: Forecaster
    tone: ToneReader

    @classmethod
    def load(cls, folder: Path = MODELS) -> "Models":
        """Read the models in a folder; those that come with the package unless told otherwise.

        Raises
        ------
        ModelFileError
            If one is missing or cannot be used.
        """
        return cls(Forecaster.load(folder / FORECAST_MODEL.name), ToneReader.load(folder / TONE_MODEL.name))


class Scoring(NamedTuple):
    """One scoring of a thread; `assessment` is there when somebody could care."""

    thread_id: str
    brand: str
    at: float
    risk: float
    p_viral: float
    p_negative: float
    shares: int
    assessment: Assessment | None


def score(models: Models, looks: list[Look]) -> list[Scoring]:
    """Score looks, in their order; the models are asked once for all of them."""
    if not looks:
        return []
    rows = describe([look.seen for look in looks])
    sizes = np.array([float(look.thread.profile.viral_spread) for look in looks])
    left = np.array([look.left_s for look in looks])
    p_viral = np.where(
        left > 0.0,
        models.forecaster.p_reach(rows, sizes, left),
        np.array([float(look.reached) for look in looks]),
    )
    risks = [round(p * look.p_negative, 6) for look, p in zip(looks, p_viral.tolist(), strict=True)]
    news = [i for i, (look, p) in enumerate(zip(looks, p_viral.tolist(), strict=True)) if is_news(look, p, risks[i])]
    assessments = dict(
        zip(news, _assess(models.forecaster, [looks[i] for i in news], rows[news], p_viral[news]), strict=True)
    )
    return [
        Scoring(
            look.thread.id,
            look.thread.brand,
            look.at,
            risks[i],
            round(float(p_viral[i]), 6),
            round(look.p_negative, 6),
            look.size,
            assessments.get(i),
        )
        for i, look in enumerate(looks)
    ]


def _assess(forecaster: Forecaster, looks: list[Look], rows: np.ndarray, p_viral: np.ndarray) -> list[Assessment]:
    """Put looks that are news into words; what has to be asked for that is asked at once."""
    if not looks:
        return []
    left = np.array([look.left_s for look in looks])
    sizes = np.array([float(look.thread.profile.viral_spread) for look in looks])
    intervals = forecaster.interval(rows, left)
    open_question = np.flatnonzero((p_viral >= EXPLAINED) & (p_viral < 1.0) & (left > 0.0))
    contributions: dict[int, dict[str, float]] = {}
    if len(open_question):
        asked = forecaster.contributions(rows[open_question], sizes[open_question], left[open_question])
        contributions = dict(zip(open_question.tolist(), asked, strict=True))
    return [
        assess(
            look,
            rows[i],
            float(p_viral[i]),
            intervals[i],
            contributions.get(i, {}),
            forecaster.times_usual(look.size, look.at - look.root_at),
        )
        for i, look in enumerate(looks)
    ]
