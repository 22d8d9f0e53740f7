"""Recorded mentions become cascades again."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.mention import SPREADING
from scoring.profile import BrandProfile
from streams.cascades import import_cascades
from streams.events import ByteCount, read_lines
from streams.history import OPEN_S, Heard, gather, hear
from tests.scoring.scoring_samples import HOUR, T0, answer, burst, counted, post, spread, streams
from tests.streams.event_samples import lines_of, raw
from tests.streams.test_cascades import cascades

NOW = T0 + 100 * 24 * HOUR
MUCH_LATER = post("later", T0 + OPEN_S + 24 * HOUR)
PROFILE = BrandProfile(viral_spread=3, horizon_s=HOUR, accounts={"x": ("zorg",)})


def gathered(*mentions):
    return gather(mentions, lambda _brand: PROFILE)


def thread(*mentions):
    """The one thread that `mentions` are of, its end being known."""
    (found,) = gathered(*mentions, MUCH_LATER).complete
    return found


def test_a_thread_with_all_that_can_be_odd_becomes_a_cascade():
    found = thread(
        spread("early", T0 - 5, parent=None),
        spread("first", T0 + 10, followers=7),
        post(followers=300, text="@b kapot"),
        spread("second", T0 + 30, kind="reply", parent="first", followers=None),
        spread("first", T0 + 10, followers=7),
        answer("ours", T0 + 40),
        spread("to ours", T0 + 50, kind="reply", parent="ours"),
        spread("late", T0 + 20, kind="quote", parent="early"),
        spread("by handle", T0 + 55, author="zorg"),
        spread("nowhere", T0 + 60, parent="never seen"),
        spread("child", T0 + 70, parent="parent"),
        spread("parent", T0 + 71),
    )
    cascade = found.cascade
    assert (cascade.id, cascade.root_time, cascade.root_followers) == ("t", T0, 300)
    assert cascade.events == [
        (0.0, 100, None, "share"),
        (10.0, 7, -1, "share"),
        (20.0, 100, 0, "quote"),
        (30.0, None, 1, "reply"),
        (50.0, 100, None, "reply"),
        (60.0, 100, None, "share"),
        (70.0, 100, None, "share"),
        (71.0, 100, -1, "share"),
    ]
    assert (found.text, found.lang, found.viral) == ("@b kapot", "nl", True)


def test_a_thread_without_its_root_begins_at_its_first_event():
    found = thread(spread("b", T0 + 30), spread("a", T0 + 10))
    assert (found.cascade.root_time, found.cascade.root_followers, found.text) == (T0 + 10, None, None)
    assert found.cascade.events == [(0.0, 100, -1, "share"), (20.0, 100, -1, "share")]


def test_the_brands_own_words_teach_nothing_of_tone():
    found = thread(post(of="b", text="Koop nu!"), spread("a", T0 + 1))
    assert found.text is None
    assert len(found.cascade.events) == 1


@pytest.mark.parametrize(
    ("times", "viral"),
    [([1, 2], False), ([1, 2, 3], True), ([1, 2, HOUR], True), ([1, 2, HOUR + 1], False)],
    ids=["small", "large", "just in time", "too late"],
)
def test_viral_is_what_the_desk_calls_so(times, viral):
    assert thread(post(), *(spread(str(t), T0 + t) for t in times)).viral is viral


def test_a_thread_that_may_still_grow_is_left_out():
    def complete(ends):
        found = gathered(*burst(4), post("other", ends))
        assert len(found.threads) == 2
        return [one.cascade.id for one in found.complete]

    assert complete(T0 + OPEN_S - 1) == []
    assert complete(T0 + OPEN_S) == ["t"]


@pytest.mark.parametrize(
    ("mentions", "left_out"),
    [
        ([counted("c", T0 + 50, shares=3, replies=1)], False),
        ([counted("c", T0 + 50, shares=4, replies=1)], True),
        ([counted("c", T0 + 50, shares=4, replies=1), answer("ours", T0 + 40)], False),
        ([counted("c", T0 + 50, shares=2), counted("d", T0 + 60, parent="t.0", shares=3)], True),
        ([counted("c", T0 + 60, shares=2), counted("d", T0 + 50, shares=3)], False),
    ],
    ids=["as many as seen", "more than seen", "as many with our own answer", "over several posts", "totals that fall"],
)
def test_a_thread_larger_than_what_was_seen_is_left_out(mentions, left_out):
    found = gathered(*burst(4), *mentions, MUCH_LATER)
    assert [one.cascade.id for one in found.uncounted] == ["t"] * left_out
    assert [one.cascade.id for one in found.complete] == ["t"] * (not left_out)


def test_running_totals_tell_whether_a_thread_went_viral():
    (fast,) = gathered(post(), counted("c", T0 + 50, shares=9), MUCH_LATER).uncounted
    (slow,) = gathered(post(), counted("c", T0 + HOUR + 1, shares=9), MUCH_LATER).uncounted
    (alone,) = gathered(counted("c", T0, shares=9), MUCH_LATER).uncounted
    assert (fast.viral, slow.viral, alone.viral) == (True, False, True)


def test_bad_lines_are_counted_and_change_nothing_else():
    lines, heard = lines_of(burst(5)), Heard()
    mixed = [one for i, line in enumerate(lines) for one in (line, *[b"{", raw(kind="like"), raw(id="")][i : i + 1])]
    assert list(hear(mixed, NOW, heard)) == list(hear(lines, NOW, Heard()))
    assert (heard.lines, dict(heard.rejected)) == (9, {"bad_json": 1, "wrong_type": 1, "bad_value": 1})
    assert "truncated" in heard.first_rejection


@given(st.data(), streams(most=30))
def test_neither_the_order_of_arrival_nor_repeats_matter(data, mentions):
    # Of a repeated id the first to arrive is kept, and of equal times the first comes first.
    mentions = list({(m.thread_id, m.id): m for m in mentions}.values())
    mentions = list({m.created_at: m for m in mentions}.values())
    shuffled = data.draw(st.permutations(mentions))

    def by_id(found):
        return [{one.cascade.id: one for one in threads} for threads in (found.complete, found.open, found.uncounted)]

    assert by_id(gathered(*mentions)) == by_id(gathered(*shuffled)) == by_id(gathered(*shuffled, *shuffled))


@given(streams(most=40))
def test_a_cascade_holds_what_spreads_and_is_sound(mentions):
    found = gathered(*mentions)
    assert {one.cascade.id for one in found.threads} == {m.thread_id for m in mentions}
    for one in found.threads:
        events = one.cascade.events
        times = [t for t, *_ in events]
        assert times == sorted(times)
        assert all(t >= 0.0 for t in times)
        assert all(parent is None or -1 <= parent < i for i, (_, _, parent, _) in enumerate(events))
        others = {
            m.id
            for m in mentions
            if m.thread_id == one.cascade.id and m.kind in SPREADING and m.author and m.author.brand is None
        }
        assert len(events) <= len(others)


@given(written=cascades())
def test_imported_cascades_come_back(tmp_path_factory, written):
    folder: Path = tmp_path_factory.mktemp("round")
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(one) + "\n" for one in written))
    import_cascades([source], out)
    found = gathered(*hear(read_lines([out], ByteCount()), NOW, Heard()))
    assert (found.repeats, found.uncounted) == (0, [])
    back = {one.cascade.id: one.cascade for one in found.threads}
    assert back.keys() == {one["id"] for one in written}
    for one in written:
        cascade = back[one["id"]]
        assert cascade.root_followers == one["root_followers"]
        assert one["root_time"] in {None, cascade.root_time}
        assert [e[1:] for e in cascade.events] == [tuple(e[1:]) for e in one["events"]]
        assert [e[0] for e in cascade.events] == pytest.approx([e[0] for e in one["events"]], abs=2e-6)
