"""Logs keep to themselves what errors quote."""

import asyncio
import io
import logging
import sys

import msgspec
import pytest
import structlog
from aiokafka.errors import KafkaConnectionError

from scoring.errors import UserError
from streams.discretion import Handler, course_of, kind_of
from streams.log import configure_logging

WORDS = "zeer geheime woorden"


@pytest.fixture
def logs(monkeypatch):
    """What stands in the log; what was set up before is set up again."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    levels = {name: logging.getLogger(name).level for name in (None, "faust", "mode", "aiokafka", "kafka")}
    monkeypatch.setattr("sys.stderr", io.StringIO())
    configure_logging("debug")
    yield sys.stderr.getvalue
    root.handlers[:] = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def nested():
    try:
        try:
            raise ValueError(WORDS)  # noqa: TRY301 - it is to be dealt with
        except ValueError as error:
            raise KeyError(WORDS) from error
    except KeyError as error:
        return ExceptionGroup(WORDS, [error, RuntimeError(WORDS)])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(WORDS), "ValueError"),
        (UnicodeEncodeError("ascii", WORDS, 0, 1, WORDS), "UnicodeEncodeError"),
        (UserError("port is 0"), "UserError: port is 0"),
        (OSError(111, "Connection refused"), "ConnectionRefusedError: [Errno 111] Connection refused"),
        (
            KafkaConnectionError("no broker\nxoxb-1-2"),
            "KafkaConnectionError: KafkaConnectionError: no broker (a token)",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_of_errors_only_those_about_the_surroundings_keep_their_words(error, said):
    assert kind_of(error) == said


def test_a_traceback_says_what_happened_where_and_quotes_nothing():
    course = course_of(nested())
    assert [kind in course for kind in ("ExceptionGroup", "KeyError", "ValueError", "RuntimeError")] == [True] * 4
    assert "raise ValueError(WORDS)" in course
    assert WORDS not in course


@pytest.mark.parametrize(
    "log",
    [
        lambda error: structlog.get_logger("a").exception("broken", exc_info=error),
        lambda error: structlog.get_logger("a").error("broken", error=f"Invalid enum value '{WORDS}' - at `$.kind`"),
        lambda error: structlog.get_logger("a").error("broken", error=f'no \\"{WORDS}\\"', exc_info=error),
        lambda error: logging.getLogger("mode").error("broken %r %s", error, 1, exc_info=error),
        lambda error: logging.getLogger("asyncio").error(f"broken\nfuture: {error!r}", exc_info=error),
        lambda _: logging.getLogger("x").error("broken xoxb-123-%s", "abc"),
    ],
    ids=["ours", "quoted", "quoted twice", "Faust's", "asyncio's", "a token"],
)
def test_no_line_of_the_log_quotes_anything(logs, log):
    log(nested())
    said = logs()
    assert "broken" in said
    assert WORDS not in said
    assert "xoxb" not in said


def test_an_error_that_is_being_dealt_with_is_told_too(logs):
    try:
        msgspec.json.decode(b'"x"', type=int)
    except msgspec.ValidationError:
        structlog.get_logger("a").exception("broken")
    assert "ValidationError" in logs()


async def test_what_nobody_waited_for_is_told_by_its_kind(logs):
    async def fails():
        raise KeyError(WORDS)

    task = asyncio.ensure_future(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    said = logs()
    assert "never retrieved" in said
    assert "KeyError" in said
    assert WORDS not in said


def test_a_line_that_cannot_be_written_is_not_quoted():
    stream = io.StringIO()
    Handler(stream).handle(logging.LogRecord("x", logging.ERROR, "", 1, "%d words", (WORDS,), None))
    assert stream.getvalue() == "a broken line in the log of x: TypeError\n"
