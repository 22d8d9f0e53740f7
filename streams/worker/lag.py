"""How far the worker is behind, per partition of the mentions."""

import faust
from faust.types import TP

from streams.metrics import Metrics
from streams.settings import WorkerSettings

EVERY_S = 5.0


def add_lag(app: faust.App, settings: WorkerSettings, metrics: Metrics) -> None:
    """Add the timer that measures what is not committed yet, of this worker's partitions."""
    topic = settings.topic_prefix + "mentions"

    @app.timer(interval=EVERY_S)
    async def measure() -> None:
        consumer = app.consumer
        for tp in consumer.assignment():
            if tp.topic != topic:
                continue
            end = consumer.highwater(TP(tp.topic, tp.partition))
            committed = consumer._committed_offset.get(tp)
            if end is not None:
                behind = max(end - (committed or 0), 0)
                metrics.lag.labels(tp.topic, str(tp.partition)).set(behind)
