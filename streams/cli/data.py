"""Commands that make event files: import-cascades, incident."""

import typer


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
