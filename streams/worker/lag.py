"""How far the worker is behind, per partition of what must get on whatever happens."""

from time import monotonic
from typing import Any

from streams.health import Health, Part
from streams.worker.parts import Parts

EVERY_S = 1.0

MUST_GET_ON = ("mentions", "assessments")
"""Not the notifications: those wait for Slack, as long as it takes."""


def add_lag(parts: Parts, health: Health) -> None:
    """Add the timer that measures what is not committed yet, of this worker's partitions."""
    names = {parts.name_of(topic) for topic in MUST_GET_ON}

    async def measure() -> None:
        consumer: Any = parts.app.consumer
        far = {}
        for tp in consumer.assignment():
            end = consumer.highwater(tp) if tp.topic in names else None
            if end is not None:
                # Faust's own book of what it committed: asking the broker each time would cost a request.
                committed = consumer._committed_offset.get(tp) or 0
                behind = max(end - committed, 0)
                far[f"{tp.topic}/{tp.partition}"] = Part(committed, behind)
                parts.metrics.lag.labels(tp.topic, str(tp.partition)).set(behind)
        health.look(monotonic(), settled=parts.settled, recovered=parts.ownership.recovered, parts=far)

    parts.every(EVERY_S, measure)
