"""What the desk's own history and verdicts add to `train`, and how that is told."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scoring.errors import UserError
from scoring.forecast.datasets import OWN_HISTORY
from scoring.forecast.train import TrainingSet
from scoring.tone.corpus import Labelled
from scoring.verdicts import Lessons, learn, read_verdicts
from streams.desk import Desk
from streams.events import ByteCount, read_lines, total_bytes
from streams.history import OPEN_S, Heard, History, gather, hear


class NoHistoryError(UserError):
    """Verdicts without the threads that they are on."""


class Own(NamedTuple):
    """The desk's own cascades, None where there are none to fit on; its texts; and lines that say what was used."""

    cascades: TrainingSet | None
    texts: list[Labelled]
    words: list[str]


def read_own(history: Sequence[Path], verdicts: Sequence[Path], desk: Desk, now: float) -> Own:
    """Read what the desk recorded and judged.

    Parameters
    ----------
    history
        Files of mention events; lines that are none are counted and left out.
    verdicts
        Files of verdicts.
    desk
        Knows the brands' own accounts and what is viral for them.
    now
        The wall clock, epoch seconds.

    Raises
    ------
    NoHistoryError
        If there are verdicts and no history.
    VerdictError, EventFileError, OSError
        If a line is no verdict, or a file cannot be read.
    """
    if verdicts and not history:
        raise NoHistoryError(f"--verdicts {verdicts[0]}: needs --history, the events of the threads judged")
    if not history:
        return Own(None, [], [])
    total_bytes(history)  # a file that is missing is named before anything long begins
    judged = read_verdicts(verdicts)
    heard = Heard()
    found = gather(hear(read_lines(history, ByteCount()), now, heard), desk.profile_of)
    lessons = learn(found.threads, judged)
    cascades = TrainingSet(OWN_HISTORY, [one.cascade for one in found.complete], lessons.emphasis)
    words = _of_history(found, heard)
    if verdicts:
        words += _of_verdicts(lessons, len(judged), sum(one.id in lessons.emphasis for one in cascades.cascades))
    return Own(cascades if found.complete else None, lessons.texts, words)


def _of_history(found: History, heard: Heard) -> list[str]:
    spread = sum(len(one.cascade.events) for one in found.complete)
    days = OPEN_S / (24 * 3600.0)
    words = [f"threads to learn from: {len(found.complete):,}, with {spread:,} shares, quotes and replies"]
    words += [
        f"{what}: {many:,}"
        for what, many in (
            (f"threads left out, as they began less than {days:.0f} days before the history ends", len(found.open)),
            ("threads left out, as running totals count more than was seen of them", len(found.uncounted)),
            ("repeated events left out", found.repeats),
        )
        if many
    ]
    if heard.rejected:
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in heard.rejected.most_common())
        words.append(f"lines rejected: {reasons} (first: {heard.first_rejection})")
    return [f"own history: {line}" for line in words]


def _of_verdicts(lessons: Lessons, judged: int, weighing: int) -> list[str]:
    words = [
        f"verdicts: threads judged: {judged:,}; that weigh more in the forecast: {weighing:,}; "
        f"whose text teaches the tone: {len(lessons.texts):,}"
    ]
    if lessons.unknown:
        words.append(f"verdicts: on threads that are not in the history, which teach nothing: {lessons.unknown:,}")
    return words
