"""Where a partition ends, asked of the broker in the way that recovery depends on."""

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from streams.kafka import KafkaAccess
from streams.topics import TopicSpec, ensure_topics
from streams.worker.ends import true_ends


@pytest.mark.both_brokers
async def test_the_end_is_after_the_last_record_of_a_batch(kafka_bootstrap: str, topic_prefix: str) -> None:
    topic = topic_prefix + "incidents"
    ensure_topics(kafka_bootstrap, [TopicSpec(topic, 2)])
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap)
    await producer.start()
    for number in range(7):
        await producer.send(topic, b"row %d" % number, partition=0)
    await producer.stop()
    first, second = TopicPartition(topic, 0), TopicPartition(topic, 1)
    assert await true_ends(KafkaAccess(kafka_bootstrap), {first: 1, second: 0}) == {first: 7, second: 0}
    assert await true_ends(KafkaAccess(kafka_bootstrap), {first: 7}) == {first: 7}


async def test_a_broker_that_is_not_there_is_not_waited_for_for_ever(unused_tcp_port: int) -> None:
    with pytest.raises(KafkaConnectionError, match="Unable to bootstrap"):
        await true_ends(KafkaAccess(f"127.0.0.1:{unused_tcp_port}"), {TopicPartition("none", 0): 0})
