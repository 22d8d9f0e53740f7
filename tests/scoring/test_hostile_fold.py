"""Whatever comes, an engine keeps little of it and never fails."""

from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scoring.engine
import scoring.tree
from scoring.engine import SPARE_TIMERS
from scoring.mention import Author, Counts, Mention
from scoring.profile import BrandProfile
from tests.scoring.scoring_samples import HOUR, T0, post, spread

DAY = 24 * HOUR
PROFILE = BrandProfile(viral_spread=50, accounts={"x": ("zorg",)})

NAMES = st.sampled_from(["t", "u", "a", "b", "c", "d", "🔥" * 512, "\x00", " "])
COUNTS = st.one_of(st.none(), st.sampled_from([0, 1, 500, 2**53 - 1]))


@st.composite
def anything(draw):
    """What the decoder lets through, and nobody sane would send."""
    kind = draw(st.sampled_from(["post", "reply", "share", "quote", "counts"]))
    counts = Counts(draw(COUNTS), draw(COUNTS), draw(COUNTS), draw(COUNTS)) if kind == "counts" else None
    return Mention(
        draw(NAMES),
        draw(st.sampled_from(["t", "u", "🔥" * 512])),
        kind,
        draw(st.sampled_from([0.0, 1e-300, T0, T0 + 1, T0 + HOUR, T0 + DAY])),
        "x",
        "b",
        None if kind == "counts" else Author(draw(NAMES), draw(st.sampled_from([None, "", "zorg", "k"])), draw(COUNTS)),
        draw(st.none() | NAMES | st.just("")),
        draw(st.sampled_from([None, "", "@b slecht?", "🔥" * 70_000, "\x00\ufffe", "Jammer dan."])),
        None,
        draw(st.sampled_from([None, "", "https://x.test/" + "z" * 9_000])),
        counts,
    )


@settings(max_examples=60)
@given(st.lists(anything(), max_size=40), st.booleans())
def test_anything_is_folded_written_down_and_read_again(models, new_engine, mentions, tiny):
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        if tiny:
            patch.setattr(scoring.tree, "MAX_POSTS", 3)
            patch.setattr(scoring.tree, "MAX_DEPTH", 2)
        engine = new_engine(profile=PROFILE, max_threads=2)
        for mention in mentions:
            engine.fold([mention])
        engine.advance(engine.now + DAY)
        changes = engine.take_changes()
        again = scoring.engine.Engine.restore(models, lambda _brand: PROFILE, changes.state, changes.rows)
        for name, _ in changes.rows:
            again.touch(name)
        assert dict(again.take_changes().rows) == dict(changes.rows)
        assert all(len(row) < 8_000 for _, row in changes.rows)


@pytest.mark.parametrize(
    "parent_of",
    [
        lambda i: f"p{i}",
        lambda i: f"p{(i + 1) % 6_000}",
        lambda i: f"p{i ^ 1}",
        lambda i: f"p{i + 1}",
        lambda i: f"gone{i}",
    ],
    ids=["self-parents", "one circle", "pairs", "backwards", "parents never seen"],
)
def test_parents_that_make_no_tree_cost_no_more_than_others(new_engine, parent_of):
    engine = new_engine(profile=PROFILE)
    engine.fold([post(), *(spread(f"p{i}", T0 + i / 9, parent=parent_of(i)) for i in range(6_000))])
    (thread,) = engine._threads.values()
    assert thread.spread == 6_000
    assert len(thread.tree.graph) <= scoring.tree.MAX_POSTS + 1
    assert thread.tree.max_depth <= scoring.tree.MAX_DEPTH


def test_a_thread_of_very_many_shares_keeps_a_bounded_row(new_engine):
    engine = new_engine(profile=PROFILE)
    sizes = []
    for start in range(0, 60_000, 10_000):
        engine.fold([spread(f"s{i}", T0 + i / 50) for i in range(start, start + 10_000)])
        ((_, row),) = engine.take_changes().rows
        sizes.append(len(row))
    assert max(sizes) < 400_000  # names are forgotten by the thousand, so it rises and falls


def test_very_many_threads_of_one_event_are_forgotten_and_so_are_their_timers(new_engine):
    engine = new_engine(profile=PROFILE, max_threads=500)
    for start in range(0, 6_000, 1_000):
        engine.fold([post(f"t{i}", T0 + i / 1_000) for i in range(start, start + 1_000)])
        assert len(engine) == len(engine._live) == 500
        assert len(engine._began) <= 500
        assert len(engine._timers) <= 2 * 500 + SPARE_TIMERS + 1_000
    rows = engine.take_changes().rows
    assert len(rows) == 1_000
    assert sum(len(row) for _, row in rows) < 250_000


def test_a_clock_a_day_ahead_does_not_stop_the_others(new_engine):
    engine = new_engine(profile=PROFILE)
    engine.fold([post("t"), post("ahead", T0 + DAY)])
    scorings = engine.fold([spread(f"s{i}", T0 + 20 * i, thread="t") for i in range(80)])
    assert engine.now == T0 + DAY
    assert scorings[-1].shares >= 60
    assert scorings[-1].p_viral == 1.0
