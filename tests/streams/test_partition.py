import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import DefaultPartitioner

from streams.partition import partition_of


class Cluster:
    """What the client knows of a cluster with one topic."""

    def __init__(self, partitions):
        self._partitions = set(range(partitions))

    def topics(self):
        return {"mentions"}

    def partitions_for_topic(self, _topic):
        return self._partitions

    available_partitions_for_topic = partitions_for_topic


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 64))
def test_a_thread_is_where_a_kafka_client_puts_its_key(thread, partitions):
    placed = DefaultPartitioner().partition("mentions", None, thread.encode(), None, None, Cluster(partitions))
    assert partition_of(thread, partitions) == placed


def test_threads_are_spread_over_all_partitions():
    assert {partition_of(f"t{i}", 8) for i in range(200)} == set(range(8))


@pytest.mark.parametrize(("key", "partition"), [("21", 0), ("foobar", 6), ("t", 9)])
def test_the_placing_never_changes(key, partition):
    assert partition_of(key, 10) == partition
