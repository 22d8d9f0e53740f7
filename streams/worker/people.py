"""What people see and do besides the alerts: buttons, commands, the board, digests, and the metrics' figures."""

import asyncio
from math import inf

import structlog
from aiokafka.errors import KafkaError

from alerts.overview.board import Board
from alerts.slack.client import slack_client
from alerts.slack.hearing.listener import SlackListener
from streams.secret import Secret
from streams.worker.board import keep_board
from streams.worker.counting import count_brands, count_incidents
from streams.worker.deciding import Deciding
from streams.worker.deliveries import Deliveries
from streams.worker.hearing import make_listener
from streams.worker.noticing import LOOK_S, Noticing
from streams.worker.parts import Parts
from streams.worker.sending import Sending

COUNT_S = 5.0
AGAIN_S = 5.0

_log = structlog.get_logger("brandmelder.people")


def add_people(parts: Parts, deciding: Deciding, sending: Sending, deliveries: Deliveries) -> None:
    """Add the metrics' figures and, with Slack, the board, whoever tells of shifts and the feed, and the listener."""

    def desk_clock() -> float:
        return parts.clock() if parts.live else deciding.now

    async def count() -> None:
        metrics, outbox = parts.metrics, sending.outbox
        count_incidents(metrics, deciding.entries())
        count_brands(metrics, parts.desk, deciding.states())
        metrics.held_items.set(deciding.held)
        metrics.outbox_depth.set(outbox.depth if outbox is not None else 0)
        metrics.outbox_oldest.set(outbox.oldest_waiting_s if outbox is not None else 0)

    parts.every(COUNT_S, count)
    settings = parts.settings
    if settings.slack_token is None:
        return
    board = Board()
    noticing = Noticing(parts, board, sending, deliveries, desk_clock)
    parts.every(LOOK_S, noticing.look)
    _keep_board(parts, board)
    if settings.slack_app_token is not None:
        _listen(parts, board, settings.slack_token, settings.slack_app_token, deciding)


def _keep_board(parts: Parts, board: Board) -> None:
    async def keep() -> None:
        while not parts.app.should_stop:
            try:
                await keep_board(board, parts.settings, parts.desk)
            except (KafkaError, OSError) as error:
                _log.warning("the board is read anew", error=type(error).__name__)
                await parts.app.sleep(AGAIN_S)

    parts.app.task()(keep)


def _listen(parts: Parts, board: Board, token: Secret, app_token: Secret, deciding: Deciding) -> None:
    clicks = parts.raw_topic("clicks")

    def clock() -> float:
        return parts.clock() if parts.live or deciding.now == -inf else deciding.now

    async def listen() -> None:
        client = slack_client(str(token), parts.settings.slack_url, waits=True)
        listener: SlackListener = make_listener(str(app_token), client, parts, board, clicks, clock)
        async with listener:
            while not parts.app.should_stop:
                parts.metrics.connected.set(listener.connected)
                await asyncio.sleep(1.0)

    parts.app.task()(listen)
