"""The worker's Faust app, made by a factory: nothing happens at import."""

import time
from collections.abc import Callable
from typing import Any

import faust
from slack_sdk.web.async_client import AsyncWebClient

from alerts.slack.client import slack_client
from scoring.engine import Models
from streams.bulk import bulk_scheduler
from streams.desk import Desk
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.deciding import add_deciding
from streams.worker.folding import add_folding
from streams.worker.lag import add_lag
from streams.worker.progress import Progress
from streams.worker.sending import add_sending

CHUNK = 5_000
"""Most records folded at once: enough to spread the cost of a classifier call, few enough to stay prompt."""


def build_app(
    settings: WorkerSettings,
    desk: Desk,
    models: Models,
    metrics: Metrics,
    clock: Callable[[], float] = time.time,
) -> faust.App:
    """Wire a worker.

    Parameters
    ----------
    settings
        Where things are.
    desk
        Brands, thresholds and channel.
    models
        Forecast and tone.
    metrics
        Counted into; serving them is the caller's.
    clock
        Wall clock in epoch seconds.
    """
    bulk = [settings.topic_prefix + name for name in ("mentions", "assessments")]
    app = faust.App(
        settings.group,
        broker=f"kafka://{settings.bootstrap}",
        datadir=settings.data_dir,
        store="memory://",
        ConsumerScheduler=bulk_scheduler(bulk, max_records=CHUNK),
        stream_buffer_maxsize=128,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=40_000,
        consumer_max_fetch_size=4 << 20,
        topic_partitions=settings.partitions,
        topic_allow_declare=False,
        topic_disable_leader=True,  # a topic nobody writes makes fetches wait for it
        table_standby_replicas=0,
        web_enabled=False,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=2.0,
        broker_commit_interval=1.0,
        stream_wait_empty=False,
    )
    progress = Progress(app)
    assessments = _raw_topic(app, settings, "assessments")
    notifications = _raw_topic(app, settings, "notifications")
    rejected = _raw_topic(app, settings, "mentions.rejected")
    add_folding(app, settings, desk, models, metrics, clock, assessments, rejected, progress)
    add_deciding(app, settings, desk, metrics, clock, notifications, progress)
    add_sending(app, settings, desk, metrics, notifications, _client(settings))
    add_lag(app, settings, metrics)
    return app


def _raw_topic(app: faust.App, settings: WorkerSettings, name: str) -> Any:
    """A topic whose keys and values are bytes, encoded and decoded by whoever uses it."""
    return app.topic(
        settings.topic_prefix + name,
        partitions=settings.partitions,
        key_serializer="raw",
        value_serializer="raw",
        key_type=bytes,
        value_type=bytes,
    )


def _client(settings: WorkerSettings) -> AsyncWebClient | None:
    if settings.slack_token is None:
        return None
    return slack_client(str(settings.slack_token), settings.slack_url)
