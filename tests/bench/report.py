"""What came of it: a table for people, JSON for the README and for comparing runs."""

import os
import platform
from importlib.metadata import version
from typing import Any

from rich.table import Table

from tests.bench.race import Result

_PACKAGES = ("faust-streaming", "aiokafka", "kafka-python", "quixstreams", "msgspec")


def table(results: list[Result]) -> Table:
    """Return the results with their pace relative to the first."""
    shown = Table(title=f"{os.cpu_count()} cores shared with the broker, Python {platform.python_version()}")
    shown.add_column("contestant")
    for column in ("events", "seconds", "events/s", "×"):
        shown.add_column(column, justify="right")
    for result in results:
        shown.add_row(
            result.name,
            f"{result.events:,}",
            f"{result.seconds:.2f}",
            f"{result.rate:,.0f}",
            f"{result.rate / results[0].rate:.1f}",
        )
    return shown


def as_json(results: list[Result]) -> dict[str, Any]:
    """Return the same for a file, with what the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {package: version(package) for package in _PACKAGES},
        "results": [
            {
                "name": result.name,
                "events": result.events,
                "seconds": round(result.seconds, 3),
                "events_per_s": round(result.rate),
                "ratio": round(result.rate / results[0].rate, 2),
            }
            for result in results
        ],
    }
