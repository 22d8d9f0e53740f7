"""State that outlives the worker: tables of bytes whose changelog is one of the service's compacted topics."""

from typing import Any

import faust

from streams.settings import WorkerSettings


def compacted_table(app: faust.App, settings: WorkerSettings, name: str) -> Any:
    """A table from strings to bytes, kept in the compacted topic `name`."""
    topic = settings.topic_prefix + name
    return app.Table(
        topic,
        partitions=settings.partitions,
        key_type=str,
        value_type=bytes,
        changelog_topic=app.topic(
            topic,
            partitions=settings.partitions,
            key_type=str,
            value_type=bytes,
            value_serializer="raw",
            compacting=True,
            deleting=False,
            acks=False,
            internal=True,
            maxsize=131_072,  # recovery reads the whole topic without acknowledging
            allow_empty=True,
        ),
    )
