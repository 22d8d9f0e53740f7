"""Scores over the made-up fortnight: the engine's own, and those of simpler methods at every event."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from scoring.cascades import Cascade, CascadeFold
from scoring.engine import Engine, Models
from scoring.evaluation.baselines import LAST_HOUR, PLAIN, REACH, Plain
from scoring.evaluation.fortnight import Played, event_times, mentions
from scoring.evaluation.growth import HORIZON_S, OURS, VIRAL
from scoring.evaluation.measures import Floats
from scoring.evaluation.paging import Course
from scoring.features import describe
from scoring.forecast.snapshots import HOUR
from scoring.mention import Mention
from scoring.observation import observe
from scoring.profile import BrandProfile

BATCH = 4_096
"""Mentions per batch; the engine's answers do not depend on it."""


class Scored(NamedTuple):
    """The engine's scorings of one thread, in time order: times, P(viral), P(negative) and risk, all of shape (n,)."""

    at: Floats
    p_viral: Floats
    p_negative: Floats
    risk: Floats


def run_engine(
    models: Models, threads: Sequence[Played], cascades: Sequence[Cascade], tell: Callable[[float], None]
) -> list[Scored]:
    """Play the threads through the engine with the default profile; `tell` hears which part of it is done."""
    profile = BrandProfile(viral_spread=VIRAL, horizon_s=HORIZON_S)
    engine = Engine(models, lambda _: profile)
    found: dict[str, list[tuple[float, float, float, float]]] = {thread.id: [] for thread in threads}
    total, done = count_events(threads, cascades), 0
    for batch in _batches(mentions(threads, cascades)):
        for one in engine.fold(batch):
            found[one.thread_id].append((one.at, one.p_viral, one.p_negative, one.risk))
        done += len(batch)
        tell(done / total)
    # A thread is looked at for hours after its last event.
    for one in engine.advance(engine.now + HORIZON_S):
        found[one.thread_id].append((one.at, one.p_viral, one.p_negative, one.risk))
    return [Scored(*np.array(found[thread.id]).reshape(-1, 4).T) for thread in threads]


def courses_of(
    threads: Sequence[Played], cascades: Sequence[Cascade], scored: Sequence[Scored], plain: Plain | None
) -> Iterator[tuple[str, str, list[Course]]]:
    """Each method's scores over time, of each thread: (method, tone read or known, courses in thread order).

    The engine is taken as it scores. Everything else scores at every event from the engine's first scoring on, with
    P(negative) as the engine knows it by then.
    """
    at = [np.array([event[0] for event in cascade.events]) for cascade in cascades]
    methods: dict[str, list[Floats]] = {
        LAST_HOUR: [np.arange(1.0, len(t) + 1.0) - np.searchsorted(t, t - HOUR, side="right") for t in at],
        REACH: [_reach(cascade) for cascade in cascades],
    }
    if plain is not None:
        methods[PLAIN] = _plain_scores(plain, cascades)
    yield OURS, "read", [Course.of(one.at, one.risk) for one in scored]
    yield (
        OURS,
        "known",
        [Course.of(one.at, one.p_viral * thread.negative) for thread, one in zip(threads, scored, strict=True)],
    )
    for method, of_cascade in methods.items():
        read, known = [], []
        for thread, one in zip(threads, scored, strict=True):
            moments = event_times(thread, cascades[thread.cascade])
            scores = of_cascade[thread.cascade][: len(moments)]
            latest = np.searchsorted(one.at, moments, side="right") - 1
            heard = latest >= 0
            negative = np.zeros(len(moments))
            negative[heard] = one.p_negative[latest[heard]]
            read.append(Course.of(moments, scores * negative))
            known.append(Course.of(moments, scores * heard * thread.negative))
        yield method, "read", read
        yield method, "known", known


def count_events(threads: Sequence[Played], cascades: Sequence[Cascade]) -> int:
    """Number of mentions in the stream, roots included."""
    return sum(1 + len(event_times(thread, cascades[thread.cascade])) for thread in threads)


def viral_after_s(cascade: Cascade) -> float:
    """Seconds from the root to the viral spread; NaN where that is not reached within the horizon."""
    if len(cascade.events) < VIRAL:
        return float("nan")
    after = cascade.events[VIRAL - 1][0]
    return after if after <= HORIZON_S else float("nan")


def _batches(stream: Iterator[Mention]) -> Iterator[list[Mention]]:
    while batch := list(islice(stream, BATCH)):
        yield batch


def _reach(cascade: Cascade) -> Floats:
    """Followers so far, the root's included; the size where no sharer's are known."""
    followers = np.array([np.nan if event[1] is None else event[1] for event in cascade.events], dtype=float)
    if np.isnan(followers).all():
        return np.arange(1.0, len(followers) + 1.0)
    total: Floats = np.cumsum(np.nan_to_num(followers)) + (cascade.root_followers or 0)
    return total


def _plain_scores(plain: Plain, cascades: Sequence[Cascade]) -> list[Floats]:
    """P(viral) at every event; known once the viral spread is reached or the horizon is past."""
    out = []
    for cascade in cascades:
        times = np.array([event[0] for event in cascade.events])
        scores = np.full(len(times), 0.0 if np.isnan(viral_after_s(cascade)) else 1.0)
        open_ = min(int(np.searchsorted(times, HORIZON_S, side="right")), VIRAL - 1)
        fold = CascadeFold(cascade)
        seen = [observe(fold.grown_to(size), float(times[size - 1])) for size in range(1, open_ + 1)]
        if seen:
            scores[:open_] = plain.p(describe(seen))
        out.append(scores)
    return out
