"""What an evaluation says, as `brandmelder evaluate` writes it. Figures are rounded, so that files compare well."""

from pathlib import Path

import msgspec

FORMAT = 1
"""Rises when the layout of the file changes."""


class Estimate(msgspec.Struct, frozen=True):
    """A figure with its 95 % interval, by bootstrap over cascades (of tones: over texts)."""

    value: float
    low: float
    high: float


class Bin(msgspec.Struct, frozen=True):
    """A point of a reliability diagram: rows in a bin of said probability, what was said and how often it came true.

    `said` and `happened` are means with the rows' weights.
    """

    rows: int
    said: float
    happened: float


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """How well a method answers yes or no.

    `auc` is of its score. `brier`, `ece` (expected calibration error over ten bins of equal width) and `bins` are
    there where the score is a probability.
    """

    method: str
    auc: Estimate | None
    brier: Estimate | None = None
    ece: Estimate | None = None
    bins: list[Bin] = []


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A yes-or-no question put at many moments to cascades that were not fitted on.

    `group` names a data set, a platform or `all`, and `kind` says which of these it is; where a group has several
    sets, each of them weighs the same. `base_rate` is how often the answer is yes.
    """

    group: str
    kind: str
    rows: int
    cascades: int
    base_rate: float
    answers: list[Answer]

    def answer(self, method: str) -> Answer | None:
        """The answer of a method, if it gave one."""
        return next((one for one in self.answers if one.method == method), None)


class SizeAnswer(msgspec.Struct, frozen=True):
    """Median absolute percentage error of a method's final sizes (1 is 100 %), and what its 80 % interval covers."""

    method: str
    error: Estimate | None
    coverage: Estimate | None = None


class Sizes(msgspec.Struct, frozen=True):
    """How large will it be in the end? Asked of `rows` cascades at an age of one hour."""

    group: str
    kind: str
    rows: int
    answers: list[SizeAnswer]


class AtBudget(msgspec.Struct, frozen=True):
    """What a method warns of in the fortnight when its threshold is set for a number of false pages.

    `budget` is per `paging.REFERENCE_THREADS` threads, `false_pages` the same for as many threads as there are.
    A thread is paged at its first score above `threshold`. `caught` is the share of fails paged before they pass
    the viral spread, `lead` the median minutes by which, over all fails: missed or late is 0.
    """

    budget: int
    false_pages: int
    threshold: float
    caught: Estimate | None
    lead: Estimate | None


class Pager(msgspec.Struct, frozen=True):
    """A method of paging: what it warns of at each budget.

    `tone` is `read` when scores are multiplied by P(negative) as the service reads it, `known` when threads that
    are not negative score 0. `curve` gives, for each number of false pages from 0 on, the share of fails caught and
    the median lead in minutes.
    """

    method: str
    tone: str
    budgets: list[AtBudget]
    curve: list[tuple[int, float, float]]


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """The made-up fortnight that paging is judged on.

    A fail is a thread drawn negative that passes the viral spread within the horizon; `minutes_to_viral` is the
    median time that fails take. `plays` is how often each cascade was played.
    """

    threads: int
    events: int
    fails: int
    plays: int
    minutes_to_viral: float | None
    viral_spread: int
    horizon_h: float
    pagers: list[Pager]


class Part(msgspec.Struct, frozen=True):
    """How many cascades of a set were fitted on and judged, and by what they were parted: id, time or the model."""

    data: str
    fitted: int
    judged: int
    by: str


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """All figures on one way of leaving cascades out: `cascade`, `time` or `unseen` (by a given model)."""

    name: str
    parts: list[Part]
    doubling: list[Question]
    sizes: list[Sizes]
    reach: list[Question]
    paging: Paging | None


class Tone(msgspec.Struct, frozen=True, kw_only=True):
    """How well the tone of texts that were not fitted on is read, per set and language.

    `auc` and `ece` are of P(negative), `accuracy` of the three classes, `binary` of negative or not at 0.5.
    """

    data: str
    lang: str
    texts: int
    auc: Estimate | None
    accuracy: Estimate | None
    binary: Estimate | None
    ece: Estimate | None


class Source(msgspec.Struct, frozen=True):
    """A data set and its terms. Rows below `selected_at` events are answered by the set's selection, and left out."""

    data: str
    platform: str
    cascades: int
    selected_at: int
    terms: str


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was measured; same data, model and seed give the same."""

    format: int = FORMAT
    version: str
    model: str
    seed: int
    commercial: bool
    resamples: int
    sources: list[Source]
    splits: list[Split]
    tone: list[Tone]
    tone_terms: dict[str, str]
    notes: list[str] = []

    def write(self, path: Path) -> None:
        """Write it as JSON, indented; raises OSError."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")
