"""Fitting both models and writing them with their cards: what `brandmelder train` does."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import sklearn

from scoring.evaluation import judge_recipe
from scoring.evaluation.growth import MASKED, OURS
from scoring.evaluation.result import Question
from scoring.forecast.train import TrainingSet, fit_sets, read_sets
from scoring.modelfile import ModelMeta, load, save
from scoring.resources import FORECAST_MODEL, TONE_MODEL
from scoring.tone.corpus import Labelled
from scoring.tone.train import fit_tone, save_tone


def train_all(
    data: Path,
    out: Path,
    *,
    today: str,
    commercial: bool = False,
    seed: int = 0,
    own: TrainingSet | None = None,
    texts: Sequence[Labelled] = (),
    tell: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Fit the forecast on `data/cascades` and the tone on `data/tone`, and write both into the folder `out`.

    Parameters
    ----------
    data, out
        Training data in the form that the README describes, and where the models go.
    today
        ISO date to write into the models.
    commercial
        Leave out data whose terms exclude commercial use.
    seed
        Of everything that is drawn at random.
    own
        The desk's own cascades, one more data set for the forecast.
    texts
        The desk's own labelled texts, for the tone.
    tell
        Called with a line of words at each step.

    Returns
    -------
    The files written: two models and a card for each.

    Raises
    ------
    FileNotFoundError, CascadeError
        If there is no data, or a line of it cannot be read.
    """
    out.mkdir(parents=True, exist_ok=True)
    forecast, tone = out / FORECAST_MODEL.name, out / TONE_MODEL.name
    sets = read_sets(data, commercial=commercial) + ([own] if own is not None else [])
    _fit_forecast(forecast, sets, today, seed, lambda step: tell(f"forecast: {step}"))
    tell("tone: fitting")
    save_tone(tone, fit_tone(data, commercial, desk=texts), today, commercial)
    cards = [_write_card(forecast, "forecast"), _write_card(tone, "tone")]
    return [forecast, tone, *cards]


def _fit_forecast(path: Path, sets: Sequence[TrainingSet], today: str, seed: int, tell: Callable[[str], None]) -> None:
    """Measure the recipe on cascades left out, fit it on all of them, and write the model."""
    tell("fitting without the cascades left out")
    figures = {q.group: _figures(q) for q in judge_recipe(sets, seed, tell) if q.kind == "set"}
    tell("fitting on all")
    terms = {one.data.name: one.data.terms for one in sets}
    save(path, fit_sets(sets, seed, tell), ModelMeta("forecast", version("brandmelder"), today, figures, terms))


def _figures(question: Question) -> dict[str, float]:
    """The figures of a data set that the card names, as far as they exist."""
    figures: dict[str, float] = {"rows": question.rows}
    for prefix, method in (("", OURS), ("masked_", MASKED)):
        answer = question.answer(method)
        for name, estimate in (("auc", answer.auc), ("brier", answer.brier), ("ece", answer.ece)) if answer else ():
            if estimate is not None:
                figures[prefix + name] = estimate.value
    return figures


_ABOUT = {
    "forecast": """\
Answers "will this thread have at least N shares, quotes and replies within T seconds?" for any N and T, by two
histogram gradient boosting classifiers of scikit-learn over features of the spread so far, with the size asked for
and the time left as features whose effect is monotonic. The steady one sees few features, most of them with a
monotonic effect too: it gives the risk that pages people. The sharp one sees all: it says, with the steady one's help
on small threads, whether a thread will double and how large it will be. Every training cascade is also seen with
followers, parents or both hidden.

The figures say how well it tells, at ages of 5 minutes to 6 hours and from 5 events on, which cascades at least
double, on a fifth of the cascades that was left out of the fit they come from; the shipped model is then fitted
on all. AUC: 0.5 is guessing, 1 is perfect. Brier: the mean squared error of the probability, 0 is perfect. ECE: the
expected calibration error over ten equal bins. Masked: with followers and parents hidden. `brandmelder evaluate`
measures more, with intervals and against baselines.

Weak where followers and parents are hidden and the thread is small: the two sets of small cascades double at
different rates, and their timing alone does not tell them apart, so that the probability lies between the two. Weak
also on very young threads, on platforms unlike X and Weibo, and on anything after 2019. The time of day is left out:
it would help on the set whose clock is known, and mislead a desk in another time zone.
""",
    "tone": """\
Reads whether a short message to or about a company is negative, neutral or positive, in Dutch and English.

The figures come from a fit on four fifths of the texts, judged on the last fifth; those named heldout are the
shipped model's on sentences that were written to judge it and never fitted. AUC and ECE (expected calibration
error) are of P(negative), accuracy is of the three classes, binary is negative or not.

Weak at neutral facts and praise with a word of trouble in it ("small scratch, no harm done"), which are read as
negative, at sarcasm without any marker, which is read as praise, and in languages other than these two, which are
read as if both. The held-out sentences have the same author as those fitted on, so expect less of strangers'.
""",
}


_CARD = ("auc", "brier", "ece", "masked_auc", "masked_brier")
"""Figures of the forecast's card, in the order of its columns."""


def _write_card(model: Path, kind: str) -> Path:
    """Write the model's card beside it, from what the model file itself says."""
    _, meta = load(model, kind)
    lines = [f"# Model card: {kind}", "", _ABOUT[kind]]
    lines += [
        f"Fitted on {meta.fitted_on} by Brandmelder {meta.version} with scikit-learn {sklearn.__version__}.",
        "",
        "## Figures",
        "",
    ]
    if kind == "forecast":
        lines += ["| data | rows | AUC | Brier | ECE | masked AUC | masked Brier |", "|---|---|---|---|---|---|---|"]
        for name, found in meta.figures.items():
            shown = [f"{found[n]:.3f}" if n in found else "–" for n in _CARD]
            lines.append(f"| {name} | {found['rows']:,} | {' | '.join(shown)} |")
    else:
        lines += ["| figure | value |", "|---|---|", *(f"| {n} | {v:.3f} |" for n, v in meta.figures.items())]
    lines += ["", "## Data and terms", "", "| data | terms |", "|---|---|"]
    lines += [f"| {name} | {terms} |" for name, terms in meta.terms.items()]
    card = model.with_suffix(".md")
    card.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return card
