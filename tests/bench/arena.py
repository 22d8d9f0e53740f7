"""The broker, the topics and the events: the same for every contestant."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaProducer

from streams.broker import EmbeddedBroker
from streams.topics import ensure_topics, topic_specs

TOPIC = "mentions"
PARTITIONS = 4


@dataclass(frozen=True)
class Arena:
    """Where they run; every contestant gets a folder of its own in `scratch`."""

    bootstrap: str
    scratch: Path
    topic: str = TOPIC
    partitions: int = PARTITIONS


@contextmanager
def arena(events: Iterable[tuple[bytes, bytes]], scratch: Path) -> Iterator[Arena]:
    """Start an embedded broker and fill the topic with `events`, keyed by thread."""
    with EmbeddedBroker(log=scratch / "broker.log") as broker:
        ensure_topics(broker.bootstrap, topic_specs(PARTITIONS))
        producer = KafkaProducer(bootstrap_servers=broker.bootstrap, linger_ms=20, batch_size=1 << 17)
        for key, value in events:
            producer.send(TOPIC, value, key=key)
        producer.close()
        yield Arena(broker.bootstrap, scratch)
