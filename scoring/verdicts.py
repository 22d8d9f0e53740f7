"""What people judged of alerts, and what the models learn from that."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from scoring.errors import UserError
from scoring.past import PastThread
from scoring.records import read_records
from scoring.tone.corpus import DESK, Label, Labelled
from scoring.tone.language import settle

Judgement = Literal["real", "false_alarm", "too_late"]

EMPHASIS: Mapping[Judgement, float] = {"real": 3.0, "false_alarm": 3.0, "too_late": 6.0}
"""How much the cascade of a judged thread counts in the forecast's fit, 1 being one that nobody looked at. What came
too late counts most: there the forecast must rise earlier."""


class VerdictError(UserError, ValueError):
    """A line that is no verdict."""


class Verdict(msgspec.Struct, frozen=True):
    """What somebody judged of a thread's alert, and when (epoch seconds)."""

    thread_id: Annotated[str, msgspec.Meta(min_length=1)]
    at: Annotated[float, msgspec.Meta(ge=0)]
    verdict: Judgement
    by: str | None = None


class Lessons(NamedTuple):
    """What verdicts teach.

    `emphasis` says by thread how much its cascade counts; `texts` are for the tone's fit; `unknown` is how many
    verdicts are on threads that the history does not hold, which teach nothing.
    """

    emphasis: dict[str, float]
    texts: list[Labelled]
    unknown: int


_ALLOWED = {
    "thread_id": "the id of a thread, a string that is not empty",
    "at": "epoch seconds, a number of 0 or more",
    "verdict": ", ".join(EMPHASIS),
    "by": "a string, null, or nothing at all",
}
_KEY = re.compile(r"`(?:\$\.)?(\w+)`$")


def read_verdicts(paths: Iterable[Path]) -> dict[str, Verdict]:
    """The latest verdict on each thread; of two at the same time, the one read last.

    Raises
    ------
    VerdictError
        With the file, the line, the value and what is allowed.
    OSError
        If a file cannot be opened.
    """
    latest: dict[str, Verdict] = {}
    for path in paths:
        for one in read_records(path, _verdict, VerdictError):
            known = latest.get(one.thread_id)
            if known is None or one.at >= known.at:
                latest[one.thread_id] = one
    return latest


def _verdict(line: bytes) -> Verdict:
    raw: Any = msgspec.json.decode(line)
    if not isinstance(raw, dict):
        raise VerdictError(f"{repr(raw)[:80]} is no verdict; allowed are objects with {', '.join(_ALLOWED)}")
    try:
        return msgspec.convert(raw, Verdict)
    except msgspec.ValidationError as error:
        name = _KEY.findall(str(error))[0]
        said = f"{name} = {repr(raw[name])[:80]}" if name in raw else f"{name} is missing"
        raise VerdictError(f"{said}; allowed: {_ALLOWED[name]}") from error


def learn(threads: Iterable[PastThread], verdicts: Mapping[str, Verdict]) -> Lessons:
    """What `verdicts` teach of `threads`.

    Parameters
    ----------
    threads
        All that the history holds, those too that no forecast can be fitted on.
    verdicts
        By thread.
    """
    emphasis: dict[str, float] = {}
    texts: list[Labelled] = []
    for thread in threads:
        found = verdicts.get(thread.cascade.id)
        if found is None:
            continue
        emphasis[found.thread_id] = EMPHASIS[found.verdict]
        label = _tone(found.verdict, viral=thread.viral)
        if label is not None and thread.text and thread.text.strip():
            texts.append(Labelled(thread.text, settle([thread.text], [thread.lang])[0], label, DESK))
    return Lessons(emphasis, texts, len(verdicts) - len(emphasis))


def _tone(verdict: Judgement, *, viral: bool) -> Label | None:
    """The tone that the verdict gives the root's text, None where it says nothing of it.

    Of a false alarm that did spread, it was the tone that was wrong; of one that stayed small, nobody knows.
    """
    if verdict != "false_alarm":
        return "negative"
    return "neutral" if viral else None
