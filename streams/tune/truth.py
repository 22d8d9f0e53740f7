"""What really happened: which threads became viral fails, and when."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from scoring.errors import UserError
from scoring.unreadable import UNREADABLE
from scoring.verdicts import read_verdicts

Truth = Mapping[str, float | None]
"""The threads that were viral fails, and when each became one, epoch seconds; None for when it passed its brand's
`viral_spread`. What is not in it was none."""

_ALLOWED = "true, false, or the epoch seconds at which it became a viral fail"


class TruthError(UserError, ValueError):
    """A file that does not say which threads were viral fails."""


def read_truth(path: Path) -> Truth:
    """Read a JSON object by thread id, or verdicts, one per line, as people's clicks leave them.

    In an object, a thread is true, false, or a number: when it became a viral fail. Of verdicts, `real` and
    `too_late` mean that it was one.

    Raises
    ------
    TruthError
        With the file, the key, the value and what is allowed.
    VerdictError
        For a line that is no verdict.
    """
    if ".jsonl" in path.suffixes:
        return {thread: None for thread, one in read_verdicts([path]).items() if one.verdict != "false_alarm"}
    try:
        raw: Any = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise TruthError(f"{path}: {error.strerror}") from error
    except UNREADABLE as error:
        raise TruthError(f"{path}: not JSON: {error}; verdicts, one per line, go by the name of .jsonl") from error
    if not isinstance(raw, dict):
        raise TruthError(f"{path}: {repr(raw)[:60]} is no object; allowed is {{thread_id: {_ALLOWED}}}")
    fails: dict[str, float | None] = {}
    for thread, said in raw.items():
        if said is True:
            fails[thread] = None
        elif isinstance(said, int | float) and not isinstance(said, bool) and said >= 0:
            fails[thread] = float(said)
        elif said is not False:
            raise TruthError(f"{path}: {thread[:80]} = {repr(said)[:60]}; allowed is {_ALLOWED}")
    return fails
