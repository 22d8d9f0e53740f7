"""A consumer of a changelog's partitions, from their beginning."""

from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.changelog.patience import Patience
from streams.kafka import KafkaAccess

_FETCH_BYTES = 4 * 2**20


async def consumer_from_start(
    kafka: KafkaAccess, parts: Collection[TopicPartition], patience: Patience
) -> AIOKafkaConsumer:
    """Return a started consumer without a group, which takes nothing from anybody; its user stops it.

    Raises
    ------
    streams.topics.BrokerUnreachable
        The broker does not answer.
    """
    while True:
        consumer = AIOKafkaConsumer(
            **kafka.aiokafka,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=_FETCH_BYTES,
        )
        try:
            await consumer.start()
        except KafkaError as error:
            await consumer.stop()
            if not error.retriable:
                raise
            await patience.pause(error)
            continue
        except BaseException:
            await consumer.stop()
            raise
        consumer.assign(list(parts))
        for part in parts:
            consumer.seek(part, 0)  # or the first that there is
        return consumer
