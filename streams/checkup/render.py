"""What was found, on the terminal."""

from rich.console import Group
from rich.table import Table
from rich.text import Text

from alerts.slack.escape import visible
from streams.checkup.part import Part

_MARKS = {True: ("✓", "bold green"), False: ("✗", "bold red"), None: ("–", "dim")}


def render(part: Part) -> Group:
    """Lay a part out with its mark and an empty line after it; what others wrote shows as plain text."""
    mark, style = _MARKS[part.works]
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, min_width=7)
    table.add_column(overflow="fold")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(no_wrap=True, style="dim")
    facts.add_column(overflow="fold")
    first, *others = part.facts
    for fact in others:
        facts.add_row(fact.heading, Text(visible(fact.words)))
    headline = Text(visible(first.words), style="red" if part.works is False else "")
    table.add_row(Text(mark, style), Text(part.name, "bold"), Group(headline, facts) if others else headline)
    return Group(table, "")
