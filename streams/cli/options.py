"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from streams.kafka import ENVIRONMENT, KafkaAccess, kafka_access

DeskFile = Annotated[Path | None, typer.Option("--desk", envvar="BRANDMELDER_DESK", help="Desk file (TOML).")]
Partitions = Annotated[
    int,
    typer.Option("--partitions", min=1, envvar="BRANDMELDER_PARTITIONS", help="Partitions of the topics."),
]
Bootstrap = Annotated[
    str,
    typer.Option(
        "--bootstrap",
        envvar="KAFKA_BOOTSTRAP",
        help=f"Kafka broker, host:port. The environment says how to log in: {', '.join(ENVIRONMENT)}.",
    ),
]
Prefix = Annotated[
    str,
    typer.Option("--topic-prefix", envvar="BRANDMELDER_TOPIC_PREFIX", help="Set before each topic's name."),
]
ModelFolder = Annotated[
    Path,
    typer.Option("--models", envvar="BRANDMELDER_MODELS", help="Folder with both models, as `train` writes it."),
]
PseudonymKey = Annotated[str | None, typer.Option(envvar="BRANDMELDER_PSEUDONYM_KEY", hidden=True)]
LOCAL = "127.0.0.1:9092"


def kafka_at(bootstrap: str) -> KafkaAccess:
    """Return how to reach Kafka, for every command alike; secrets come from the environment alone.

    Raises
    ------
    KafkaAccessError
        If the settings are wrong, or do not go together.
    """
    access = kafka_access(bootstrap)
    if access.warning:
        Console(stderr=True).print(f"[yellow]brandmelder:[/] {escape(access.warning)}", soft_wrap=True)
    return access
