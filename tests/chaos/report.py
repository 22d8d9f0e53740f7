"""What came of the runs, as a table."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table

from tests.chaos.run import Outcome


def table(outcomes: Sequence[Outcome]) -> Table:
    """A column for each run."""
    shown = Table("", *(outcome.folder.name for outcome in outcomes))
    for name, values in {
        "seconds": [f"{outcome.seconds:.0f}" for outcome in outcomes],
        "kills, freezes, broker restarts": [_faults(outcome) for outcome in outcomes],
        "workers started": [str(outcome.starts) for outcome in outcomes],
        "ended by themselves": [str(outcome.ended_by_themselves) for outcome in outcomes],
        "Slack calls, failed": [f"{outcome.slack_calls:,}, {outcome.slack_failures:,}" for outcome in outcomes],
        "incidents": [str(len(outcome.slack.lines)) for outcome in outcomes],
        "revisions told": [f"{len(outcome.alerts.lines):,}" for outcome in outcomes],
        "of which sent twice, alike": [str(outcome.alerts.repeats) for outcome in outcomes],
        "sent twice, unlike": [str(len(outcome.alerts.contradictions)) for outcome in outcomes],
        "doubled in Slack": [str(outcome.slack.doubled) for outcome in outcomes],
    }.items():
        shown.add_row(name, *values)
    return shown


def _faults(outcome: Outcome) -> str:
    kinds = Counter(fault.kind for fault in outcome.faults)
    return ", ".join(str(kinds[kind]) for kind in ("kill", "freeze", "broker"))
