"""Keeps what people wrote, who they are and what lets one in out of logs, whoever writes them.

Our own lines name nobody. Yet an error may quote what it was about: of errors only those keep their words that speak
of files, connections and settings; of all others it is said what kind they are and where they came about.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TextIO

from aiokafka.errors import KafkaError as AIOKafkaError
from kafka.errors import KafkaError

from scoring.errors import UserError
from streams.tokens import without_tokens

_SPEAK = (UserError, OSError, AIOKafkaError, KafkaError)
"""Errors whose words are about the surroundings, not about what is worked on."""

_QUOTED = re.compile(r"(['\"]).*\1", re.DOTALL)
"""From the first quotation mark to the last: what is quoted may have some of its own."""


def kind_of(error: BaseException) -> str:
    """Say what kind of error that is, and what it says if that is about the surroundings."""
    name = type(error).__qualname__
    said = " ".join(str(error).split()) if isinstance(error, _SPEAK) else ""
    return without_tokens(f"{name}: {said}" if said else name)


def course_of(error: BaseException) -> str:
    """A traceback without what the errors say."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [course_of(before), "which led to"] if before is not None and before is not error else []
    lines += ["Traceback (most recent call last):", "".join(traceback.format_tb(error.__traceback__)).rstrip()]
    lines.append(kind_of(error))
    if isinstance(error, BaseExceptionGroup):
        lines += [line for one in error.exceptions for line in ("of these:", course_of(one))]
    return "\n".join(line for line in lines if line)


class Handler(logging.StreamHandler[TextIO]):
    """Writes to a stream; of a line that cannot be written, it says nothing but that."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging calls it so
        """Say that a line is broken; logging itself would quote it."""
        error = sys.exc_info()[1]
        with suppress(OSError, ValueError):
            self.stream.write(f"a broken line in the log of {record.name}: {type(error).__name__}\n")


class Discreet(logging.Filter):
    """Lets every record pass, without what its errors say."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the kinds of errors in place of errors; asyncio writes them into the text, behind its first line."""
        if record.name == "asyncio" and isinstance(record.msg, str):
            record.msg, record.args = record.getMessage().partition("\n")[0], None
        if isinstance(record.args, tuple):
            record.args = tuple(kind_of(one) if isinstance(one, BaseException) else one for one in record.args)
        return True


def discreet(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Take tokens out of an event, what its error quotes, and of a traceback what the errors say; for structlog."""
    told = event.pop("exc_info", None)
    if told:
        error = told[1] if isinstance(told, tuple) else sys.exc_info()[1] if told is True else told
        if isinstance(error, BaseException):
            event["exception"] = course_of(error)
    if isinstance(event.get("error"), str):
        event["error"] = _QUOTED.sub("…", event["error"])
    return {key: without_tokens(value) if isinstance(value, str) else value for key, value in event.items()}
