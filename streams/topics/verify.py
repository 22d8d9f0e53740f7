"""Making the topics that are missing, and refusing those that would lose or misread something."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from kafka import KafkaAdminClient
from kafka.admin import ConfigFilterType, ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError, for_code

from scoring.errors import UserError
from streams.topics.reach import admin_of
from streams.topics.specs import TopicSpec

Settings = Mapping[str, str]


class TopicsReport(msgspec.Struct, frozen=True):
    """What :func:`ensure_topics` found and did; names in the order of the specs.

    `differs` says in words, by topic, what of it is set otherwise than wanted, yet does no harm.
    """

    created: tuple[str, ...]
    verified: tuple[str, ...]
    differs: Mapping[str, tuple[str, ...]] = {}


class TopicMismatch(UserError, RuntimeError):  # noqa: N818 - it is not the program that is wrong
    """A topic is there, but not as the service needs it; the message says what to do."""


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
        A topic has another number of partitions, keeps records for too short a time, does not take large enough
        ones, or is compacted where it must not be, the other way round, or too soon. Every such topic is named,
        and nothing is created then.
    BrokerUnreachable, KafkaRefused
        No broker answers; or it does not let us in, or denies us the right, or cannot do it.
    KafkaAccessError
        `bootstrap` is not made of addresses.
    """
    with admin_of(bootstrap, client) as admin:
        counts = partition_counts(admin, [spec.name for spec in specs])
        settings = _settings(admin, list(counts))
        present = [spec for spec in specs if spec.name in counts]
        if wrong := _wrong(present, counts, settings):
            raise TopicMismatch("; ".join(_told(trouble, names, bootstrap) for trouble, names in wrong.items()))
        missing = [spec for spec in specs if spec.name not in counts]
        if missing:
            _create(admin, missing)
        differs = {spec.name: tuple(_differences(spec, settings[spec.name])) for spec in present}
        return TopicsReport(
            created=tuple(spec.name for spec in missing),
            verified=tuple(spec.name for spec in present),
            differs={name: found for name, found in differs.items() if found},
        )


def partition_counts(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, int]:
    """Return the number of partitions of those of `names` that exist."""
    counts = {}
    for topic in admin.describe_topics(list(names)):
        error = for_code(topic["error_code"])
        if topic["error_code"] == 0:
            counts[topic["name"]] = len(topic["partitions"])
        elif error.__name__ != "UnknownTopicOrPartitionError":
            raise error(f"topic {topic['name']!r} cannot be described")
    return counts


def _settings(admin: KafkaAdminClient, names: Sequence[str]) -> dict[str, Settings]:
    """Return the settings of topics. The embedded broker names only those that were given."""
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found = admin.describe_configs(resources, config_filter=ConfigFilterType.ALL)["topic"]
    return {name: {key: entry["value"] for key, entry in found[name].items()} for name in names}


class _Trouble(NamedTuple):
    """What is wrong with a topic, and the command that mends it, with its tool first and TOPIC for the name."""

    says: str
    instead: str
    tool: str
    arguments: str


def _wrong(
    specs: Sequence[TopicSpec], counts: Mapping[str, int], settings: Mapping[str, Settings]
) -> dict[_Trouble, list[str]]:
    """Return what would lose or misread something, and in which topics: they tend to be wrong all alike."""
    found: dict[_Trouble, list[str]] = {}
    for spec in specs:
        for trouble in (_wrong_partitions(spec, counts[spec.name]), _wrong_settings(spec, settings[spec.name])):
            if trouble:
                found.setdefault(trouble, []).append(spec.name)
    return found


def _wrong_partitions(spec: TopicSpec, partitions: int) -> _Trouble | None:
    if partitions == spec.partitions:
        return None
    return _Trouble(
        f"{partitions} partitions, {spec.partitions} wanted",
        f"give --partitions {partitions}, or delete with all there is (adding some would part keys from their past): ",
        "kafka-topics.sh",
        "--delete --topic TOPIC",
    )


def _wrong_settings(spec: TopicSpec, settings: Settings) -> _Trouble | None:
    wanted = spec.configs()
    says = {}
    policy = settings.get("cleanup.policy", wanted["cleanup.policy"])
    if policy != wanted["cleanup.policy"]:  # "compact,delete" too: it deletes state that is old, but still true
        says["cleanup.policy"] = f"cleanup.policy={policy}, {wanted['cleanup.policy']} wanted"
    for key, least in spec.least().items():
        found = settings.get(key, wanted[key])
        if 0 <= float(found) < least:  # -1 is for ever
            says[key] = f"{key}={found}{_in_words(key, found)}, at least {least:.0f} wanted"
    if not says:
        return None
    mended = ",".join(f"{key}={wanted[key]}" for key in says)
    alter = f"--alter --entity-type topics --entity-name TOPIC --add-config {mended}"
    return _Trouble(", ".join(says.values()), "", "kafka-configs.sh", alter)


def _told(trouble: _Trouble, names: Sequence[str], bootstrap: str) -> str:
    command = f"{trouble.tool} --bootstrap-server {bootstrap} {trouble.arguments}"
    if len(names) == 1:
        return f"topic {names[0]!r} has {trouble.says}: {trouble.instead}{command.replace('TOPIC', names[0])}"
    listed = ", ".join(repr(name) for name in names)
    return f"topics {listed} have {trouble.says}: {trouble.instead}for each TOPIC of them, {command}"


def _differences(spec: TopicSpec, settings: Settings) -> Iterator[str]:
    """Say what is set otherwise than wanted, and more generously where there is a least."""
    for key, wanted in spec.configs().items():
        found = settings.get(key, wanted)
        if found != wanted and key != "max.message.bytes":
            yield f"{key}={found}{_in_words(key, found)}, {wanted}{_in_words(key, wanted)} wanted"


def _in_words(key: str, value: str) -> str:
    """Say a time, which nobody reads in milliseconds."""
    ms = float(value) if key.endswith(".ms") else 0.0
    for unit, size in (("days", 86_400_000), ("hours", 3_600_000), ("minutes", 60_000), ("seconds", 1_000)):
        if ms >= 2 * size:
            return f" ({ms / size:.3g} {unit})"
    return ""


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
