"""When to score a thread: when it has grown, when time has passed, when somebody has waited too long.

A scoring per 15 % of growth loses no more lead time than the thread takes to grow by 15 %, and costs a number of
scorings that rises with the logarithm of the size only. Between events a thread is looked at again after half
of its age, so that a risk sinks when the spread stops. Nothing here depends on what was scored
before, so batches of any size are scored alike.
"""

from math import ceil, inf

from scoring.thread import FIRST_SIZE, Thread

GROWTH, VIRAL_GROWTH = 1.15, 1.25

REACH_RICH = 5_000
"""A root whose author has so many followers is scored at once."""

SMALL = 15
"""A thread smaller than this is next looked at when it is quiet: until then its risk can hardly wake anybody."""

SHORTEST_S, LONGEST_S = 300.0, 6 * 3600.0
QUIET_S = 3 * 3600.0
SETTLE_S = 2.5 * 3600.0
"""A thread that is over is looked at once more, so much later, for alerting to see that it stays over."""

PATIENCE_S = 2 * 24 * 3600.0
"""A customer who waited so long is not counted as waiting any more."""


def next_size(thread: Thread) -> int:
    """The size at which a thread is scored again; one that is viral already has less to tell."""
    size = thread.spread
    growth = GROWTH if size < thread.profile.viral_spread else VIRAL_GROWTH
    return max(FIRST_SIZE, size + 1, ceil(size * growth))


def next_look(thread: Thread, at: float) -> float:
    """When a thread that was looked at `at` is looked at again should nothing happen; inf for never."""
    quiet = _quiet_from(thread)
    if is_over(thread, at):
        return at + SETTLE_S if at - quiet < SETTLE_S else inf
    if thread.conduct.waiting_since is None:
        if thread.spread < FIRST_SIZE:
            return inf
        if thread.spread < SMALL:
            return max(quiet, at + SHORTEST_S)
    return at + min(max(0.5 * (at - thread.root_at), SHORTEST_S), LONGEST_S)


def earliest(thread: Thread) -> float:
    """The next moment at which a thread must be looked at; inf for none."""
    waiting = thread.conduct.waiting_since
    if waiting is None:
        return thread.rescore_at
    limit = waiting + thread.profile.answer_sla_s
    return min(thread.rescore_at, limit) if limit > thread.looked_at else thread.rescore_at


def is_over(thread: Thread, at: float) -> bool:
    """Whether nobody spreads the thread any more and nobody waits for an answer."""
    waiting = thread.conduct.waiting_since
    return at >= _quiet_from(thread) and (waiting is None or at - waiting >= PATIENCE_S)


def _quiet_from(thread: Thread) -> float:
    """When a thread counts as quiet should nobody spread it any more."""
    last = thread.pace.last_at if thread.spread else thread.root_at
    return last + max(QUIET_S, 0.5 * (last - thread.root_at))


def is_reach_rich(thread: Thread) -> bool:
    """Whether the root's author alone is reason enough to score."""
    return (thread.audience.root or 0) >= REACH_RICH
