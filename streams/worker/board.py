"""Keeps the board of all incidents, of other workers' partitions too, by reading what they write down."""

from contextlib import aclosing, suppress

from alerts.incidents import decode_state
from alerts.ledger import LedgerError
from alerts.overview.board import Board
from streams.changelog import follow
from streams.desk import Desk
from streams.settings import WorkerSettings
from streams.worker.bounds import bounds_of
from streams.worker.rows import is_brand, read_incident


async def keep_board(board: Board, settings: WorkerSettings, desk: Desk) -> None:
    """Read the topic `incidents` from its beginning, and whatever comes, until cancelled.

    Raises
    ------
    streams.topics.BrokerUnreachable
        The broker does not answer.
    """
    topic = settings.topic_prefix + "incidents"
    async with aclosing(follow(settings.kafka, [topic], settings.partitions)) as changes:
        async for change in changes:
            _note(board, change.key, change.value, desk)


def _note(board: Board, key: str, row: bytes | None, desk: Desk) -> None:
    """Take note of a row; of one that cannot be read, whoever owns it has said so in the log."""
    if is_brand(key):
        with suppress(LedgerError):
            if row:
                board.keep(key, bounds_of(decode_state(row), desk))
        return
    try:
        board.put(key, read_incident(row).entry if row else None)
    except LedgerError:
        board.put(key, None)
