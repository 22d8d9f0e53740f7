"""The topics of the service, as they should be."""

from typing import Any

import msgspec

DAY_S = 86_400.0
HOUR_S = 3_600.0
MAX_MESSAGE_BYTES = 1_048_588
"""Kafka's own default: a row of state of 1 MiB, with its headers."""

REBUILD_S = 3 * DAY_S
"""For how long a thread lives, and how far back mentions are needed to tell its story anew."""

OUTAGE_S = DAY_S
"""How long a worker may be away without losing anything between two topics."""


class TopicSpec(msgspec.Struct, frozen=True):
    """A topic as it should be. Times are in seconds.

    Attributes
    ----------
    retention_s
        How long a record is kept, None for ever; a compacted topic keeps the last record of every key instead.
    least_retention_s
        With a shorter retention than this one, something that is promised does not hold.
    compacted
        Whether it is state, of which the last record of every key counts.
    compaction_lag_s
        For how long every record of a compacted topic is kept: who takes a partition over, and who loses it
        without knowing, must both find what they need in order to agree.
    segment_s
        A segment that is written to is not compacted; after this time a new one begins. With a size as well, it
        bounds what recovery has to read besides the state itself.
    replication
        Copies of each partition; -1 leaves it to the broker.
    """

    name: str
    partitions: int
    retention_s: float | None = 7 * DAY_S
    least_retention_s: float = 0.0
    compacted: bool = False
    compaction_lag_s: float = 900.0
    segment_s: float = HOUR_S
    replication: int = -1

    @property
    def kept(self) -> str:
        """What is kept of it, in words."""
        if self.compacted:
            return "newest per key"
        return "for ever" if self.retention_s is None else f"{self.retention_s / DAY_S:g} days"

    def configs(self) -> dict[str, str]:
        """Return the broker's settings for this topic."""
        if self.compacted:
            return {
                "cleanup.policy": "compact",
                "min.compaction.lag.ms": _ms(self.compaction_lag_s),
                "delete.retention.ms": _ms(DAY_S),  # a reader that takes longer would miss that a key is gone
                "min.cleanable.dirty.ratio": "0.2",
                "segment.ms": _ms(self.segment_s),
                "segment.bytes": str(64 << 20),
                "max.message.bytes": str(MAX_MESSAGE_BYTES),
            }
        return {
            "cleanup.policy": "delete",
            "retention.ms": "-1" if self.retention_s is None else _ms(self.retention_s),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
        }

    def least(self) -> dict[str, float]:
        """Return the settings that must not be smaller, with the least that will do."""
        if self.compacted:
            lag_ms = 1000 * self.compaction_lag_s
            wanted = {"min.compaction.lag.ms": lag_ms, "delete.retention.ms": lag_ms}
        else:
            wanted = {"retention.ms": 1000 * self.least_retention_s}
        return wanted | {"max.message.bytes": MAX_MESSAGE_BYTES}


def topic_specs(
    partitions: int = 8, *, prefix: str = "", retention_s: float = 7 * DAY_S, replication: int = -1
) -> tuple[TopicSpec, ...]:
    """Return the topics of the service.

    Parameters
    ----------
    partitions
        Of every topic but the dead letters, which nothing is joined with: an agent's state and the topics it
        writes by the same key must be cut alike.
    prefix
        Set before each name, for several services on one cluster.
    retention_s
        Seconds that records are kept. Dead letters and verdicts are kept four times as long: people look at
        the former and train on the latter. Orders to forget somebody are kept for thirty days, longer than any
        worker is away.
    replication
        Copies of each partition; -1 leaves it to the broker.
    """

    def spec(name: str, least_s: float = 0.0, **settings: Any) -> TopicSpec:
        wanted = {"partitions": partitions, "retention_s": retention_s, "replication": replication}
        return TopicSpec(name=prefix + name, least_retention_s=least_s, **(wanted | settings))

    def state(name: str) -> TopicSpec:
        return spec(name, retention_s=None, compacted=True)

    return (
        spec("mentions", REBUILD_S),
        spec("assessments", OUTAGE_S),
        spec("clicks", OUTAGE_S),
        spec("notifications", OUTAGE_S),
        spec("erasures", 30 * DAY_S, retention_s=30 * DAY_S),
        spec("verdicts", retention_s=4 * retention_s),
        state("threads"),
        state("incidents"),
        state("deliveries"),
        spec("mentions.rejected", partitions=1, retention_s=4 * retention_s),
    )


def _ms(seconds: float) -> str:
    return str(round(1000 * seconds))
