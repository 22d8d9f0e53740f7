import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from streams.kafka import KafkaAccess
from streams.topics import TopicSpec, ensure_topics
from streams.worker.ends import first_since, true_ends
from tests.integration.bench import producer


@pytest.mark.both_brokers
async def test_the_end_is_after_the_last_record_of_a_batch(kafka_bootstrap: str, topic_prefix: str) -> None:
    topic = topic_prefix + "log"
    ensure_topics(kafka_bootstrap, [TopicSpec(topic, partitions=2)])
    with producer(kafka_bootstrap) as client:
        for number in range(7):
            client.send(topic, value=str(number).encode(), partition=0)
        client.flush()
    first, second = TopicPartition(topic, 0), TopicPartition(topic, 1)
    assert await true_ends(KafkaAccess(kafka_bootstrap), [first, second]) == {first: 7, second: 0}
    assert await true_ends(KafkaAccess(kafka_bootstrap), []) == {}
    assert await first_since(KafkaAccess(kafka_bootstrap), TP(topic, 0), 0.0) == 0


async def test_a_broker_that_is_not_there_is_not_waited_for_for_ever(unused_tcp_port: int) -> None:
    with pytest.raises((KafkaError, TimeoutError)):
        await true_ends(KafkaAccess(f"127.0.0.1:{unused_tcp_port}"), [TopicPartition("none", 0)])
