"""Handing a wish to be forgotten to the workers, and waiting for what comes of it."""

import time
from collections.abc import Callable

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from scoring.errors import UserError
from streams.erasures import Erasure, Tally, read, write
from streams.kafka import KafkaAccess
from streams.topics.reach import knock

_POLL_MS = 200


class NoSuchTopicError(UserError, LookupError):
    """The service's topics are not there."""


def forget(
    erasure: Erasure,
    kafka: KafkaAccess,
    *,
    prefix: str = "",
    within_s: float = 60.0,
    tell: Callable[[Tally], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> Tally:
    """Put a wish into every partition of the topic `erasures`, and wait until all have answered, or for so long.

    Parameters
    ----------
    erasure
        The wish.
    kafka
        Where to.
    prefix
        Set before the topic's name.
    within_s
        Seconds to wait. A worker that comes later still does it.
    tell
        Called now and then with what has come of it.
    clock
        Monotonic time in seconds.

    Raises
    ------
    BrokerUnreachable, KafkaRefused
        If no broker answers, or it does not let us in.
    NoSuchTopicError
        If there is no such topic.
    """
    topic = prefix + "erasures"
    knock(kafka.bootstrap, kafka.client)
    consumer = KafkaConsumer(
        bootstrap_servers=kafka.servers, auto_offset_reset="earliest", enable_auto_commit=False, **kafka.client
    )
    try:
        partitions = consumer.partitions_for_topic(topic)
        if not partitions:
            raise NoSuchTopicError(f"topic {topic!r} does not exist; `brandmelder topics` makes what is missing")
        # From the beginning: there are few such records, and asking where a topic ends is not to be relied on.
        consumer.assign([TopicPartition(topic, partition) for partition in sorted(partitions)])
        _send(erasure, topic, sorted(partitions), kafka)
        tally = Tally(erasure.id, len(partitions))
        deadline = clock() + within_s
        while tally.left and clock() < deadline:
            for records in consumer.poll(timeout_ms=_POLL_MS).values():
                for record in records:
                    tally.add(read(record.value or b""))
            tell(tally)
        return tally
    finally:
        consumer.close()


def _send(erasure: Erasure, topic: str, partitions: list[int], kafka: KafkaAccess) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.servers, acks="all", **kafka.client)
    try:
        sent = [producer.send(topic, value=write(erasure), partition=partition) for partition in partitions]
        producer.flush()
        for one in sent:
            one.get(timeout=10)
    finally:
        producer.close()
