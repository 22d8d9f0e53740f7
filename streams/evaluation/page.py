"""Puts the page of an evaluation together and writes it as one HTML file that needs nothing else."""

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from alerts.slack.words import count
from scoring.evaluation.baselines import PLAIN, RECENT_RATE, SEISMIC
from scoring.evaluation.growth import MASKED, OURS, PLAIN_MASKED
from scoring.evaluation.result import Answer, Estimate, Evaluation, Pager, Question, Sizes, Split
from streams.evaluation import drawings
from streams.evaluation.drawings import Curves, Dots, Reliability
from streams.report.environment import environment

G = TypeVar("G", Question, Sizes)
D = TypeVar("D", Dots, Curves)

DRAWN = (OURS, MASKED, PLAIN, PLAIN_MASKED, SEISMIC, RECENT_RATE)
"""Methods that are drawn for the doubling; the rest stands in the table."""

NAMES = {
    "all": "all sets, each weighing the same",
    "x": "X (Twitter), each set weighing the same",
    "weibo": "Weibo",
    "own": "own data",
}
SPLITS = {
    "cascade": "Left out by cascade",
    "time": "Left out by time",
    "unseen": "What the model has not seen",
}
WAYS = {"id": "by id", "time": "the latest", "model": "not seen by the model"}


def figure(estimate: Estimate | None, digits: int = 3) -> str:
    """Write a figure; a dash for one that does not exist."""
    return "–" if estimate is None else f"{estimate.value:.{digits}f}"


def interval(estimate: Estimate | None, digits: int = 3) -> str:
    """Write a figure's interval."""
    return "" if estimate is None else f"{estimate.low:.{digits}f} – {estimate.high:.{digits}f}"


def percent(estimate: Estimate | None) -> str:
    """Write a share as a percentage."""
    return "–" if estimate is None else f"{100 * estimate.value:.0f} %"


def percents(estimate: Estimate | None) -> str:
    """Write a share's interval in percent."""
    return "" if estimate is None else f"{100 * estimate.low:.0f} – {100 * estimate.high:.0f} %"


_pages = environment("streams.evaluation")
_pages.filters |= {
    "count": count,
    "figure": figure,
    "interval": interval,
    "named": lambda name: NAMES.get(name, name),
    "percent": percent,
    "percents": percents,
    "way": lambda by: WAYS.get(by, by),
}
_pages.globals |= {"classes": drawings.CLASSES, "drawings": drawings}


class View:
    """A split as the page shows it."""

    def __init__(self, split: Split) -> None:
        self.split = split
        self.title = SPLITS.get(split.name, split.name)
        self.questions = _without_doubles(split.doubling)
        self.sizes = _without_doubles(split.sizes)
        self.everything = next((q for q in split.doubling if q.kind == "all"), None)
        self.all_sizes = next((s for s in split.sizes if s.kind == "all"), None)
        self.read = [p for p in split.paging.pagers if p.tone == "read"] if split.paging else []
        self.known = [p for p in split.paging.pagers if p.tone == "known"] if split.paging else []

    @property
    def methods(self) -> list[str]:
        """Methods with figures over all sets, in the order of the table."""
        named = [a.method for a in self.everything.answers] if self.everything else []
        named += [a.method for a in self.all_sizes.answers] if self.all_sizes else []
        named += [p.method for p in self.read]
        return list(dict.fromkeys(named))

    @property
    def drawn_methods(self) -> tuple[str, ...]:
        """Methods in the drawings of the doubling."""
        return tuple(m for m in DRAWN if any(q.answer(m) for q in self.questions))

    @property
    def size_methods(self) -> list[str]:
        """Methods in the drawings of final sizes."""
        return list(dict.fromkeys(a.method for s in self.sizes for a in s.answers))

    def answer(self, method: str) -> Answer | None:
        """A method's answer to the doubling over all sets."""
        return self.everything.answer(method) if self.everything else None

    def size(self, method: str) -> Estimate | None:
        """A method's error of final sizes over all sets."""
        answers = self.all_sizes.answers if self.all_sizes else []
        return next((a.error for a in answers if a.method == method), None)

    def pager(self, method: str, tone: str = "read") -> Pager | None:
        """A method as a pager."""
        return next((p for p in (self.read if tone == "read" else self.known) if p.method == method), None)

    def dots(self) -> list[Dots]:
        """AUC and Brier of the doubling, per group and method."""
        wanted = [(q, [q.answer(m) for m in DRAWN]) for q in self.questions]
        return _drawn(
            drawings.dots(
                "AUC, more is better",
                [(NAMES.get(q.group, q.group), [(a.method, a.auc) for a in found if a]) for q, found in wanted],
            ),
            drawings.dots(
                "Brier, less is better",
                [(NAMES.get(q.group, q.group), [(a.method, a.brier) for a in found if a]) for q, found in wanted],
            ),
        )

    def size_dots(self) -> list[Dots]:
        """Errors of final sizes and what the intervals cover."""
        return _drawn(
            drawings.dots(
                "Median error of the final size, less is better",
                [(NAMES.get(s.group, s.group), [(a.method, a.error) for a in s.answers]) for s in self.sizes],
                most=2.0,
            ),
            drawings.dots(
                "Final sizes within the 80 % interval, best at 0.8",
                [(NAMES.get(s.group, s.group), [(a.method, a.coverage) for a in s.answers]) for s in self.sizes],
            ),
        )

    def reliabilities(self) -> list[Reliability]:
        """Reliability of the doubling, per group."""
        return [_reliability(q) for q in self.questions]

    def reaches(self) -> list[Reliability]:
        """Reliability of P(viral), per kind of row."""
        return [_reliability(q) for q in self.split.reach]

    def curves(self, tone: str) -> list[Curves]:
        """Fails caught and lead over false pages."""
        pagers = self.read if tone == "read" else self.known
        return _drawn(
            drawings.curves("Fails paged in time", pagers, itemgetter(1), "%"),
            drawings.curves("Median lead over all fails", pagers, itemgetter(2), "min"),
        )


def _reliability(question: Question) -> Reliability:
    ours, masked = question.answer(OURS), question.answer(MASKED)
    note = " · ".join(
        f"{label} {figure(a.ece)}" for label, a in (("ECE", ours), ("masked", masked)) if a is not None and a.ece
    )
    return drawings.reliability(NAMES.get(question.group, question.group), note, (masked, ours))


def _without_doubles(groups: Sequence[G]) -> list[G]:
    """Leave out platforms, and all together, of a single set: they say the same again."""
    sets = {g.rows for g in groups if g.kind == "set"}
    return [g for g in groups if g.kind == "set" or g.rows not in sets]


def _drawn(*drawings_: D | None) -> list[D]:
    return [one for one in drawings_ if one is not None]


def render(found: Evaluation) -> str:
    """Render the page; the same evaluation gives the same text."""
    return _pages.get_template("evaluation.html").render(found=found, views=[View(split) for split in found.splits])


def write_page(path: Path, found: Evaluation) -> None:
    """Write the page of an evaluation to `path`, as one HTML file without outside references; raises OSError."""
    path.write_text(render(found), encoding="utf-8", newline="\n")
