"""Whatever is decoded can be folded: nothing raises, what is kept stays bounded, a repeat changes nothing."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.engine import Engine
from scoring.mention import Mention
from scoring.profile import BrandProfile
from streams.decode import decode
from tests.streams.event_samples import NOW, event
from tests.streams.hostile_samples import HOSTILE

HOUR = 3600.0
MOST = 4
PROFILE = BrandProfile(viral_spread=50, accounts={"x": ("acme",)})
POSTS = ["1", "2", "3", "4", "", "\u202e", "é" * 512]
"""Few names, so that posts are their own parents, grandparents, threads and repeats."""

events = st.builds(
    event,
    id=st.sampled_from([name for name in POSTS if name]),
    thread_id=st.sampled_from(["1", "2", "5"]),
    parent_id=st.none() | st.sampled_from(POSTS),
    kind=st.sampled_from(["post", "reply", "share", "quote", "counts"]),
    created_at=st.sampled_from([0.0, -0.0, 1e-320, NOW - HOUR, NOW, NOW + 23 * HOUR]) | st.floats(NOW - HOUR, NOW),
    author=st.just(...)
    | st.builds(
        dict,
        id=st.sampled_from(["kim", "acme", "\u202e"]),
        handle=st.none() | st.sampled_from(["kim", "acme", "@acme", ""]),
        followers=st.none() | st.sampled_from([0, 1, 2**53 - 1]),
        brand=st.none() | st.sampled_from(["b", "", "é"]),
    ),
    counts=st.just(...)
    | st.dictionaries(
        st.sampled_from(["shares", "likes", "replies", "views"]), st.none() | st.sampled_from([0, 1, 2**53 - 1])
    ),
    text=st.none() | st.sampled_from(["", "slecht", "\x00", "a\u0301" * 5_000]) | st.text(max_size=30),
    lang=st.none() | st.sampled_from(["nl", "", "xx", "\ud7ff" * 64]),
)
streams = st.lists(events, max_size=40)


def mentions_of(written):
    decoded = [decode(json.dumps(one).encode(), NOW) for one in written]
    return [one for one in decoded if isinstance(one, Mention)]


@pytest.fixture(scope="module")
def new_engine(models):
    return lambda **bounds: Engine(models, lambda _: PROFILE, **bounds)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(streams, st.floats(0, 1e6))
def test_what_is_decoded_is_folded_and_stays_bounded(new_engine, written, passed):
    engine = new_engine(max_threads=MOST)
    mentions = mentions_of(written)
    for scoring in engine.fold(mentions) + engine.advance(NOW + passed):
        assert 0 <= scoring.risk <= 1
        assert 0 <= scoring.p_viral <= 1
        assert scoring.shares >= 0
    assert len(engine) <= MOST
    assert engine.now <= NOW + max(passed, 24 * HOUR)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(streams, streams)
def test_a_repeat_changes_nothing(new_engine, first, then):
    first, then = ([m for m in mentions_of(each) if m.created_at > NOW - 2 * HOUR] for each in (first, then))
    once, twice = new_engine(), new_engine()
    assert once.fold(first) == twice.fold(first)
    known = twice.repeats
    assert twice.fold(first) == []
    assert twice.take_complaints() == []
    assert twice.repeats == known + len(first)
    assert once.fold(then) == twice.fold(then)
    assert once.advance(NOW + 48 * HOUR) == twice.advance(NOW + 48 * HOUR)


def test_every_hostile_record_that_is_a_mention_is_folded(new_engine):
    good = [m for one in HOSTILE.values() if isinstance(m := decode(one.value, NOW), Mention)]
    assert len(good) > 10
    engine = new_engine()
    engine.fold(good)
    assert 0 < len(engine) <= len(good)


N = 8_000
SLOW_S = 20.0
"""CPU time, more than ten times what it takes."""

LINKS = {
    "a chain": lambda n: n - 1,
    "a chain that arrives backwards": lambda n: n + 1,
    "every post its own parent": lambda n: n,
    "circles of two": lambda n: n ^ 1,
    "a star around what never comes": lambda _: -1,
    "a star that moves to the next star again and again": lambda n: n // 4_000 * 4_000 - 1 if n % 40 else n + 40,
    "parents that never come": lambda n: -n - 1,
}


@pytest.mark.parametrize("parent", LINKS.values(), ids=LINKS)
def test_parents_of_any_shape_cost_no_more_with_each_event(new_engine, parent):
    engine = new_engine()
    mentions = [
        decode(
            json.dumps(
                event(
                    id=f"p{n}", parent_id=f"p{parent(n)}", kind="share", created_at=NOW + n / N, author={"id": f"a{n}"}
                )
            ).encode(),
            NOW,
        )
        for n in range(N)
    ]
    began = time.process_time()
    for at in range(0, N, 2_000):
        engine.fold(mentions[at : at + 2_000])
    assert time.process_time() - began < SLOW_S
    assert len(engine) == 1


def test_a_million_followers_of_everybody_and_counts_beyond_measure_stay_finite(new_engine):
    most = 2**53 - 1
    engine = new_engine()
    counts = [
        event(
            id=f"c{n}",
            parent_id=f"{n}",
            kind="counts",
            author=...,
            counts={"shares": most, "replies": most, "views": most},
        )
        for n in range(300)
    ]
    shares = [event(id=f"s{n}", kind="share", author={"id": f"a{n}", "followers": most}) for n in range(300)]
    for scoring in engine.fold(mentions_of([event(), *counts, *shares])) + engine.advance(NOW + 24 * HOUR):
        assert 0 <= scoring.risk <= 1
        assert scoring.shares <= 300 * 2 * most
