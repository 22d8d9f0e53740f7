"""An engine that is cut off and restored goes on as one that never was."""

from contextlib import ExitStack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scoring.audience
import scoring.thread
import scoring.ties
import scoring.tree
from scoring.engine import Engine
from scoring.profile import BrandProfile
from tests.scoring.scoring_samples import HOUR, streams

PROFILE = BrandProfile(viral_spread=20, answer_sla_s=1_800.0)

TINY = {
    (scoring.thread, "REMEMBERED_IDS"): 3,
    (scoring.thread, "MAX_COUNTED_POSTS"): 2,
    (scoring.thread, "TEXTS_READ_EACH"): 2,
    (scoring.audience, "REMEMBERED_AUTHORS"): 2,
    (scoring.ties, "REMEMBERED_TIES"): 2,
    (scoring.tree, "MAX_POSTS"): 5,
    (scoring.tree, "MAX_DEPTH"): 3,
}
"""Bounds so small that a short stream runs into all of them."""


class Kept:
    """What a changelog would hold of an engine."""

    def __init__(self):
        self.rows = {}
        self.state = b""

    def take(self, engine):
        changes = engine.take_changes()
        for name, row in changes.rows:
            if row is None:
                self.rows.pop(name, None)
            else:
                self.rows[name] = row
        self.state = changes.state
        return changes


def all_rows(engine):
    """Each live or remembered thread's row as of now."""
    for name in (*engine._threads, *engine._began):
        engine.touch(name)
    changes = engine.take_changes()
    return dict(changes.rows), changes.state


class Life:
    """An engine with bounds, and how to bring it back."""

    def __init__(self, models, bounds):
        self._models, self._bounds = models, bounds
        self.engine = Engine(models, lambda _brand: PROFILE, **bounds)
        self.kept = Kept()

    def cut(self, order):
        self.kept.take(self.engine)
        rows = list(self.kept.rows.items())
        order.shuffle(rows)
        self.engine = Engine.restore(self._models, lambda _brand: PROFILE, self.kept.state, rows, **self._bounds)


def said(engine, mentions):
    return engine.fold(mentions), engine.take_complaints()


def counters(engine):
    return len(engine), engine.now, engine.repeats, engine.started, engine.buried


@st.composite
def plays(draw):
    """A stream in batches of any size, with silences and cuts in between."""
    mentions = draw(streams(most=80))
    script, start = [], 0
    while start < len(mentions):
        size = draw(st.integers(1, 12))
        script.append(mentions[start : start + size])
        start += size
        script += draw(st.sampled_from([[], [], ["cut"], ["take"], [4_000.0], [200_000.0, "cut"]]))
    return script


BOUNDS = st.fixed_dictionaries(
    {"max_threads": st.sampled_from([1, 2, 1_000]), "retention_s": st.sampled_from([600.0, HOUR, 72 * HOUR])}
)


@pytest.mark.parametrize("tiny", [False, True], ids=["bounds as they are", "tiny bounds"])
@settings(max_examples=60)
@given(script=plays(), bounds=BOUNDS, order=st.randoms(use_true_random=False))
def test_an_engine_cut_anywhere_goes_on_as_if_it_had_not_been(models, tiny, script, bounds, order):
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for (module, name), value in TINY.items() if tiny else ():
            patch.setattr(module, name, value)
        whole = Engine(models, lambda _brand: PROFILE, **bounds)
        life = Life(models, bounds)
        for step in [*script, 30 * HOUR]:
            if step == "cut":
                life.cut(order)
            elif step == "take":
                life.kept.take(life.engine)
            elif isinstance(step, float):
                now = whole.now + step
                assert life.engine.advance(now) == whole.advance(now)
            else:
                assert said(life.engine, step) == said(whole, step)
            assert counters(life.engine) == counters(whole)
        life.cut(order)
        rows, state = all_rows(whole)
        assert (life.kept.rows, life.kept.state) == (rows, state)
        assert all_rows(life.engine) == (rows, state)
