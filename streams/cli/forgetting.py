"""The command that removes one person: forget."""

import time
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console

from streams.cli.options import LOCAL, Bootstrap, DeskFile, Prefix, PseudonymKey, kafka_at
from streams.cli.progress import steps

Author = Annotated[
    list[str],
    typer.Argument(help="The person's id and handle as the platform knows them, or a pseudonym. Give all you know."),
]

_ELSEWHERE = """\
What this does not reach, and is yours to do:
- the topic mentions, your own source, and its dead letters: until their retention ends (PRIVACY.md)
- digests in Slack, and what Slack itself keeps of messages that were edited
- event files, reports and backups of your own"""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(forget)


def forget(
    author: Author,
    bootstrap: Bootstrap = LOCAL,
    topic_prefix: Prefix = "",
    desk: DeskFile = None,
    pseudonym_key: PseudonymKey = None,
    within: Annotated[float, typer.Option(min=1.0, help="Seconds to wait for the workers.")] = 60.0,
) -> None:
    """Remove one person: what they said and who they are, from the service's state and from messages in Slack."""
    from scoring.errors import UserError  # noqa: PLC0415
    from streams.desk import load_desk  # noqa: PLC0415
    from streams.erasures import Tally, erasure_of  # noqa: PLC0415
    from streams.forgetting import forget as hand_over  # noqa: PLC0415
    from streams.pseudonyms import names_of_account, pseudonyms_of  # noqa: PLC0415

    brands = load_desk(desk).brands
    pseudonyms = pseudonyms_of(pseudonym_key, brands)
    own = {handle for profile in brands.values() for handles in profile.accounts.values() for handle in handles}
    names = frozenset[str]().union(*(names_of_account(one, pseudonyms) for one in author))
    if not all(one.strip("@ ") for one in author):
        raise UserError("AUTHOR is empty; allowed are ids and handles of one person")
    if names & own:
        raise UserError("AUTHOR is an account of a brand in the desk file; allowed are people")
    erasure = erasure_of(uuid4().hex, time.time(), names)
    console = Console()
    with steps(console) as progress:
        task = progress.add_task("forgetting", total=None)

        def tell(tally: Tally) -> None:
            progress.update(task, total=tally.expected, completed=tally.answered)

        tally = hand_over(erasure, kafka_at(bootstrap), prefix=topic_prefix, within_s=within, tell=tell)
    if tally.answered:
        incidents = f"{_number(tally.incidents, 'incident')} ({tally.open:,} open)"
        console.print(
            f"removed from {_number(tally.threads, 'live thread')}, {incidents}, {_number(tally.texts, 'other text')}"
            f" and {_number(tally.waiting, 'assessment')} on the way; messages in Slack are edited"
        )
    if tally.left:
        console.print(
            f"only {tally.answered} of {tally.expected} answers came within {within:g} s: is a worker running?"
            " The wish stays in the topic erasures, and is done as soon as one comes."
        )
    else:
        console.print("done in every partition; compaction clears the old rows from the changelogs' disks by itself")
    console.print(_ELSEWHERE, highlight=False, soft_wrap=True)
    if tally.left:
        raise typer.Exit(1)


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
