"""Which partition a thread's events are in: what every Kafka client's default partitioner says."""

from functools import lru_cache

from kafka.partitioner.default import murmur2

DEFAULT_PARTITIONS = 8


@lru_cache(maxsize=1 << 16)
def partition_of(thread_id: str, partitions: int) -> int:
    """The partition of `thread_id` among `partitions`, as a record keyed by it is placed."""
    return int(murmur2(thread_id.encode()) & 0x7FFFFFFF) % partitions
