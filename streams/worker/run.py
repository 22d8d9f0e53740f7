"""A worker as a process: models, topics, metrics, then Faust until it is told to stop."""

from math import inf
from time import monotonic

import faust
import structlog

from scoring.engine import Models
from streams.desk import Desk
from streams.health import Health
from streams.metrics import Metrics
from streams.process import tune_memory, tune_threads
from streams.serving import serve
from streams.settings import WorkerSettings
from streams.topics import ensure_topics, topic_specs
from streams.worker.app import build_app

STUCK_S = 300.0
"""A partition with something to read that stands still for so long needs a worker that is started anew."""

_log = structlog.get_logger("brandmelder.worker")


def run_worker(settings: WorkerSettings, desk: Desk) -> None:
    """Run until SIGTERM or SIGINT; exits the process.

    Raises
    ------
    ModelFileError
        If a model cannot be read.
    BrokerUnreachable, TopicMismatch
        If there is no broker, or its topics are not as needed.
    OSError
        If the metrics port is taken.
    """
    models = Models.load(settings.models)
    tune_memory()
    tune_threads()
    specs = topic_specs(settings.partitions, prefix=settings.topic_prefix)
    ensure_topics(settings.kafka.bootstrap, specs, **settings.kafka.client)
    metrics = Metrics()
    health = Health(STUCK_S, desk.feed.behind or inf, monotonic())
    if settings.metrics_port:
        serve(settings.metrics_host, settings.metrics_port, metrics.registry, health)
    app = build_app(settings, desk, models, metrics, health)
    _log.info(
        "starting",
        bootstrap=settings.kafka.bootstrap,
        group=settings.group,
        metrics_port=settings.metrics_port,
        slack=settings.slack_token is not None,
        buttons=settings.slack_token is not None and settings.slack_app_token is not None,
    )
    faust.Worker(
        app, loglevel=settings.log_level, override_logging=False, redirect_stdouts=False, quiet=True
    ).execute_from_commandline()
