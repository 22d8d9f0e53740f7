"""The service watching itself: a feed that is silent, behind, stuck or polluted is an alert like any other."""

import math
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, get_args

import msgspec

from alerts.rejected import Rejected
from scoring.errors import require

Trouble = Literal["silent", "behind", "stuck", "polluted"]
"""No mentions come in; too many are unread; some partitions are not read at all; too much of it is no mention."""

TROUBLES: tuple[Trouble, ...] = get_args(Trouble)

_CALM_S = 60.0  # trouble that is gone must stay away so long before it counts as over
_UPDATE_S = 300.0
_UPDATE_PART = 0.25  # a long trouble is brought up to date more seldom: this part of its age
_USUAL_OVER_S, _USUAL_FROM_S = 6 * 3600.0, 1800.0
_POLLUTED_LEAST = 20  # fewer bad records than this tell nothing of a feed
_MOST_LETTERS = 60_000  # a thousand a second, which a broker still takes


class FeedPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the service tells that it cannot be relied on; seconds of the wall clock, 0 switches a watch off.

    `silent_s` without a single mention; more than `behind` mentions unread for `behind_s`; a partition with unread
    mentions that has not moved for `stuck_s`.

    What is said of a thread as of more than `stale_s` ago is not told of any more: a worker that comes back after an
    outage must not page for last night.

    Raises
    ------
    ValueError
        When a value is out of its range.
    """

    silent_s: float = 1800.0
    behind: int = 10_000
    behind_s: float = 300.0
    stuck_s: float = 120.0
    stale_s: float = 7200.0
    polluted: float = 0.05
    dead_letters_per_min: int = 600

    def __post_init__(self) -> None:
        for name in ("silent_s", "behind", "behind_s", "stuck_s", "stale_s"):
            value: float = getattr(self, name)
            require(0 <= value < float("inf"), name, value, "0 or more")
        require(0 <= self.polluted <= 1, "polluted", self.polluted, "0 to 1")
        most = _MOST_LETTERS
        require(
            0 <= self.dead_letters_per_min <= most, "dead_letters_per_min", self.dead_letters_per_min, f"0 to {most}"
        )


class Health(msgspec.Struct, frozen=True):
    """How the feed is at `at`, epoch seconds of the wall clock.

    `last_at` is when the newest mention was seen to come in, None as long as none has since the watch began at
    `watched_since`. `per_hour` is how many usually come, None until that is known. `unread` are in the topic and not
    yet scored, of which `backlog` are too many. `stuck` are the partitions that do not move, `stuck_unread` what waits
    in them, and `stuck_since` since when the first of them stands still. Of `read` records of the last five minutes
    those in `rejected`, by reason, the most frequent first, were no mentions.
    """

    at: float
    watched_since: float
    last_at: float | None
    per_hour: float | None
    unread: int
    backlog: int
    stuck: tuple[int, ...] = ()
    stuck_unread: int = 0
    stuck_since: float | None = None
    read: int = 0
    rejected: tuple[tuple[str, int], ...] = ()

    @property
    def rejected_share(self) -> float:
        """Which part of what was read was no mention, 0 to 1."""
        return min(1.0, sum(number for _, number in self.rejected) / max(1, self.read))


class OpsAlert(msgspec.Struct, frozen=True):
    """One thing to tell about the feed: a trouble opened, its figures moved, or it is over.

    `key` names the trouble from its opening to its end and `revision`, from 1, orders what is told of it. `since`
    is when the trouble began, which is before it was told; times are epoch seconds of the wall clock.
    """

    key: str
    revision: int
    trouble: Trouble
    event: Literal["opened", "updated", "resolved"]
    since: float
    at: float
    health: Health


class _Sign(NamedTuple):
    """What one look says of a trouble: whether it is there, since when, and whether it is clearly gone."""

    there: bool
    since: float
    gone: bool


class Watchdog:
    """Watches the offsets of the mentions topic, as a broker tells them, and says what people should know.

    Each trouble is told once when it begins, brought up to date every five minutes and more seldom as it grows old,
    and told once when it is over. What is found at the first look is where the watch begins, never an alert.

    Parameters
    ----------
    policy
        How long each trouble may last before it is told.
    """

    def __init__(self, policy: FeedPolicy) -> None:
        self._policy = policy
        self._health: Health | None = None
        self._ends: dict[int, int] = {}
        self._came = self._came_over_s = 0.0
        self._committed: dict[int, int | None] = {}
        self._moved: dict[int, float] = {}
        self._behind_since: float | None = None
        self._rejected = Rejected()
        self._open: dict[Trouble, OpsAlert] = {}
        self._gone_since: dict[Trouble, float] = {}

    @property
    def health(self) -> Health | None:
        """The latest figures, None before the first look."""
        return self._health

    @property
    def troubles(self) -> tuple[OpsAlert, ...]:
        """What was told last of each trouble that is not over."""
        return tuple(self._open.values())

    def observe(
        self,
        now: float,
        ends: Mapping[int, int],
        committed: Mapping[int, int | None],
        rejected: Mapping[str, int] | None = None,
    ) -> list[OpsAlert]:
        """Look once, at `now`, and say what there is to tell.

        Parameters
        ----------
        now
            Epoch seconds, not before the last look.
        ends
            The offset after the newest record, by partition.
        committed
            The offset up to which records are dealt with, by partition; None, or no entry, where that was never said.
        rejected
            How many records were found to be no mentions since the last look, by reason.
        """
        health = self._health = self._look(now, ends, committed, rejected or {})
        told = []
        for trouble, sign in self._signs(health):
            alert = self._judge(trouble, sign, health)
            if alert is not None:
                told.append(alert)
        return told

    def _look(
        self, now: float, ends: Mapping[int, int], committed: Mapping[int, int | None], rejected: Mapping[str, int]
    ) -> Health:
        before = self._health
        self._rejected.add(now, committed, rejected)
        unread = {partition: max(0, end - (committed.get(partition) or 0)) for partition, end in ends.items()}
        came = self._count(now, ends)
        self._follow(now, unread, committed)
        total = sum(unread.values())
        if total <= self._policy.behind:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = now
        still = {partition: at for partition, at in self._moved.items() if now - at >= self._policy.stuck_s > 0}
        return Health(
            at=now,
            watched_since=now if before is None else before.watched_since,
            last_at=now if came else (None if before is None else before.last_at),
            per_hour=self._came * 3600.0 / self._came_over_s if self._came_over_s >= _USUAL_FROM_S else None,
            unread=total,
            backlog=self._policy.behind,
            stuck=tuple(sorted(still)),
            stuck_unread=sum(unread[partition] for partition in still),
            stuck_since=min(still.values(), default=None),
            read=self._rejected.read,
            rejected=self._rejected.reasons,
        )

    def _count(self, now: float, ends: Mapping[int, int]) -> bool:
        """Learn how many mentions usually come, the last six hours counting most; whether any came now."""
        came = any(end != self._ends.get(partition, end) for partition, end in ends.items())
        arrived = sum(max(0, end - self._ends.get(partition, end)) for partition, end in ends.items())
        self._ends.update(ends)
        if came and self._health is not None and "silent" not in self._open:  # a silence is not usual
            passed_s = now - (self._health.last_at or self._health.watched_since)
            kept = math.exp(-passed_s / _USUAL_OVER_S)
            self._came = self._came * kept + arrived
            self._came_over_s = self._came_over_s * kept + passed_s
        return came

    def _follow(self, now: float, unread: Mapping[int, int], committed: Mapping[int, int | None]) -> None:
        """Note when each partition moved last; one with nothing to read has no need to."""
        for partition, waiting in unread.items():
            at = committed.get(partition)
            if not waiting or partition not in self._moved or at != self._committed.get(partition):
                self._moved[partition] = now
            self._committed[partition] = at
        for partition in self._moved.keys() - unread.keys():
            del self._moved[partition]

    def _signs(self, health: Health) -> Iterator[tuple[Trouble, _Sign]]:
        policy = self._policy
        if policy.silent_s > 0:
            since = health.watched_since if health.last_at is None else health.last_at
            quiet_s = health.at - since
            yield "silent", _Sign(quiet_s >= policy.silent_s, since, gone=quiet_s < policy.silent_s / 2)
        if policy.behind > 0 and policy.behind_s > 0:
            since = health.at if self._behind_since is None else self._behind_since
            there = self._behind_since is not None and health.at - since >= policy.behind_s
            yield "behind", _Sign(there, since, gone=health.unread <= policy.behind / 2)
        if policy.stuck_s > 0:
            since = health.at if health.stuck_since is None else health.stuck_since
            yield "stuck", _Sign(bool(health.stuck), since, gone=not health.stuck)
        if policy.polluted > 0:
            share, number = health.rejected_share, sum(number for _, number in health.rejected)
            there = share > policy.polluted and number >= _POLLUTED_LEAST
            since = health.at if self._rejected.since is None else self._rejected.since
            yield "polluted", _Sign(there, since, gone=share <= policy.polluted / 2)

    def _judge(self, trouble: Trouble, sign: _Sign, health: Health) -> OpsAlert | None:
        told = self._open.get(trouble)
        if told is None:
            if not sign.there:
                return None
            key = f"feed-{trouble}-{health.at:.0f}"
            told = self._open[trouble] = OpsAlert(key, 1, trouble, "opened", sign.since, health.at, health)
            return told
        if not sign.gone:
            self._gone_since.pop(trouble, None)
        elif health.at - self._gone_since.setdefault(trouble, health.at) >= _CALM_S:
            del self._open[trouble], self._gone_since[trouble]
            return msgspec.structs.replace(
                told, revision=told.revision + 1, event="resolved", at=health.at, health=health
            )
        if health.at - told.at < max(_UPDATE_S, _UPDATE_PART * (health.at - told.since)):
            return None
        told = self._open[trouble] = msgspec.structs.replace(
            told, revision=told.revision + 1, event="updated", at=health.at, health=health
        )
        return told
