"""The worker's Faust app, made by a factory: nothing happens at import."""

import time
from collections.abc import Awaitable, Callable

import faust

from alerts.slack.client import slack_client
from alerts.slack.delivery.outbox import Outbox
from scoring.engine import Models
from streams.bulk import bulk_scheduler
from streams.desk import Desk
from streams.health import Health
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.channel import channel_of
from streams.worker.deciding import Deciding, add_deciding
from streams.worker.deliveries import Deliveries
from streams.worker.folding import add_folding
from streams.worker.lag import add_lag
from streams.worker.parts import Parts
from streams.worker.people import add_people
from streams.worker.sending import Sending, add_sending

CHUNK = 5_000
"""Most records folded at once: enough to spread the cost of a classifier call, few enough to stay prompt."""

BULK = ("mentions", "assessments", "clicks", "notifications", "erasures")


def build_app(
    settings: WorkerSettings,
    desk: Desk,
    models: Models,
    metrics: Metrics,
    health: Health,
    clock: Callable[[], float] = time.time,
) -> faust.App:
    """Wire a worker.

    Parameters
    ----------
    settings
        Where things are.
    desk
        Brands, people, thresholds and channel.
    models
        Forecast and tone.
    metrics
        Counted into; serving them is the caller's.
    health
        Told how the worker gets on.
    clock
        Wall clock in epoch seconds.
    """
    app = faust.App(
        settings.group,
        **settings.kafka.faust,
        datadir=settings.data_dir,
        store="memory://",
        ConsumerScheduler=bulk_scheduler([settings.topic_prefix + name for name in BULK], max_records=CHUNK),
        stream_buffer_maxsize=128,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=40_000,
        consumer_max_fetch_size=4 << 20,
        topic_partitions=settings.partitions,
        topic_allow_declare=False,
        topic_disable_leader=True,  # a topic nobody writes makes fetches wait for it
        table_standby_replicas=0,
        web_enabled=False,
        broker_session_timeout=settings.session_s,
        broker_heartbeat_interval=settings.session_s / 3,
        broker_commit_interval=1.0,
        stream_wait_empty=False,
    )
    parts = Parts(app, settings, desk, metrics, clock)
    deliveries = Deliveries(settings.partitions)
    sending = Sending(parts, deliveries, _outboxes(parts, deliveries))
    deciding = Deciding(parts)
    # Whoever takes in goes before who gives out: what is saved in this order is there when its source is committed.
    add_sending(parts, sending)
    add_deciding(parts, deciding)
    add_folding(parts, models)
    add_people(parts, deciding, sending, deliveries)
    add_lag(parts, health)
    return app


def _outboxes(parts: Parts, deliveries: Deliveries) -> Callable[[], Awaitable[Outbox]] | None:
    """What makes an outbox, None without Slack."""
    settings, slack, metrics = parts.settings, parts.desk.slack, parts.metrics
    if settings.slack_token is None:
        return None
    client = slack_client(str(settings.slack_token), settings.slack_url)

    async def make() -> Outbox:
        return Outbox(
            client,
            await channel_of(client, slack.channel),
            deliveries,
            people=parts.desk.calendar.slack_ids,
            charts=slack.charts,
            count=lambda result: metrics.notifications.labels(result).inc(),
            may=lambda: parts.ownership.sure,
        )

    return make
