"""The worker's command line, but for an engine that breaks down over the first text it folds and quotes it."""

from collections.abc import Sequence
from typing import NoReturn

from scoring.engine import Engine
from scoring.mention import Mention
from streams.cli import main


def fold(_: Engine, mentions: Sequence[Mention]) -> NoReturn:
    try:
        raise ValueError(mentions[0].text)  # noqa: TRY301 - it is to be dealt with
    except ValueError as error:
        raise KeyError(mentions[0].author, mentions[0].text) from error


if __name__ == "__main__":
    Engine.fold = fold  # type: ignore[method-assign, assignment]  # what a bug would do
    main()
