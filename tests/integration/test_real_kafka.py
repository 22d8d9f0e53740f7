"""Real Kafka in the tests: what it keeps over a restart, that it compacts, and that nothing is left of it."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer

from streams.topics import TopicSpec, ensure_topics
from tests.brokers import Listener, RealKafka, RealKafkaError, tools_are_there
from tests.integration.conftest import Process, eventually
from tests.integration.test_broker import HOLD, answers

pytestmark = pytest.mark.skipif(not tools_are_there(), reason="needs java and mvn")


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealKafka]:
    """A broker that may be restarted."""
    with RealKafka(tmp_path_factory.mktemp("own")) as broker:
        yield broker


def write(kafka: RealKafka, topic: str, records: list[tuple[bytes, bytes]]) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap, acks="all")
    for key, value in records:
        producer.send(topic, key=key, value=value)
    producer.close()


def read(kafka: RealKafka, topic: str) -> list[bytes]:
    """Everything that is in the topic's one partition now."""
    consumer = KafkaConsumer(topic, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest", group_id=None)
    got: list[bytes] = []

    def all_read() -> bool:
        for batch in consumer.poll(timeout_ms=200).values():
            got.extend(record.value for record in batch)
        return all(consumer.position(part) == consumer.highwater(part) for part in consumer.assignment())

    try:
        assert eventually(lambda: bool(consumer.poll(0) or consumer.assignment()))
        assert eventually(all_read)
    finally:
        consumer.close()
    return got


@pytest.mark.parametrize("crash", [False, True], ids=["in order", "killed"])
def test_a_restart_keeps_the_data_and_the_address(own_kafka: RealKafka, topic_prefix: str, crash: bool) -> None:
    topic, address = topic_prefix + "kept", own_kafka.bootstrap
    ensure_topics(own_kafka.bootstrap, [TopicSpec(topic, 1)])
    write(own_kafka, topic, [(b"k", b"before")])
    own_kafka.restart(crash=crash)
    assert own_kafka.bootstrap == address
    write(own_kafka, topic, [(b"k", b"after")])
    assert read(own_kafka, topic) == [b"before", b"after"]


def test_it_goes_with_its_starter(tmp_path: Path, start_process: Callable[..., Process]) -> None:
    address = tmp_path / "address"
    holder = start_process(HOLD, str(address), str(tmp_path / "kafka"))
    holder.until(address.exists)
    bootstrap = address.read_text()
    assert answers(bootstrap)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(10)
    assert eventually(lambda: not answers(bootstrap), within_s=10)


def test_a_broker_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    broken = RealKafka(tmp_path, {"ODD": Listener("NONSENSE")})
    with pytest.raises(RealKafkaError, match="NONSENSE"), broken:
        pass
