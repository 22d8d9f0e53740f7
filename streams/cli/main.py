"""All commands together, and what becomes of a user's error."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from streams.cli import data, models, replaying, running

app = typer.Typer(
    name="brandmelder",
    help="Virality and escalation early warning for webcare.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for commands in (running, replaying, models, data):
    commands.add_to(app)


def main() -> None:
    """Run the command line; a user's error ends in one line and exit code 2."""
    try:
        app()
    except Exception as error:
        if not _is_users(error):
            raise
        Console(stderr=True).print(f"[bold red]brandmelder:[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(2)


def _is_users(error: Exception) -> bool:
    """Whether a user can cause and mend it. Imported late: most commands need none of these."""
    from scoring.cascades import CascadeError  # noqa: PLC0415
    from scoring.modelfile import ModelFileError  # noqa: PLC0415
    from streams.broker import EmbeddedBrokerError  # noqa: PLC0415
    from streams.desk import DeskError  # noqa: PLC0415
    from streams.topics import BrokerUnreachable, TopicMismatch  # noqa: PLC0415

    users = (CascadeError, ModelFileError, EmbeddedBrokerError, DeskError, BrokerUnreachable, TopicMismatch, OSError)
    return isinstance(error, users)
