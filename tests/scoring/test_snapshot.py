"""An engine that is cut off and restored goes on as one that never was."""

import gc
from base64 import b64decode
from contextlib import ExitStack, suppress
from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scoring.audience
import scoring.thread
import scoring.ties
import scoring.tree
from scoring import snapshot
from scoring.engine import Engine
from scoring.mention import Author, Counts, Mention
from scoring.profile import BrandProfile
from scoring.snapshot import SnapshotError
from tests.scoring.scoring_samples import HOUR, T0, answer, burst, counted, post, streams, threaded

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
@settings(max_examples=30)
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


def restored(models, state, rows, **bounds):
    return Engine.restore(models, lambda _brand: PROFILE, state, rows, **bounds)


def fields_of(thing):
    """All that a thing of ours holds, with names, however deep; what is drawn from the rest anew is left out."""
    names = getattr(type(thing), "__struct_fields__", None) or getattr(type(thing), "__slots__", None)
    if isinstance(thing, dict):
        return [(key, fields_of(value)) for key, value in thing.items()]
    if isinstance(thing, list | tuple | scoring.tree.deque):
        return [fields_of(value) for value in thing]
    if not names or isinstance(thing, BrandProfile):
        return thing
    return {name: fields_of(getattr(thing, name)) for name in names if name != "_graph"}


@settings(max_examples=60)
@given(streams())
def test_every_field_of_a_thread_is_written_down(mentions):
    thread = threaded(*[m for m in mentions if m.thread_id == mentions[0].thread_id], profile=PROFILE)
    row = snapshot.write(thread.id, thread.freeze())
    again = type(thread).thaw(thread.id, snapshot.read_thread(thread.id, row), PROFILE)
    assert fields_of(again) == fields_of(thread)
    assert set(again.tree.graph.edges) == set(thread.tree.graph.edges)


def test_only_what_changed_is_written(new_engine):
    engine = new_engine(profile=PROFILE)
    engine.fold([post("t"), post("u"), post("v", text="top bedankt")])
    assert [name for name, _ in engine.take_changes().rows] == ["t", "u", "v"]
    assert engine.take_changes().rows == []
    engine.fold([post("u")])  # a repeat: heard of again all the same
    assert [name for name, _ in engine.take_changes().rows] == ["u"]
    engine.advance(T0 + PROFILE.answer_sla_s)  # two customers wait no longer in silence
    assert {name for name, _ in engine.take_changes().rows} == {"t", "u"}


def test_a_row_is_written_anew_when_asked_for_and_is_a_tombstone_where_there_is_nothing(new_engine):
    engine = new_engine()
    engine.fold([post("t")])
    (first,) = engine.take_changes().rows
    engine.touch("t")
    engine.touch("nobody")
    assert engine.take_changes().rows == [first, ("nobody", None)]


def test_an_engine_nobody_asked_for_rows_yet_writes_what_was_asked_for_too(new_engine):
    engine = new_engine()
    engine.touch("stray")
    engine.fold([post("t")])
    assert [(name, row is None) for name, row in engine.take_changes().rows] == [("t", False), ("stray", True)]


def test_threads_that_are_let_go_leave_when_they_began_and_then_nothing(new_engine):
    engine = new_engine(max_threads=1)
    kept = Kept()
    engine.fold([post("t")])
    kept.take(engine)
    assert engine.buried == 0
    engine.fold([post("u", T0 + 1)])
    assert dict(kept.take(engine).rows).keys() == {"u", "t"}
    assert len(kept.rows["t"]) < 40 < len(kept.rows["u"])
    engine.fold([post("v", T0 + 2)])
    assert dict(kept.take(engine).rows)["t"] is None
    assert (engine.buried, set(kept.rows)) == (2, {"u", "v"})


def test_an_engine_with_room_for_fewer_lets_go_of_the_rest(models, new_engine):
    engine = new_engine()
    engine.fold([post(f"t{i}", T0 + i) for i in range(10)])
    changes = engine.take_changes()
    smaller = restored(models, changes.state, changes.rows, max_threads=3)
    smaller.fold([post("new", T0 + 20)])
    assert len(smaller) == 3
    names = {name for name, row in smaller.take_changes().rows if row is not None and len(row) > 40}
    assert names == {"new"}


@pytest.fixture(scope="module")
def written(models):
    engine = Engine(models, lambda _brand: PROFILE)
    engine.fold([*burst(6), answer("a", T0 + 900, text="Jammer dan."), counted("c", T0 + 1_000, shares=40)])
    engine.fold([post("old", T0 - HOUR)])
    return engine.take_changes()


def read_all(models, changes):
    return restored(models, changes.state, changes.rows)


@given(st.data())
def test_what_is_damaged_is_refused_and_never_read_as_something_else(models, written, data):
    rows = dict(written.rows)
    name = data.draw(st.sampled_from([None, *rows]))
    raw = bytearray(written.state if name is None else rows[name])
    match data.draw(st.sampled_from(["flip", "cut", "grow", "noise"])):
        case "flip":
            for at in data.draw(st.sets(st.integers(0, 8 * len(raw) - 1), min_size=1, max_size=4)):
                raw[at // 8] ^= 1 << at % 8
        case "cut":
            del raw[data.draw(st.integers(0, len(raw) - 1)) :]
        case "grow":
            raw += data.draw(st.binary(min_size=1, max_size=20))
        case _:
            raw[:] = data.draw(st.binary(max_size=200))
    state = bytes(raw) if name is None else written.state
    with pytest.raises(SnapshotError):
        restored(models, state, [(n, bytes(raw) if n == name else row) for n, row in rows.items()])


@given(
    st.binary(max_size=60) | st.builds(msgspec.msgpack.encode, st.lists(st.integers(-9, 2**63) | st.text() | st.none()))
)
def test_content_that_makes_no_sense_is_refused_in_words_though_its_checksum_is_right(body):
    for kind in range(4):
        head = snapshot._HEAD.pack(snapshot.FORMAT, kind, snapshot._checksum(snapshot.FORMAT, kind, "t", body))
        with suppress(SnapshotError):
            assert isinstance(snapshot.read_thread("t", head + body), snapshot.Begun)


def test_garbage_is_looked_for_again_however_reading_ends(models, written):
    read_all(models, written)
    assert gc.isenabled()
    with pytest.raises(SnapshotError):
        restored(models, written.state, [("t", b"")])
    assert gc.isenabled()


FORMAT_1 = (
    "AAEBT8LeVdwAHaFioXgAAMv/8AAAAAAAAMv/8AAAAAAAAAPLf/AAAAAAAADLf/AAAAAAAACXy0HZVPxYwAAABcs/0AAAAAAAAMs/4AAAAAAAAJ"
    "GraGFyc2hfcmVwbHnCwJXECHpX5nJc6T7ApWtsYW50zQEsqUBiIHNsZWNodLBodHRwczovL3gudGVzdC90y0HZVPxAAAAAy0HZVPxYwAAAAgUA"
    "AAABIJkFy0HZVPxYwAAAlctB2VT8RQAAAMtB2VT8TIAAAMtB2VT8WMAAAMtB2VT8WMAAAMtB2VT8WMAAAJPLQdlU/EUAAADLQdlU/EyAAADLQd"
    "lU/FjAAACTAQIFk8tAWQAAAAAAAMtAWQAAAAAAAMtAWQAAAAAAAJMBAQOTy0BZAAAAAAAAywAAAAAAAAAAywAAAAAAAAAABpgBy0AMAAAAAAAA"
    "y0AEZmZmZmZnyz/ZmZmZmZmayz/DMzMzMzMzyz/gAAAAAAAAyz//InKuMlpYywAAAAAAAAAAkwAAywAAAAAAAAAAlgHLQdlU/FaAAACrSmFtbW"
    "VyIGRhbi7Ay0HZVPxAAAAAkJuExACawADCw8QIelfmclzpPsAEAgDCw8QIQPieOVtmQi+axAABwsPECHXnbt+fh3wlAgEAw8PECIRywuNNhU91"
    "msQIQPieOVtmQi8CwsPECHXnbt+fh3wlAQAAw8PECDc/Y2TNBywbmsQAAcPDxAjmPGGOpj9FUAEAAMLDk8QIQPieOVtmQi/ECIRywuNNhU91xA"
    "g3P2NkzQcsGwQACgQCAgEAAJrNASxkZKNmYW7ECHXnbt+fh3wlAQABAZPEEHpX5nJc6T7Adedu35+HfCXEAJCUAQECwIHEAJIFAJPEKMpz3PXg"
    "ctTWQPieOVtmQi+EcsLjTYVPdTc/Y2TNBywbtaXlVryojHvEAJA="
)
"""A thread as format 1 writes it. When this test fails, raise `FORMAT` and write a migration; keep this row."""


def test_what_was_written_in_format_1_is_read_whole():
    raw = b64decode(FORMAT_1)
    found = snapshot.read_thread("t", raw)
    assert (found.root.author, found.conduct.harsh_text, found.counted) == ("klant", "Jammer dan.", 5)
    assert found.told.conduct == ("harsh_reply",)
    assert found.pace.sizes == [1, 2, 5]
    assert snapshot.FORMAT > 1 or snapshot.write("t", found) == raw


def test_a_row_is_not_read_as_another_threads(models, written):
    rows = dict(written.rows)
    with pytest.raises(SnapshotError, match="checksum"):
        restored(models, written.state, [("t", rows["old"])])


def test_a_thread_is_not_read_as_an_engine_nor_an_engine_as_a_thread(models, written):
    with pytest.raises(SnapshotError):
        restored(models, snapshot.write("", snapshot.Begun(T0, 1)), [])
    with pytest.raises(SnapshotError):
        snapshot.read_thread("", written.state)


@pytest.mark.parametrize("version", [0, snapshot.FORMAT + 1], ids=["older", "newer"])
def test_another_format_is_refused_by_its_number(models, written, version):
    raw = version.to_bytes(2, "big") + written.state[2:]
    with pytest.raises(SnapshotError, match=f"has format {version}; this version reads format {snapshot.FORMAT}"):
        restored(models, raw, [])


def test_an_older_format_is_migrated_step_by_step(monkeypatch, models, written):
    seen = []

    def step(number):
        return lambda name, body: seen.append((number, name)) or body

    monkeypatch.setattr(snapshot, "FORMAT", snapshot.FORMAT + 2)
    monkeypatch.setattr(snapshot, "MIGRATIONS", MappingProxyType({1: step(1), 2: step(2)}))
    engine = read_all(models, written)
    assert seen[:4] == [(1, ""), (2, ""), (1, "t"), (2, "t")]
    assert len(engine) == 2
    engine.touch("t")
    assert dict(engine.take_changes().rows)["t"][:2] == snapshot.FORMAT.to_bytes(2, "big")


def test_a_migration_that_fails_is_told_as_damage(monkeypatch, models, written):
    monkeypatch.setattr(snapshot, "FORMAT", snapshot.FORMAT + 1)
    monkeypatch.setattr(snapshot, "MIGRATIONS", MappingProxyType({1: lambda _name, _body: b""}))
    with pytest.raises(SnapshotError):
        read_all(models, written)


def test_the_largest_row_stays_far_below_what_a_broker_takes():
    wide, most = "\U0001f525", 2**53 - 1

    def name(kind, i):
        return f"{kind}{i}".ljust(512, wide)

    thread_id, text = name("t", 0), wide * 10_000
    author = Author(name("a", 0), name("h", 0) * 20, most)
    first = Mention(thread_id, thread_id, "post", T0, "x" * 64, "b" * 64, author, None, text, "nl", "https://" + text)
    thread = threaded(first, profile=PROFILE)
    for i in range(300):
        counts = Counts(shares=most, replies=most, views=most)
        mention = Mention(name("c", i), thread_id, "counts", T0 + i, "x", "b", None, name("q", i), counts=counts)
        thread.fold(mention, None, thread.accept(mention))
    # Everybody comes twice, so that as many ties are remembered as authors; nobody answers the root.
    for i in range(16_000):
        writer = Author(name("a", i % 8_000), name("h", i), most)
        above = name("p", max(i - 1 - i % 89, 0))
        reply = Mention(name("p", i), thread_id, "reply", T0 + i / 3, "x", "b", writer, above, text)
        thread.fold(reply, (0.9, 0.05) if i % 100 == 0 else None, thread.accept(reply))
    own = Author(name("o", 0), brand="b" * 64)
    thread.fold(Mention(name("q", 0), thread_id, "reply", T0, "x", "b", own, None, "Jammer dan. " + text), None)
    row = snapshot.write(thread.id, thread.freeze())
    assert 550_000 < len(row) < 750_000
    assert snapshot.write(thread.id, snapshot.read_thread(thread.id, row)) == row
