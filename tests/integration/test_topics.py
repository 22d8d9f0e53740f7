"""Topics are made, checked and measured against a real broker."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from scoring.engine import RETENTION_S
from streams.topics import (
    BrokerUnreachable,
    TopicMismatch,
    TopicSpec,
    TopicsReport,
    ensure_topics,
    lag,
    topic_specs,
)
from tests.brokers import RealKafka

both = pytest.mark.both_brokers


def existing(bootstrap: str, prefix: str) -> set[str]:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        return {name for name in admin.list_topics() if name.startswith(prefix)}
    finally:
        admin.close()


def test_the_topics_of_the_service() -> None:
    specs = {spec.name: spec for spec in topic_specs(partitions=6, prefix="eu.")}
    state = {"eu.threads", "eu.incidents", "eu.deliveries"}
    assert {name for name, spec in specs.items() if spec.compacted} == state
    assert set(specs) - state == {
        "eu.mentions",
        "eu.assessments",
        "eu.clicks",
        "eu.notifications",
        "eu.erasures",
        "eu.verdicts",
        "eu.mentions.rejected",
    }
    assert {spec.partitions for name, spec in specs.items() if name != "eu.mentions.rejected"} == {6}
    assert specs["eu.mentions"].least_retention_s == RETENTION_S, "a thread can be told anew for as long as it lives"


@pytest.mark.parametrize(
    ("spec", "configs"),
    [
        pytest.param(
            TopicSpec("a", 1, retention_s=1.5),
            {"cleanup.policy": "delete", "retention.ms": "1500"},
            id="kept for a time",
        ),
        pytest.param(
            TopicSpec("a", 1, retention_s=None),
            {"cleanup.policy": "delete", "retention.ms": "-1"},
            id="kept for ever",
        ),
        pytest.param(
            TopicSpec("a", 1, compacted=True),
            {
                "cleanup.policy": "compact",
                "min.compaction.lag.ms": "900000",
                "delete.retention.ms": "86400000",
                "min.cleanable.dirty.ratio": "0.2",
                "segment.ms": "3600000",
                "segment.bytes": "67108864",
            },
            id="compacted",
        ),
    ],
)
def test_settings_of_a_topic(spec: TopicSpec, configs: dict[str, str]) -> None:
    assert spec.configs() == configs | {"max.message.bytes": "1048588"}


@both
def test_missing_topics_are_made_and_found_again(kafka_bootstrap: str, topic_prefix: str) -> None:
    specs = topic_specs(partitions=3, prefix=topic_prefix)
    names = tuple(spec.name for spec in specs)
    ensure_topics(kafka_bootstrap, specs[:2])
    first = ensure_topics(kafka_bootstrap, specs)
    assert first == TopicsReport(created=names[2:], verified=names[:2])
    assert existing(kafka_bootstrap, topic_prefix) == set(names)
    assert ensure_topics(kafka_bootstrap, specs) == TopicsReport(created=(), verified=names)


@both
def test_workers_that_start_at_once_all_find_the_topics(kafka_bootstrap: str, topic_prefix: str) -> None:
    specs = topic_specs(partitions=2, prefix=topic_prefix)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: ensure_topics(kafka_bootstrap, specs), range(4)))
    assert {name for report in reports for name in chain(report.created, report.verified)} == {
        spec.name for spec in specs
    }


STATE = {"partitions": 2, "compacted": True}


@both
@pytest.mark.parametrize(
    ("there", "wanted", "says"),
    [
        pytest.param(
            {"partitions": 4},
            {"partitions": 8},
            "4 partitions, 8 wanted: give --partitions 4, or delete with all there is",
            id="partitions",
        ),
        pytest.param({"partitions": 2}, STATE, "cleanup.policy=delete, compact wanted", id="not compacted"),
        pytest.param(STATE, {"partitions": 2}, "cleanup.policy=compact, delete wanted", id="compacted"),
        pytest.param(
            STATE | {"compaction_lag_s": 60.0},
            STATE,
            r"min.compaction.lag.ms=60000 \(60 seconds\), at least 900000 wanted",
            id="compacted too soon",
        ),
        pytest.param(
            {"partitions": 2, "retention_s": 60.0},
            {"partitions": 2, "least_retention_s": 3600.0},
            r"retention.ms=60000 \(60 seconds\), at least 3600000 wanted",
            id="kept too short",
        ),
    ],
)
def test_a_topic_that_does_not_fit_is_named_and_nothing_made(
    kafka_bootstrap: str, topic_prefix: str, there: dict[str, Any], wanted: dict[str, Any], says: str
) -> None:
    name = f"{topic_prefix}incidents"
    ensure_topics(kafka_bootstrap, [TopicSpec(name, **there)])
    with pytest.raises(TopicMismatch, match=f"topic '{name}' has .*{says}"):
        ensure_topics(kafka_bootstrap, [TopicSpec(f"{topic_prefix}new", 1), TopicSpec(name, **wanted)])
    assert existing(kafka_bootstrap, topic_prefix) == {name}


def test_topics_that_are_wrong_alike_are_told_of_together(real_kafka: RealKafka, topic_prefix: str) -> None:
    names = [topic_prefix + name for name in ("one", "two")]
    ensure_topics(real_kafka.bootstrap, [TopicSpec(name, 1) for name in names])
    with pytest.raises(TopicMismatch) as refusal:
        ensure_topics(real_kafka.bootstrap, [TopicSpec(name, 2) for name in names])
    assert str(refusal.value).startswith(f"topics '{names[0]}', '{names[1]}' have 1 partitions, 2 wanted")
    assert str(refusal.value).count("kafka-topics.sh") == 1


def set_otherwise(bootstrap: str, command: str) -> None:
    """Do what a message says: the part of it that names a topic and its settings."""
    found = re.search(r"--entity-name (\S+) --add-config (\S+)", command)
    assert found is not None, command
    configs = dict(pair.split("=") for pair in found[2].split(","))
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, found[1], configs)])
    admin.close()


def test_the_command_that_is_named_mends_all_of_it(real_kafka: RealKafka, topic_prefix: str) -> None:
    spec = TopicSpec(f"{topic_prefix}incidents", 1, compacted=True)
    ensure_topics(real_kafka.bootstrap, [TopicSpec(spec.name, 1)])
    small = f"--entity-name {spec.name} --add-config max.message.bytes=1000,delete.retention.ms=1"
    set_otherwise(real_kafka.bootstrap, small)
    with pytest.raises(TopicMismatch, match=r"max.message\.bytes=1000, at least 1048588 wanted") as refusal:
        ensure_topics(real_kafka.bootstrap, [spec])
    assert f"kafka-configs.sh --bootstrap-server {real_kafka.bootstrap} --alter" in str(refusal.value)
    set_otherwise(real_kafka.bootstrap, str(refusal.value))
    report = ensure_topics(real_kafka.bootstrap, [spec])
    assert all("segment" in text or "dirty" in text for text in report.differs[spec.name]), "the rest does no harm"


def test_state_that_is_deleted_by_age_as_well_is_refused(real_kafka: RealKafka, topic_prefix: str) -> None:
    spec = TopicSpec(f"{topic_prefix}incidents", 1, compacted=True)
    ensure_topics(real_kafka.bootstrap, [spec])
    admin = KafkaAdminClient(bootstrap_servers=real_kafka.bootstrap)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, spec.name, {"cleanup.policy": "compact,delete"})])
    admin.close()
    with pytest.raises(TopicMismatch, match=r"cleanup\.policy=compact,delete, compact wanted"):
        ensure_topics(real_kafka.bootstrap, [spec])


@both
def test_another_retention_is_reported_but_no_error(kafka_bootstrap: str, topic_prefix: str) -> None:
    name = f"{topic_prefix}mentions"
    ensure_topics(kafka_bootstrap, [TopicSpec(name, 1, retention_s=60)])
    report = ensure_topics(kafka_bootstrap, [TopicSpec(name, 1, retention_s=120)])
    assert report.differs == {name: ("retention.ms=60000 (60 seconds), 120000 (2 minutes) wanted",)}


@both
def test_lag_counts_what_a_group_has_still_to_read(kafka_bootstrap: str, topic_prefix: str) -> None:
    topic, group = f"{topic_prefix}mentions", f"{topic_prefix}group"
    ensure_topics(kafka_bootstrap, [TopicSpec(topic, 3)])
    producer = KafkaProducer(bootstrap_servers=kafka_bootstrap, linger_ms=20)
    for number in range(300):
        producer.send(topic, b"x", partition=number % 2)
    producer.close()

    before = lag(kafka_bootstrap, group, topic)
    assert {part: (known.committed, known.end, known.behind) for part, known in before.items()} == {
        0: (None, 150, 150),
        1: (None, 150, 150),
        2: (None, 0, 0),
    }

    consumer = KafkaConsumer(bootstrap_servers=kafka_bootstrap, group_id=group, enable_auto_commit=False)
    consumer.assign([TopicPartition(topic, 0)])
    consumer.commit({TopicPartition(topic, 0): OffsetAndMetadata(120, "", -1)})
    consumer.close()
    after = lag(kafka_bootstrap, group, topic)
    assert (after[0].committed, after[0].behind, after[1].behind) == (120, 30, 150)


@both
def test_lag_of_a_topic_that_is_not_there(kafka_bootstrap: str, topic_prefix: str) -> None:
    with pytest.raises(LookupError, match=f"topic '{topic_prefix}none' does not exist"):
        lag(kafka_bootstrap, "group", f"{topic_prefix}none")


@pytest.mark.parametrize("server", ["broker", "broker:", ":9092", "kafka://broker:9092/x"])
def test_an_address_that_is_none_is_named(server: str) -> None:
    with pytest.raises(ValueError, match=f"'{server}' is no broker's address, host:port is wanted"):
        ensure_topics(f"127.0.0.1:9092,{server}", topic_specs())


def test_no_broker_there(unused_tcp_port: int) -> None:
    with pytest.raises(BrokerUnreachable, match=rf"answers at 127.0.0.1:{unused_tcp_port} within 0.5 s"):
        ensure_topics(f"127.0.0.1:{unused_tcp_port}", topic_specs(), bootstrap_timeout_ms=500)
