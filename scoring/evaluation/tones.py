"""Judging how the tone of texts is read, and choosing the texts that threads of the made-up fortnight carry."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from scoring.evaluation import measures
from scoring.evaluation.resample import Resampler
from scoring.evaluation.result import Tone
from scoring.tone import corpus
from scoring.tone.corpus import OWN, Labelled
from scoring.tone.features import clean
from scoring.tone.model import LABELS, ToneModel
from scoring.tone.train import fit_without_fifth

HELD_OUT = "held-out sentences"
"""Own sentences that no model is ever fitted on."""

UNKNOWN = (
    "The tone model does not say what it was fitted on, so it is judged on our own held-out sentences only; "
    "`brandmelder train` writes one that does."
)


def fit_partial(data: Path, commercial: bool) -> tuple[ToneModel, list[Labelled]]:
    """Fit the tone on four fifths of the texts; returns the model and all texts that it has not seen."""
    model, last_fifth = fit_without_fifth(data, commercial)
    return model, [*_held_out(), *last_fifth]


def unseen(model: ToneModel, data: Path, commercial: bool) -> tuple[list[Labelled], list[str]]:
    """All texts that a given model has not seen, and what has to be noted about that."""
    texts = corpus.training_texts(data, commercial)
    fitted = model.has_fitted([one.text for one in texts])
    if fitted is None:
        return _held_out(), [UNKNOWN]
    return [*_held_out(), *(one for one, seen in zip(texts, fitted, strict=True) if not seen)], []


def judge_tone(model: ToneModel, texts: Sequence[Labelled], seed: int) -> list[Tone]:
    """Judge the reading of texts, per set and language, each in its declared language."""
    groups = sorted({(one.source, one.lang) for one in texts})
    return [
        _judge(model, source, lang, [one for one in texts if (one.source, one.lang) == (source, lang)], seed)
        for source, lang in groups
    ]


def _held_out() -> list[Labelled]:
    return [Labelled(one.text, one.lang, one.label, HELD_OUT) for one in corpus.own_sentences(held_out=True)]


def _judge(model: ToneModel, source: str, lang: str, texts: Sequence[Labelled], seed: int) -> Tone:
    found = model.probabilities([clean(one.text) for one in texts], [lang] * len(texts))
    p = found[:, 0]
    negative = np.array([one.label == "negative" for one in texts])
    right = found.argmax(axis=1) == [LABELS.index(one.label) for one in texts]
    resampler = Resampler.of(np.zeros(len(texts)), seed)
    unit = np.arange(len(texts))
    return Tone(
        data="own sentences" if source == OWN else source,
        lang=lang,
        texts=len(texts),
        auc=resampler.estimate(partial(measures.auc, p, negative), unit),
        accuracy=resampler.estimate(partial(measures.mean, right.astype(float)), unit),
        binary=resampler.estimate(partial(measures.mean, ((p > 0.5) == negative).astype(float)), unit),
        ece=resampler.estimate(partial(measures.calibration_error, p, negative), unit),
    )
