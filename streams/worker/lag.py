"""How far the worker is behind, per partition of the mentions."""

from typing import Any

from streams.worker.parts import Parts

EVERY_S = 5.0


def add_lag(parts: Parts) -> None:
    """Add the timer that measures what is not committed yet, of this worker's partitions."""
    topic = parts.name_of("mentions")

    async def measure() -> None:
        consumer: Any = parts.app.consumer
        for tp in consumer.assignment():
            end = consumer.highwater(tp) if tp.topic == topic else None
            if end is not None:
                # Faust's own book of what it committed: asking the broker each time would cost a request.
                behind = end - (consumer._committed_offset.get(tp) or 0)
                parts.metrics.lag.labels(tp.topic, str(tp.partition)).set(max(behind, 0))

    parts.every(EVERY_S, measure)
