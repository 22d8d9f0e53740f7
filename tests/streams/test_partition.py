import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import DefaultPartitioner

from streams.partition import partition_of


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 64))
def test_a_thread_is_where_a_kafka_client_puts_its_key(thread, partitions):
    everywhere = list(range(partitions))
    assert partition_of(thread, partitions) == DefaultPartitioner()(thread.encode(), everywhere, everywhere)


def test_threads_are_spread_over_all_partitions():
    assert {partition_of(f"t{i}", 8) for i in range(200)} == set(range(8))


@pytest.mark.parametrize(("key", "partition"), [("21", 0), ("foobar", 6), ("t", 9)])
def test_the_placing_never_changes(key, partition):
    assert partition_of(key, 10) == partition
