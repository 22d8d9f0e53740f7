"""All commands together, and what becomes of a user's error."""

import sys

import typer
from rich.console import Console
from rich.markup import escape

from scoring.errors import UserError
from streams.cli import data, forgetting, models, replaying, running, tuning

app = typer.Typer(
    name="brandmelder",
    help="Virality and escalation early warning for webcare.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for commands in (running, forgetting, replaying, tuning, models, data):
    commands.add_to(app)


def main() -> None:
    """Run the command line; a user's error ends in one line and exit code 2."""
    try:
        app()
    except (UserError, OSError) as error:
        Console(stderr=True).print(f"[bold red]brandmelder:[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(2)
