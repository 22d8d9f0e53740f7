"""What is rejected is seen by whoever looks at the topic of dead letters."""

from kafka import KafkaProducer

from streams.kafka import KafkaAccess
from streams.topics import ensure_topics, topic_specs
from streams.worker.rejections import SAMPLE, Rejections

LETTER = b'{"reason":"empty","offset":1}'


def test_each_look_sees_what_came_since_the_last(kafka_bootstrap: str, topic_prefix: str) -> None:
    ensure_topics(kafka_bootstrap, topic_specs(2, prefix=topic_prefix))
    topic = topic_prefix + "mentions.rejected"
    producer = KafkaProducer(bootstrap_servers=kafka_bootstrap, acks="all")

    def send(number: int, value: bytes = LETTER) -> None:
        for _ in range(number):
            producer.send(topic, value)
        producer.flush()

    try:
        send(3)
        rejections = Rejections(KafkaAccess(kafka_bootstrap), topic_prefix + "group", topic)
        assert rejections.look() == {}, "what was there before is not news"
        assert rejections.look() == {}
        send(3)
        send(1, b'{"reason":"withheld","reasons":{"empty":7,"too_large":1}}')
        assert rejections.look() == {"empty": 10, "too_large": 1}
        assert rejections.look() == {}
        send(SAMPLE * 2 + 50)
        assert rejections.look() == {"empty": SAMPLE * 2 + 50}
    finally:
        producer.close()
