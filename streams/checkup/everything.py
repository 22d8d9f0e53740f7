"""All parts, one after the other."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from scoring.engine import Models
from scoring.errors import UserError
from streams.checkup.desk import describe
from streams.checkup.part import Fact, Part, attempt
from streams.checkup.slack import bot, buttons
from streams.desk import Desk, DeskError, SlackSettings, load_desk
from streams.kafka import KafkaAccess
from streams.pseudonyms import KEY, pseudonyms_of
from streams.secret import Secret
from streams.topics import DAY_S, lag

_KAFKA_WITHIN_MS = 5_000


class Places(msgspec.Struct, frozen=True):
    """Where the parts are; a token that is None is not looked at, and how to reach Kafka may be wrong in itself."""

    desk: Path | None
    models: Path
    kafka: Callable[[], KafkaAccess]
    topic_prefix: str
    slack_url: str
    slack_token: Secret | None
    app_token: Secret | None
    pseudonym_key: Secret | None = None


def look_at_everything(places: Places, now: float) -> Iterator[Part]:
    """Look at each part as the caller comes to it, at `now` (epoch seconds)."""
    yield attempt("Desk", lambda: describe(load_desk(places.desk), places.desk, now))
    yield attempt("Privacy", lambda: _privacy(places))
    yield attempt("Models", lambda: _models(places.models))
    yield attempt("Kafka", lambda: _kafka(places.kafka(), places.topic_prefix))
    bot_token, app_token, url = places.slack_token, places.app_token, places.slack_url
    if bot_token is None:
        yield Part("Slack", None, (Fact("", "not looked at: SLACK_BOT_TOKEN is not set"),))
    else:
        yield attempt("Slack", lambda: asyncio.run(bot(bot_token, url, _slack(places.desk))))
    if app_token is None:
        yield Part("Buttons", None, (Fact("", "not looked at: SLACK_APP_TOKEN is not set"),))
    else:
        yield attempt("Buttons", lambda: asyncio.run(buttons(app_token, url)))


def _privacy(places: Places) -> Iterator[Fact]:
    desk = _desk(places.desk)
    if pseudonyms_of(places.pseudonym_key, desk.brands) is None:
        yield Fact("", f"authors are kept under the names that the mentions give them: {KEY} is not set")
    else:
        yield Fact("", "authors are kept under pseudonyms")
    yield Fact("texts", f"kept until {desk.text_s / DAY_S:g} days after an incident is over")
    letters = "with what they were" if desk.privacy.dead_letters == "raw" else "by reason and place alone"
    yield Fact("dead letters", f"kept {letters}")


def _models(folder: Path) -> Iterator[Fact]:
    models = Models.load(folder)
    yield Fact("", f"forecast fitted on {models.forecaster.meta.fitted_on}, tone on {models.tone.meta.fitted_on}")


def _kafka(kafka: KafkaAccess, prefix: str) -> Iterator[Fact]:
    try:
        behind = lag(
            kafka.bootstrap,
            "brandmelder",
            f"{prefix}mentions",
            bootstrap_timeout_ms=_KAFKA_WITHIN_MS,
            **kafka.client,
        )
    except LookupError as error:
        raise UserError(
            f"{kafka.bootstrap} answers, but {error}; `brandmelder topics` makes what is missing"
        ) from error
    to_go = sum(part.behind for part in behind.values())
    login = f" to {kafka.username}" if kafka.mechanism else ""
    yield Fact("", f"{kafka.bootstrap} answers{login}; {to_go:,} mentions to go")


def _slack(desk: Path | None) -> SlackSettings:
    """What is wanted of Slack."""
    return _desk(desk).slack


def _desk(desk: Path | None) -> Desk:
    """The desk; as by default where it cannot be read, which is said elsewhere."""
    try:
        return load_desk(desk)
    except DeskError:
        return Desk()
