"""How far the worker is behind, per partition of the mentions."""

from typing import Any

import faust

from streams.metrics import Metrics
from streams.settings import WorkerSettings

EVERY_S = 5.0


def add_lag(app: faust.App, settings: WorkerSettings, metrics: Metrics) -> None:
    """Add the timer that measures what is not committed yet, of this worker's partitions."""
    topic = settings.topic_prefix + "mentions"

    async def measure() -> None:
        consumer: Any = app.consumer
        for tp in consumer.assignment():
            end = consumer.highwater(tp) if tp.topic == topic else None
            if end is not None:
                # Faust's own book of what it committed: asking the broker each time would cost a request.
                behind = end - (consumer._committed_offset.get(tp) or 0)
                metrics.lag.labels(tp.topic, str(tp.partition)).set(max(behind, 0))

    app.timer(interval=EVERY_S)(measure)
