"""Answers whoever asks `/brandmelder`, from the board and the calendar."""

from collections.abc import Collection
from datetime import tzinfo
from typing import NamedTuple

from alerts.click import Silence
from alerts.overview.board import Board, OnCall
from alerts.overview.digest import digest
from alerts.overview.status import status
from alerts.slack.hearing.answers import (
    Permalinks,
    no_permalink,
    render_help,
    render_silenced,
    render_status,
    render_who,
    render_wrong,
)
from alerts.slack.hearing.commands import (
    CommandError,
    DigestAsked,
    HelpAsked,
    Request,
    SilenceAsked,
    StatusAsked,
    UnsilenceAsked,
    WhoAsked,
    read_command,
)
from alerts.slack.kit import Message
from alerts.slack.message.handover import render_digest
from alerts.slack.message.pieces import Names, person


class Asked(NamedTuple):
    """Somebody typed `/brandmelder` and `text`, foreign; `by` is who, `at` epoch seconds, `id` names the occasion."""

    text: str
    by: str
    at: float
    id: str


class Answer(NamedTuple):
    """What to say; only once `wish` is recorded, if there is one."""

    message: Message
    wish: Silence | None = None


class Answerer:
    """Answers from what is known now, without waiting for anything.

    Parameters
    ----------
    board
        What is going on.
    calendar
        Who works when.
    zone
        The desk's time zone.
    brands
        Names the brands of the desk file; those of the board are known anyway.
    names
        How people are shown.
    permalink
        Where the message of an incident is.
    """

    def __init__(
        self,
        board: Board,
        calendar: OnCall,
        zone: tzinfo,
        *,
        brands: Collection[str] = (),
        names: Names = person,
        permalink: Permalinks = no_permalink,
    ) -> None:
        self._board = board
        self._calendar = calendar
        self._zone = zone
        self._brands = frozenset(brands)
        self._names = names
        self._permalink = permalink

    def __call__(self, asked: Asked) -> Answer:
        """Answer, or say what is wrong with what was asked."""
        brands = self._brands.union(self._board.brands)
        try:
            request = read_command(asked.text, asked.at, brands, self._zone)
        except CommandError as error:
            return Answer(render_wrong(str(error)))
        return self._answer(request, asked)

    def _answer(self, request: Request, asked: Asked) -> Answer:
        match request:
            case StatusAsked(brand):
                now = status(self._board, self._calendar, asked.at, brand)
                return Answer(render_status(now, self._zone, self._names, self._permalink))
            case DigestAsked():
                shift = self._calendar.shift(asked.at)
                return Answer(
                    render_digest(digest(self._board, self._calendar, shift, asked.at), self._zone, self._names)
                )
            case WhoAsked():
                return Answer(render_who(self._calendar, asked.at, self._zone, self._names))
            case SilenceAsked(brand, until, reason):
                return self._noted(Silence(brand, asked.by, asked.at, until, reason, asked.id))
            case UnsilenceAsked(brand):
                return self._noted(Silence(brand, asked.by, asked.at, asked.at, "", asked.id))
            case HelpAsked():
                return Answer(render_help())

    def _noted(self, wish: Silence) -> Answer:
        return Answer(render_silenced(wish, self._zone, self._names), wish)
