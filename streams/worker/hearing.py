"""What people do in Slack, into the topic `clicks`, where whoever decides about the brand finds it."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from alerts.click import Command
from alerts.overview.board import Board
from alerts.slack.hearing.answering import Answerer
from alerts.slack.hearing.listener import SlackListener
from alerts.slack.people import name
from streams.worker.parts import Parts

_encode = msgspec.json.Encoder().encode


def make_listener(
    app_token: str, client: AsyncWebClient, parts: Parts, board: Board, clicks: Any, clock: Callable[[], float]
) -> SlackListener:
    """Make a listener that records what people do, and answers what they ask.

    Parameters
    ----------
    app_token, client
        Slack's, as `SlackListener` wants them.
    parts
        The worker's.
    board
        What answers are read from.
    clicks
        The topic to record in.
    clock
        The desk's time, epoch seconds.
    """
    desk, outgoing, metrics = parts.desk, parts.outgoing, parts.metrics
    calendar = desk.calendar

    def who(slack_id: str) -> str | None:
        return (calendar.who_is(slack_id) or slack_id) if desk.allows(slack_id) else None

    async def publish(command: Command) -> None:
        await (await outgoing.send(clicks, command.brand.encode(), _encode(command)))

    answerer = Answerer(board, calendar, ZoneInfo(desk.oncall.timezone), brands=desk.brands, names=name)
    return SlackListener(
        app_token,
        client,
        allow=who,
        publish=publish,
        answer=answerer,
        clock=clock,
        count=lambda heard: metrics.heard.labels(heard).inc(),
        allowed=[f"<@{slack_id}>" for slack_id in calendar.slack_ids.values()],
    )
