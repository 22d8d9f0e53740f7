"""The whole evaluation: fit on a part, judge on the rest; or judge a given model on what it has not seen."""

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from scoring.engine import Models
from scoring.errors import UserError
from scoring.evaluation.alarms import judge_paging
from scoring.evaluation.baselines import PLAIN
from scoring.evaluation.growth import Judged, Rivals, doubling, reach, sizes
from scoring.evaluation.progress import FITTING, FITTING_TONE, JUDGING, READING_TONE, Progress, Tell
from scoring.evaluation.resample import RESAMPLES
from scoring.evaluation.result import Evaluation, Question, Source, Split
from scoring.evaluation.splits import Division, by_cascade, by_model, by_time
from scoring.evaluation.tones import fit_partial, judge_tone, unseen
from scoring.forecast import Forecaster
from scoring.forecast.train import TrainingSet, fit_sets, read_sets
from scoring.modelfile import ModelMeta
from scoring.resources import FORECAST_MODEL, TONE_MODEL
from scoring.tone import ToneReader
from scoring.tone.corpus import TERMS, TWEETS, Labelled

_META = ModelMeta("", "", "")


class NothingToJudgeError(UserError):
    """No cascade is left that a model was not fitted on."""


def evaluate(
    data: Path, *, model: Path | None = None, commercial: bool = False, seed: int = 0, tell: Tell = lambda *_: None
) -> Evaluation:
    """Measure forecast, tone and paging on what they were not fitted on.

    Parameters
    ----------
    data
        Folder in the form that `train` reads.
    model
        A forecast's file, or a folder with both models; judged on what of `data` it was not fitted on. Without it
        our recipe is fitted on a part of `data` and judged on the rest, by cascade and by time.
    commercial
        Leave out data whose terms exclude commercial use.
    seed
        Of everything that is drawn at random; the same data and seed give the same figures.
    tell
        Hears what is being done.

    Raises
    ------
    FileNotFoundError, CascadeError, CorpusError
        If there is no data, or a line of it cannot be read.
    ModelFileError, NothingToJudgeError
        If the model cannot be used, or nothing is left to judge on.
    """
    tell("reading", 0.0)
    notes: list[str] = []
    if model is not None:
        forecaster, reader = _load(model)
    sets = read_sets(data, commercial=commercial)
    if model is None:
        divisions = [by_cascade(sets), by_time(sets)]
        if all(part.by != "time" for part in divisions[1].parts):
            del divisions[1]
            notes.append("No set has a time for every root, so that there is no split by time.")
    else:
        divisions = [by_model(sets, forecaster)]
    _check(divisions, data, model)
    steps = [FITTING_TONE if model is None else READING_TONE]
    for _ in divisions:
        steps += [*([FITTING] if model is None else []), *JUDGING]
    progress = Progress(tell, steps)
    progress.step()
    if model is None:
        tone, texts = fit_partial(data, commercial)
        reader = ToneReader(tone, _META)
    else:
        texts, remarks = unseen(reader.model, data, commercial)
        notes += remarks
    tones = judge_tone(reader.model, texts, seed)
    splits = []
    for division in divisions:
        if model is None:
            progress.step()
            forecaster = Forecaster(fit_sets(division.fitted, seed), _META)
        splits.append(_judge(division, Models(forecaster, reader), texts, seed, progress))
    notes += _missing(splits)
    return Evaluation(
        version=version("brandmelder"),
        model=model.name if model is not None else "our recipe, fitted on a part",
        seed=seed,
        commercial=commercial,
        resamples=RESAMPLES,
        sources=[_source(one) for one in sets],
        splits=splits,
        tone=tones,
        tone_terms={name: terms for name, terms in TERMS.items() if not (commercial and name == TWEETS)},
        notes=notes,
    )


def judge_recipe(sets: Sequence[TrainingSet], seed: int, tell: Callable[[str], None]) -> list[Question]:
    """Fit without a fifth of the cascades and judge on those; the figures of the model card."""
    division = by_cascade(sets)
    forecaster = Forecaster(fit_sets(division.fitted, seed, tell), _META)
    tell("judging on the cascades left out")
    return doubling(Judged.of(division.judged, seed), forecaster, None)


def _judge(division: Division, models: Models, texts: Sequence[Labelled], seed: int, progress: Progress) -> Split:
    progress.step()
    rivals = Rivals.fit(division.fitted, seed)
    progress.step()
    judged = Judged.of(division.judged, seed)
    progress.step()
    growth = doubling(judged, models.forecaster, rivals)
    final = sizes(judged, models.forecaster, rivals)
    viral = reach(judged, models.forecaster)
    progress.step()
    paging = judge_paging(judged, models, rivals, texts, seed, progress.within)
    return Split(name=division.name, parts=division.parts, doubling=growth, sizes=final, reach=viral, paging=paging)


def _load(model: Path) -> tuple[Forecaster, ToneReader]:
    if model.is_dir():
        return Forecaster.load(model / FORECAST_MODEL.name), ToneReader.load(model / TONE_MODEL.name)
    return Forecaster.load(model), ToneReader.load()


def _check(divisions: Iterable[Division], data: Path, model: Path | None) -> None:
    """Make sure that there is something to judge, and without a model something to fit."""
    for division in divisions:
        fitted, judged = (sum(len(one.cascades) for one in sets) for sets in (division.fitted, division.judged))
        if model is not None and not judged:
            raise NothingToJudgeError(
                f"{model}: was fitted on all {fitted:,} cascades of {data / 'cascades'}, so nothing there can judge "
                "it; give a folder with other cascades, or leave --model out to judge our recipe"
            )
        if model is None and not (fitted and judged):
            raise NothingToJudgeError(
                f"{data / 'cascades'}: {fitted + judged:,} cascades are too few to fit on some and judge on others"
            )


def _missing(splits: Iterable[Split]) -> list[str]:
    """What the reader must know of baselines that are not there."""
    return [
        f"Of the split by {split.name}, the default classifier is left out and SEISMIC goes uncorrected: there were "
        "hardly any cascades to fit them on."
        for split in splits
        if split.doubling and not any(q.answer(PLAIN) for q in split.doubling)
    ]


def _source(one: TrainingSet) -> Source:
    data = one.data
    return Source(data.name, data.platform, len(one.cascades), data.selected_at, data.terms)
