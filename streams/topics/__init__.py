"""The topics that the service needs: made where missing, checked where present; and how far a group is."""

from streams.topics.lag import PartitionLag, lag
from streams.topics.reach import BrokerUnreachable, KafkaRefused
from streams.topics.specs import DAY_S, TopicSpec, topic_specs
from streams.topics.verify import TopicMismatch, TopicsReport, ensure_topics

__all__ = [
    "DAY_S",
    "BrokerUnreachable",
    "KafkaRefused",
    "PartitionLag",
    "TopicMismatch",
    "TopicSpec",
    "TopicsReport",
    "ensure_topics",
    "lag",
    "topic_specs",
]
