"""The topics that the service needs: made where missing, checked where present; and how far a group is."""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigFilterType, ConfigResource, ConfigResourceType, OffsetSpec
from kafka.errors import KafkaTimeoutError, RetriableError, TopicAlreadyExistsError, for_code

from scoring.errors import UserError

DAY_S = 86_400.0
ANSWER_S = 10
"""Seconds within which a broker must answer, unless the client's settings say otherwise."""

FETCH_WAIT_MS = 100
"""How long a broker may wait for records before it answers where a partition ends."""


class TopicSpec(msgspec.Struct, frozen=True):
    """A topic as it should be.

    `retention_s` is in seconds, None for ever. A compacted topic keeps the last record of every key instead.
    """

    name: str
    partitions: int
    retention_s: float | None = 7 * DAY_S
    compacted: bool = False
    replication: int = -1  # the broker's own default

    def configs(self) -> dict[str, str]:
        """Return the broker's settings for this topic."""
        if self.compacted:
            return {"cleanup.policy": "compact"}
        retention_ms = -1 if self.retention_s is None else round(self.retention_s * 1000)
        return {"cleanup.policy": "delete", "retention.ms": str(retention_ms)}


class TopicsReport(msgspec.Struct, frozen=True):
    """What :func:`ensure_topics` found and did; names in the order of the specs.

    `differs` says in words where a topic that was there is set otherwise than wanted, yet usable.
    """

    created: tuple[str, ...]
    verified: tuple[str, ...]
    differs: tuple[str, ...]


class PartitionLag(msgspec.Struct, frozen=True):
    """How far a consumer group is behind in a partition, in records.

    `committed` is the next offset that the group will read, None if it has not committed any; `start` and
    `end` are the first offset there is and the one that the next record will get.
    """

    committed: int | None
    start: int
    end: int

    @property
    def behind(self) -> int:
        """Records that are still to be read: all there are, if nothing is committed."""
        return max(0, self.end - max(self.start, self.committed or 0))


class TopicMismatch(UserError, RuntimeError):  # noqa: N818 - it is not the program that is wrong
    """A topic is there, but not as the service needs it; the message says what to do."""


class BrokerUnreachable(UserError, ConnectionError):  # noqa: N818 - reads as what happened
    """No broker answered in time."""


def topic_specs(
    partitions: int = 8, *, prefix: str = "", retention_s: float = 7 * DAY_S, replication: int = -1
) -> tuple[TopicSpec, ...]:
    """Return the topics of the service.

    Parameters
    ----------
    partitions
        Of every topic but the dead letters, which nothing is joined with: an agent's tables and the topics it
        writes by the same key must be cut alike.
    prefix
        Set before each name, for several services on one cluster.
    retention_s
        Seconds that records are kept. Dead letters and verdicts are kept four times as long: people look at
        the former and train on the latter.
    replication
        Copies of each partition; -1 leaves it to the broker.
    """

    def spec(name: str, **settings: Any) -> TopicSpec:
        wanted = {"partitions": partitions, "retention_s": retention_s, "replication": replication}
        return TopicSpec(name=prefix + name, **(wanted | settings))

    return (
        spec("mentions"),
        spec("assessments"),
        spec("clicks"),
        spec("notifications"),
        spec("verdicts", retention_s=4 * retention_s),
        spec("incidents", retention_s=None, compacted=True),
        spec("brands", retention_s=None, compacted=True),
        spec("deliveries", retention_s=None, compacted=True),
        spec("mentions.rejected", partitions=1, retention_s=4 * retention_s),
    )


def ensure_topics(bootstrap: str, specs: Sequence[TopicSpec], **client: Any) -> TopicsReport:
    """Make the topics that are missing and check those that are there.

    Parameters
    ----------
    bootstrap
        ``host:port`` of a broker, or several with commas.
    specs
        The topics as they should be.
    **client
        More settings of kafka-python's client, such as ``security_protocol`` and ``sasl_*``.

    Raises
    ------
    TopicMismatch
        A topic has another number of partitions, or is compacted where it must not be or the other way round.
        Every such topic is named, and nothing is created then.
    BrokerUnreachable
        No broker answers.
    ValueError
        `bootstrap` is not made of addresses.
    kafka.errors.KafkaError
        The broker refuses, for want of rights for example.
    """
    with _admin(bootstrap, client) as admin:
        present = _partition_counts(admin, [spec.name for spec in specs])
        settings = _settings(admin, list(present))
        wrong = [
            text
            for spec in specs
            if spec.name in present
            for text in _mismatches(spec, present[spec.name], settings[spec.name])
        ]
        if wrong:
            raise TopicMismatch("; ".join(wrong))
        missing = [spec for spec in specs if spec.name not in present]
        if missing:
            _create(admin, missing)
        return TopicsReport(
            created=tuple(spec.name for spec in missing),
            verified=tuple(spec.name for spec in specs if spec.name in present),
            differs=tuple(
                f"topic {spec.name!r} has {key}={settings[spec.name][key]}, {wanted} wanted"
                for spec in specs
                if spec.name in present
                for key, wanted in spec.configs().items()
                if settings[spec.name].get(key, wanted) != wanted
            ),
        )


def lag(bootstrap: str, group: str, topic: str, **client: Any) -> dict[int, PartitionLag]:
    """Return by partition how far consumer group `group` is behind in `topic`.

    Raises
    ------
    BrokerUnreachable
        No broker answers.
    LookupError
        There is no such topic.

    Notes
    -----
    The end of a partition is taken from a fetch, not from the answer to "what is the latest offset": the
    embedded broker answers that one with the *first* offset of the last batch, plus one.
    """
    with _admin(bootstrap, client) as admin:
        count = _partition_counts(admin, [topic]).get(topic)
        if count is None:
            raise LookupError(f"topic {topic!r} does not exist")
        parts = [TopicPartition(topic, number) for number in range(count)]
        committed = _group_offsets(admin, group, parts)
        starts = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.EARLIEST))
        latest = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST))
    ends = _ends(bootstrap, {part: latest[part].offset for part in parts}, client)
    return {
        part.partition: PartitionLag(
            committed=committed[part].offset if committed[part].offset >= 0 else None,
            start=starts[part].offset,
            end=ends[part],
        )
        for part in parts
    }


@contextmanager
def _admin(bootstrap: str, client: dict[str, Any]) -> Iterator[KafkaAdminClient]:
    settings = {"bootstrap_timeout_ms": 1000 * ANSWER_S} | client
    servers = bootstrap.split(",")
    seconds = settings["bootstrap_timeout_ms"] / 1000
    unreachable = BrokerUnreachable(f"no Kafka broker answers at {bootstrap} within {seconds:g} s")
    if not _listens(servers, seconds):
        raise unreachable
    try:
        admin = KafkaAdminClient(bootstrap_servers=servers, **settings)
    except KafkaTimeoutError as error:
        raise unreachable from error
    try:
        yield admin
    finally:
        admin.close()


def _listens(servers: Sequence[str], within_s: float) -> bool:
    """Wait until one of the servers accepts a connection: the client would leave a socket behind per try."""
    addresses = [_address(server) for server in servers]
    deadline = time.monotonic() + within_s
    while True:
        for address in addresses:
            with suppress(OSError), socket.create_connection(address, timeout=within_s):
                return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)


def _address(server: str) -> tuple[str, int]:
    host, _, port = server.strip().rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"bootstrap: {server!r} is no broker's address, host:port is wanted")
    return host.strip("[]"), int(port)


def _partition_counts(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, int]:
    """Return the number of partitions of those of `names` that exist."""
    counts = {}
    for topic in admin.describe_topics(list(names)):
        error = for_code(topic["error_code"])
        if topic["error_code"] == 0:
            counts[topic["name"]] = len(topic["partitions"])
        elif error.__name__ != "UnknownTopicOrPartitionError":
            raise error(f"topic {topic['name']!r} cannot be described")
    return counts


def _group_offsets(admin: KafkaAdminClient, group: str, parts: Sequence[TopicPartition]) -> dict[TopicPartition, Any]:
    """Return what a group has committed; who keeps that may have to be made first, or to be found anew."""
    deadline = time.monotonic() + ANSWER_S
    while True:
        try:
            return dict(admin.list_group_offsets({group: list(parts)})[group])
        except RetriableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _settings(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the settings of topics. The embedded broker names only those that were given."""
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found = admin.describe_configs(resources, config_filter=ConfigFilterType.ALL)["topic"]
    return {name: {key: entry["value"] for key, entry in found[name].items()} for name in names}


def _mismatches(spec: TopicSpec, partitions: int, settings: dict[str, str]) -> Iterator[str]:
    if partitions != spec.partitions:
        yield (
            f"topic {spec.name!r} has {partitions} partitions, {spec.partitions} wanted: set the number of "
            f"partitions to {partitions}, or delete the topic with all it holds (adding partitions would "
            "part keys from their past)"
        )
    wanted = spec.configs()["cleanup.policy"]
    found = settings.get("cleanup.policy", wanted)
    if ("compact" in found) != spec.compacted:
        yield (
            f"topic {spec.name!r} has cleanup.policy={found}, {wanted} wanted: "
            f"kafka-configs --alter --topic {spec.name} --add-config cleanup.policy={wanted}"
        )


def _create(admin: KafkaAdminClient, specs: Sequence[TopicSpec]) -> None:
    wanted = {
        spec.name: {
            "num_partitions": spec.partitions,
            "replication_factor": spec.replication,
            "configs": spec.configs(),
        }
        for spec in specs
    }
    for topic in admin.create_topics(wanted, raise_errors=False)["topics"]:
        error = for_code(topic["error_code"])
        if topic["error_code"] and error is not TopicAlreadyExistsError:  # another worker was faster
            raise error(f"topic {topic['name']!r} cannot be made: {topic['error_message'] or error.description}")
    admin.wait_for_topics([spec.name for spec in specs])


def _ends(bootstrap: str, latest: dict[TopicPartition, int], client: dict[str, Any]) -> dict[TopicPartition, int]:
    """Return the offsets that the next records will get, as a fetch from `latest` on tells them."""
    settings = {"fetch_max_wait_ms": FETCH_WAIT_MS, "enable_auto_commit": False} | client
    consumer = KafkaConsumer(bootstrap_servers=bootstrap.split(","), **settings)
    try:
        consumer.assign(list(latest))
        for part, offset in latest.items():
            consumer.seek(part, offset)
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            consumer.poll(timeout_ms=2 * FETCH_WAIT_MS)
            ends = {part: consumer.highwater(part) for part in latest}
            if None not in ends.values():
                return ends
        raise BrokerUnreachable(f"{bootstrap} does not serve every partition of {min(latest).topic!r}")
    finally:
        consumer.close()
