"""Feeding event files into Kafka, keyed by thread, as fast as wanted."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaConnectionError, KafkaTimeoutError

from streams.events import ByteCount, read_lines
from streams.kafka import KafkaAccess
from streams.topics import BrokerUnreachable
from streams.topics.reach import knock

TELL_EVERY = 500


class _Head(msgspec.Struct):
    thread_id: str
    created_at: float | str


def feed(
    paths: Sequence[Path],
    kafka: KafkaAccess,
    *,
    speed: float = 0.0,
    prefix: str = "",
    count: ByteCount | None = None,
    tell: Callable[[int], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Produce every line into the topic `mentions`, bad ones too, and return how many there were.

    Parameters
    ----------
    paths
        Event files; several are merged by time.
    kafka
        Where to.
    speed
        Seconds of event time per second; 0 for as fast as the broker takes them.
    prefix
        Set before the topic's name.
    count, tell
        For a progress bar: bytes read, and a call with the number of lines now and then.
    clock, sleep
        Monotonic time in seconds, and waiting for a number of them.

    Raises
    ------
    EventFileError, BrokerUnreachable, KafkaRefused
        If a file cannot be read, no broker answers, or it does not let us in.
    """
    knock(kafka.bootstrap, kafka.client)
    try:
        producer = KafkaProducer(
            bootstrap_servers=kafka.servers, linger_ms=20, batch_size=1 << 17, acks="all", **kafka.client
        )
    except (KafkaConnectionError, KafkaTimeoutError) as error:
        raise BrokerUnreachable(f"no Kafka broker answers at {kafka.bootstrap}") from error
    topic, decoder = prefix + "mentions", msgspec.json.Decoder(_Head)
    sent, first_at, started = 0, None, clock()
    try:
        for sent, line in enumerate(read_lines(paths, count or ByteCount()), 1):
            key = None
            try:
                head = decoder.decode(line)
                key = head.thread_id.encode()
                if speed and isinstance(head.created_at, float):
                    first_at = head.created_at if first_at is None else first_at
                    ahead = (head.created_at - first_at) / speed - (clock() - started)
                    if ahead > 0.01:
                        sleep(ahead)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                pass
            producer.send(topic, key=key, value=line.rstrip(b"\r\n"))
            if sent % TELL_EVERY == 0:
                tell(sent)
        producer.flush()
    finally:
        producer.close()
    return sent
