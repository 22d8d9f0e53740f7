"""Fits the tone classifier: same data, same file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from scoring import modelfile
from scoring.modelfile import ModelMeta
from scoring.tone import corpus
from scoring.tone.concepts import Concepts, read_words
from scoring.tone.corpus import DESK, DESK_TERMS, OWN, REVIEWS, TERMS, TWEETS, Labelled
from scoring.tone.features import Views, clean
from scoring.tone.model import LABELS, Expert, Floats, ToneModel, gate
from scoring.tone.reader import KIND

Mask = npt.NDArray[np.bool_]
Rows = Sequence[sparse.csr_array]

FOLDS = 3
MIN_TEXTS = 2
"""A column counts once this many texts have it; words that occur once teach their own text only."""

WEIGHT = {OWN: 5.0, DESK: 5.0, REVIEWS: 2.0, TWEETS: 1.0}
"""How much a text of each set counts: our own and the desk's are the messages that the service reads."""

WEBCARE = (OWN, DESK)
NOT_OWN = (REVIEWS, TWEETS)
SEED = 20261122


@dataclass(frozen=True)
class Recipe:
    """How an expert is fitted: on which sets (none: all), scales of the views, inverse regularisation, tolerance."""

    sources: tuple[str, ...]
    scales: tuple[float, float, float]
    c: float
    tol: float = 1e-3


RECIPES = (
    Recipe((), (1.0, 1.0, 1.0), 1.0),
    Recipe(WEBCARE, (1.0, 1.0, 1.0), 0.5, tol=1e-4),
    Recipe((REVIEWS,), (1.0, 1.0, 0.4), 5.0),
    Recipe((TWEETS,), (1.0, 1.0, 0.8), 1.0),
)

SMOOTH = 0.3
"""Texts added to each count, so that a column of one side only does not decide."""


@dataclass(frozen=True)
class Fitted:
    """A model, its figures by name, each in [0, 1] (`measure` says what they are), and its texts from the desk."""

    model: ToneModel
    figures: dict[str, float]
    desk: int = 0


@dataclass(frozen=True)
class _Table:
    """Rows as they will be read, rows with some concepts forgotten to fit on, and what is known of each."""

    rows: Rows
    blurred: Rows
    label: npt.NDArray[np.intp]
    source: npt.NDArray[np.str_]
    weight: Floats

    def has(self, sources: Sequence[str]) -> Mask:
        return np.isin(self.source, sources) if sources else np.ones(len(self.source), dtype=bool)


def fit_tone(
    data_dir: Path | None, commercial: bool = False, validate: bool = True, desk: Sequence[Labelled] = ()
) -> Fitted:
    """Fit the tone classifier and measure it on what it has not seen.

    Parameters
    ----------
    data_dir
        Folder with a `tone` folder in it; None fits on our own sentences only.
    commercial
        Leave out the sets that may not be used commercially.
    validate
        Also fit on four fifths of the texts and judge on the last fifth, which doubles the time.
    desk
        Texts of source `DESK`, labelled by its verdicts, to fit on as well.

    Returns
    -------
    Fitted
        The model fitted on everything but the held-out sentences. Figures of the sets are from the
        four-fifths fit, those named `heldout` from the model itself.
    """
    texts = corpus.training_texts(data_dir, commercial, desk)
    polarity = corpus.read_polarity(data_dir)
    figures: dict[str, float] = {}
    if validate:
        partial, judged = fit_without_fifth(data_dir, commercial, desk)
        for source in sorted({one.source for one in judged}):
            for lang in sorted({one.lang for one in judged if one.source == source}):
                own = [one for one in judged if one.source == source and one.lang == lang]
                figures |= measure(partial, own, f"{source}_{lang}" if source in WEBCARE else source)
    model = _fit(texts, polarity)
    held_out = corpus.own_sentences(held_out=True)
    for lang in ("nl", "en"):
        figures |= measure(model, [one for one in held_out if one.lang == lang], f"heldout_{lang}")
    return Fitted(model, figures, len(desk))


def fit_without_fifth(
    data_dir: Path | None, commercial: bool = False, desk: Sequence[Labelled] = ()
) -> tuple[ToneModel, list[Labelled]]:
    """Fit on four fifths of the texts; returns the model and the last fifth. Takes what `fit_tone` takes."""
    texts = corpus.training_texts(data_dir, commercial, desk)
    last = [corpus.fold(one.text, 5) == 0 for one in texts]
    fitted = [one for one, held in zip(texts, last, strict=True) if not held]
    judged = [one for one, held in zip(texts, last, strict=True) if held]
    return _fit(fitted, corpus.read_polarity(data_dir)), judged


def save_tone(path: Path, fitted: Fitted, date: str, commercial: bool = False) -> None:
    """Write a fitted model to `path`; `date` is the day of the fit, ISO 8601."""
    terms = {name: words for name, words in TERMS.items() if not (commercial and name == TWEETS)}
    if fitted.desk:
        terms[DESK] = DESK_TERMS
    figures = {name: round(value, 4) for name, value in fitted.figures.items()}
    meta = ModelMeta(KIND, metadata.version("brandmelder"), date, figures, terms)
    modelfile.save(path, fitted.model.to_payload(), meta)


def measure(model: ToneModel, texts: Sequence[Labelled], name: str) -> dict[str, float]:
    """Judge a model on texts.

    Returns
    -------
    dict
        `<name>_auc` of P(negative), where there are negative and other texts; `<name>_accuracy` of three
        classes; `<name>_binary`, of negative or not at 0.5; `<name>_ece`, the calibration error of
        P(negative).
    """
    found = model.probabilities([clean(one.text) for one in texts], [one.lang for one in texts])
    negative = np.array([one.label == "negative" for one in texts])
    label = np.array([LABELS.index(one.label) for one in texts])
    figures = {
        f"{name}_accuracy": float((found.argmax(axis=1) == label).mean()),
        f"{name}_binary": float(((found[:, 0] > 0.5) == negative).mean()),
        f"{name}_ece": calibration_error(found[:, 0], negative),
    }
    if 0 < negative.sum() < len(negative):
        figures[f"{name}_auc"] = float(roc_auc_score(negative, found[:, 0]))
    return figures


def calibration_error(probability: Floats, happened: Mask, bins: int = 10) -> float:
    """Return the expected calibration error: the mean distance of said from happened over equal bins."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    return float(
        sum(
            (place == one).mean() * abs(probability[place == one].mean() - happened[place == one].mean())
            for one in np.unique(place)
        )
    )


def _fit(texts: Sequence[Labelled], polarity: Mapping[str, float]) -> ToneModel:
    words = read_words()
    views = Views(Concepts(words, polarity))
    cleaned, langs = [clean(one.text) for one in texts], [one.lang for one in texts]
    sources = np.array([one.source for one in texts])
    table = _Table(
        rows=views.transform(cleaned, langs),
        blurred=views.transform(cleaned, langs, np.random.default_rng(SEED)),
        label=np.array([LABELS.index(one.label) for one in texts]),
        source=sources,
        weight=np.array([WEIGHT.get(source, 1.0) for source in sources]),
    )
    recipes = [one for one in RECIPES if not one.sources or table.has(one.sources).any()]
    part = np.array([corpus.fold(one.text, FOLDS) for one in texts])
    # The second layer must see answers to texts that the experts were not fitted on.
    scores = np.zeros((len(texts), 0))
    for one in range(FOLDS):
        experts = _fit_experts(table, recipes, part != one)
        found = _bare(words, polarity, experts).scores([rows[part == one] for rows in table.rows])
        scores = scores if scores.size else np.zeros((len(texts), found.shape[1]))
        scores[part == one] = found
    second = LogisticRegression(C=1.0, max_iter=2000, tol=1e-5)
    second.fit(gate(scores, cleaned, langs), table.label, sample_weight=table.weight)
    experts = _fit_experts(table, recipes, np.ones(len(texts), dtype=bool))
    return ToneModel(
        words, polarity, experts, second.coef_, second.intercept_, np.unique(corpus.hashes(one.text for one in texts))
    )


def _bare(
    words: Mapping[str, Mapping[str, Sequence[str]]], polarity: Mapping[str, float], experts: Sequence[Expert]
) -> ToneModel:
    return ToneModel(words, polarity, experts, np.zeros((3, 0)), np.zeros(3))


def _fit_experts(table: _Table, recipes: Sequence[Recipe], among: Mask) -> list[Expert]:
    return [*(_fit_expert(table, recipe, among) for recipe in recipes), _count_expert(table, among)]


def _count_expert(table: _Table, among: Mask) -> Expert:
    """Return naive Bayes over words and letters: the log of how much commoner a column is in negative texts.

    It errs elsewhere than the fitted experts do, which is what makes it worth its place beside them.
    """
    negative, weight = table.label[among] == 0, table.weight[among]
    worths, coefs = [], []
    for rows in table.rows[:-1]:
        seen = rows[among]
        shares = []
        for side in (negative, ~negative):
            count = np.where(side, weight, 0.0) @ seen + SMOOTH
            shares.append(count / count.sum())
        kept = np.asarray(seen.sum(axis=0)).ravel() >= MIN_TEXTS
        worths.append(kept[:, None].astype(float))
        coefs.append(np.where(kept, np.log(shares[0] / shares[1]), 0.0)[:, None])
    concepts = np.zeros((table.rows[-1].shape[1], 1))
    return Expert((*worths, concepts), (*coefs, concepts), np.zeros(1))


def _fit_expert(table: _Table, recipe: Recipe, among: Mask) -> Expert:
    mask = among & table.has(recipe.sources)
    label, weight = table.label[mask], table.weight[mask]
    # Messages to webcare are few: they are fitted on with and without the concepts that were forgotten.
    once, again = np.flatnonzero(mask), np.flatnonzero(mask & table.has(WEBCARE))
    copies = np.concatenate((once, again))
    blocks, columns, kepts = [], [], []
    for rows, blurred, scale in zip(table.rows, table.blurred, recipe.scales, strict=True):
        kept, worth = _worth(rows[mask], label == 0, weight)
        weighed = sparse.vstack([blurred[once], rows[again]]).tocsr()[:, kept] @ sparse.diags_array(worth)
        length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        blocks.append(sparse.diags_array(scale / np.where(length > 0, length, 1.0)) @ weighed)
        columns.append(worth)
        kepts.append(kept)
    # Which set a text is from explains how common each label is there; it is fitted and then left behind.
    origin = np.array([[2.0 * (source == other) for other in NOT_OWN] for source in table.source[copies]])
    blocks.append(sparse.csr_array(origin))
    linear = LogisticRegression(C=recipe.c, max_iter=500, tol=recipe.tol)
    halved = np.where(table.has(WEBCARE), table.weight / 2, table.weight)
    linear.fit(sparse.hstack(blocks).tocsr().astype(np.float32), table.label[copies], sample_weight=halved[copies])
    edges = np.cumsum([len(kept) for kept in kepts])
    parts = np.split(linear.coef_[:, : edges[-1]].astype(float), edges[:-1], axis=1)
    worth_full, coef_full = [], []
    for rows, worth, kept, coef, scale in zip(table.rows, columns, kepts, parts, recipe.scales, strict=True):
        worth_view, coef_view = np.zeros((rows.shape[1], 1)), np.zeros((rows.shape[1], len(coef)))
        worth_view[kept, 0], coef_view[kept] = worth, scale * coef.T
        worth_full.append(worth_view)
        coef_full.append(coef_view)
    return Expert(tuple(worth_full), tuple(coef_full), linear.intercept_.astype(float))


def _worth(rows: sparse.csr_array, negative: Mask, weight: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return the columns that count, and how much: rare ones more, so those that part negative from other.

    The second factor is the log-count ratio of Wang and Manning, "Baselines and bigrams" (ACL 2012),
    plus 0.5.
    """
    frequency = np.asarray(rows.sum(axis=0)).ravel()
    kept = np.flatnonzero(frequency >= MIN_TEXTS)
    idf = np.log((1 + rows.shape[0]) / (1 + frequency[kept])) + 1
    shares = []
    for side in (negative, ~negative):
        mass = np.where(side, weight, 0.0)
        shares.append((1 + mass @ rows[:, kept]) / (2 + mass.sum()))
    parting = 0.5 + np.abs(np.log(shares[0] / shares[1]))
    # Stored in half precision: fit with what will be read back.
    return kept, (idf * parting).astype(np.float16).astype(float)
