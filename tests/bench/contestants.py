"""Who runs. A further contestant is one more entry here."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Contestant:
    """A process that reads the topic `mentions` from its start.

    In `command` and the values of `env`, `{python}`, `{bootstrap}`, `{topic}`, `{partitions}`, `{events}`, `{port}` (a
    free one) and `{scratch}` (an empty folder of its own) are filled in; any other brace is doubled. It runs until it
    has done `events` events, and is then killed. How many it has done it prints, a number a line; or, where `counts`
    is set, its metrics at `{port}` tell.
    """

    name: str
    command: tuple[str, ...]
    events: int
    env: Mapping[str, str] = field(default_factory=dict)
    counts: bool = False


def _app(module: str) -> tuple[str, ...]:
    return (
        "{python}",
        "-m",
        f"tests.bench.apps.{module}",
        "{bootstrap}",
        "{topic}",
        "{partitions}",
        "{events}",
        "{scratch}",
    )


def _worker(name: str, *options: str) -> Contestant:
    command = (
        *("{python}", "-m", "streams.cli", "worker", "--dry-run", "--clock", "event"),
        *("--bootstrap", "{bootstrap}", "--partitions", "{partitions}", "--metrics-port", "{port}"),
        *("--data-dir", "{scratch}", "--log-level", "error"),
    )
    return Contestant(name, (*command, *options), events=300_000, counts=True)


CONTESTANTS = (
    Contestant("Faust, agent that does nothing", _app("faust_noop"), events=20_000),
    Contestant("Quix Streams, shares per thread", _app("quix_shares"), events=50_000),
    Contestant("Faust in bulk, JSON decoded", _app("faust_bulk"), events=300_000),
    # In this order: it leaves nothing that the next one would go on with.
    _worker("Brandmelder worker, no checkpoints", "--checkpoint-s", "1e9"),
    _worker("Brandmelder worker"),
    Contestant("Brandmelder replay, one process without Kafka", _app("engine"), events=300_000),
)
"""The first is what the others are compared with."""
