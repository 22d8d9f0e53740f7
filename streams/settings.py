"""Where the service's parts are: addresses, names and limits of one process."""

from pathlib import Path
from typing import Literal

import msgspec

from scoring.engine import MAX_THREADS
from scoring.resources import MODELS
from streams.kafka import KafkaAccess
from streams.partition import DEFAULT_PARTITIONS
from streams.secret import Secret

LOOPBACK = "127.0.0.1"


class WorkerSettings(msgspec.Struct, frozen=True):
    """What a worker is told at its start.

    `clock` says what moves time when no mention does: "wall" for live streams, "event" for replayed ones.
    `slack_token` None means that notifications are written to the log instead of sent; without `slack_app_token`
    nobody hears of buttons and commands. Without `pseudonym_key` authors are kept under the names that the mentions
    give them. `metrics_port` 0 switches metrics off. `ready_file` is created once the worker has its partitions.

    Threads are written down every `checkpoint_s` seconds, `max_threads` of a partition are kept at most, and a worker
    that says nothing for `session_s` seconds loses its partitions to others.
    """

    kafka: KafkaAccess
    group: str = "brandmelder"
    topic_prefix: str = ""
    partitions: int = DEFAULT_PARTITIONS
    clock: Literal["wall", "event"] = "wall"
    slack_token: Secret | None = None
    slack_app_token: Secret | None = None
    pseudonym_key: Secret | None = None
    slack_url: str = "https://slack.com/api/"
    metrics_host: str = LOOPBACK
    metrics_port: int = 9108
    data_dir: Path = Path("brandmelder-data")
    log_level: str = "info"
    models: Path = MODELS
    ready_file: Path | None = None
    checkpoint_s: float = 5.0
    session_s: float = 6.0
    max_threads: int = MAX_THREADS
