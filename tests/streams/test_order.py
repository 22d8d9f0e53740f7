from itertools import count, pairwise
from math import inf
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.numbers import Met
from streams.order import LIVE, NOTHING, Envelope, OrderBuffer, Patience
from streams.worker.rows import Mark

ENDLESS = Patience(inf, inf, inf)
PATIENT = Patience(quiet_s=2.0, stuck_s=10.0, hold_s=inf)


class Thing(NamedTuple):
    at: float
    thread_id: str
    name: str = ""


def names(released):
    return [item.name for _, item in released]


class Feed:
    """Offers records to a buffer as a partition would."""

    def __init__(self, sources=2, patience=ENDLESS, most=50_000):
        self.buffer = OrderBuffer(sources, patience, 0.0, most)
        self.offsets = count()

    def give(self, source, now, *things, wall=0.0, caught_up=False):
        self.buffer.take(next(self.offsets), Envelope(source, now, caught_up), things, wall)
        return names(self.buffer.release(wall))


def test_an_item_waits_until_every_source_is_past_its_time():
    feed = Feed(sources=3)
    assert feed.give(0, 10.0, Thing(10.0, "t", "ten")) == []
    assert feed.give(1, 11.0) == []
    assert feed.give(2, 10.0) == []
    assert feed.give(0, 12.0) == [], "at its own time, a source may still have more of the same second"
    assert feed.give(2, 10.5) == ["ten"]
    assert feed.buffer.now == 10.5


def test_items_leave_by_time_and_thread_whatever_the_order_they_came_in():
    feed = Feed()
    feed.give(1, 5.0, Thing(5.0, "b", "2"), Thing(7.0, "a", "4"))
    feed.give(0, 6.0, Thing(5.0, "a", "1"), Thing(6.0, "c", "3"))
    feed.give(0, 9.0)
    assert feed.give(1, 9.0) == ["1", "2", "3", "4"]


def test_what_is_late_leaves_at_once():
    feed = Feed()
    feed.give(0, 100.0)
    feed.give(1, 50.0)
    assert feed.give(0, None, Thing(20.0, "t", "late")) == ["late"]
    assert feed.give(0, None, Thing(60.0, "t", "not late")) == []


def test_time_never_goes_back_though_a_source_begins_anew():
    feed = Feed(patience=PATIENT)
    feed.give(0, 100.0)
    feed.give(1, 90.0)
    assert feed.give(1, 10.0, Thing(80.0, "t", "late")) == ["late"]
    assert feed.give(0, 110.0, Thing(91.0, "t", "x")) == []
    assert feed.give(1, 95.0) == ["x"]


def test_a_source_that_wakes_up_behind_the_others_is_late():
    feed = Feed(patience=PATIENT)
    feed.give(1, 10.0, caught_up=True)
    feed.give(0, 100.0, wall=5.0)
    assert feed.buffer.now == 100.0
    assert feed.give(1, 50.0, Thing(50.0, "t", "late"), wall=6.0) == ["late"]
    assert feed.buffer.now == 100.0


def test_a_record_without_a_time_promises_nothing():
    feed = Feed()
    feed.give(0, 100.0)
    feed.give(1, None, Thing(5.0, "t"))
    assert len(feed.buffer) == 1


@pytest.mark.parametrize(
    ("caught_up", "after"),
    [pytest.param(True, PATIENT.quiet_s, id="caught up"), pytest.param(False, PATIENT.stuck_s, id="stuck")],
)
def test_a_source_that_stands_still_is_not_waited_for_for_ever(caught_up, after):
    feed = Feed(patience=PATIENT)
    feed.give(1, 5.0, wall=1.0, caught_up=caught_up)
    for second in range(1, int(after)):
        assert feed.give(0, 100.0 + second, Thing(50.0 + second, "t"), wall=float(second)) == []
    assert len(feed.give(0, 200.0, wall=1.0 + after)) == after - 1
    assert feed.buffer.now == 200.0


def test_a_source_never_heard_of_is_waited_for_as_one_that_is_stuck():
    feed = Feed(patience=PATIENT)
    feed.give(0, 100.0, Thing(50.0, "t", "x"), wall=9.5)
    assert names(feed.buffer.release(9.9)) == []
    assert names(feed.buffer.release(10.0)) == ["x"]


def test_when_all_sources_are_quiet_all_leaves_and_time_is_that_of_the_latest():
    feed = Feed(patience=PATIENT)
    feed.give(0, 10.0, Thing(10.0, "t", "x"), caught_up=True)
    feed.give(1, 7.0, caught_up=True)
    assert names(feed.buffer.release(1.9)) == []
    assert names(feed.buffer.release(2.0)) == ["x"]
    assert feed.buffer.now == 10.0
    assert feed.give(1, 10.0, Thing(10.0, "u", "y"), wall=3.0) == [], "no later than what was reached"


def test_a_live_stream_holds_nothing_longer_than_its_patience():
    feed = Feed(patience=LIVE)
    for tenth in range(100):
        wall = tenth / 10
        feed.give(1, tenth / 1000, wall=wall)  # gets on, but is an hour behind
        feed.give(0, 3600.0 + wall, Thing(3600.0 + wall, "t"), wall=wall)
        assert len(feed.buffer) <= 10 * LIVE.hold_s + 1
    assert len(feed.buffer) == 10 * LIVE.hold_s


def test_the_offset_to_resume_from_is_that_of_the_oldest_item_held():
    feed = Feed()
    assert feed.buffer.next_offset == 0
    feed.give(0, 30.0, Thing(30.0, "t", "far"), Thing(10.0, "t", "near"))
    feed.give(0, 31.0, Thing(20.0, "t", "middle"))
    assert feed.buffer.next_offset == 0
    assert feed.give(1, 25.0) == ["near", "middle"]
    assert feed.buffer.next_offset == 0, "the first record still has an item"
    assert feed.give(1, 31.0) == ["far"]
    assert feed.buffer.next_offset == feed.buffer.read == 4


def test_the_number_of_items_held_is_bounded():
    feed = Feed(most=10)
    left = [name for n in range(30) for name in feed.give(0, float(n), Thing(float(n), "t", n))]
    assert left == list(range(20))
    assert len(feed.buffer) == 10


def test_a_record_of_a_source_that_cannot_be_holds_nothing_back():
    feed = Feed(sources=1)
    feed.give(7, 5.0, Thing(1.0, "t", "x"))
    assert feed.give(0, 2.0) == ["x"]


sources = st.lists(st.lists(st.lists(st.integers(0, 11), max_size=3), max_size=6), min_size=1, max_size=4)
"""By source and record, steps in time and thread from one item to the next."""


def records_of(source, batches):
    """A source's records, with items at increasing times and honest promises."""
    clock, number, records = 0, count(), []
    for steps in batches:
        things = []
        for step in steps:
            clock += step % 4
            things.append(Thing(float(clock), f"{source}-{step % 3}", (source, next(number))))
        records.append((float(clock), things))
    return [*records, (1e9, [])]


@given(sources, st.randoms(use_true_random=False))
def test_any_interleaving_of_the_sources_leaves_in_one_order_and_loses_nothing(batches, random):
    feeds = [records_of(source, of_source) for source, of_source in enumerate(batches)]
    expected = sorted(
        (thing for feed in feeds for _, things in feed for thing in things), key=lambda t: (t.at, t.thread_id)
    )
    turns = [source for source, feed in enumerate(feeds) for _ in feed]
    random.shuffle(turns)
    places = [iter(feed) for feed in feeds]
    feed, left = Feed(sources=len(feeds)), []
    for source in turns:
        now, things = next(places[source])
        left += feed.give(source, now, *things)
        assert (feed.buffer.next_offset == feed.buffer.read) == (not len(feed.buffer))
    assert left == [thing.name for thing in expected]
    assert len(feed.buffer) == 0


@given(sources, st.integers(1, 5), st.randoms(use_true_random=False))
def test_impatience_loses_nothing_and_goes_back_in_time_only_for_what_is_late(batches, most, random):
    feed, given, left = Feed(sources=len(batches), patience=LIVE, most=most), 0, []
    wall = 0.0
    for source, of_source in enumerate(batches):
        for now, things in records_of(source, of_source):
            wall += random.choice((0.0, 0.5, 4.0))
            reached = feed.buffer.now
            feed.buffer.take(next(feed.offsets), Envelope(source, now), things, wall)
            released = feed.buffer.release(wall)
            given += len(things)
            left += released
            late = [key for key, _ in released if key.at < reached]
            assert [key for key, _ in released] == sorted(key for key, _ in released)
            assert all(key.offset == feed.buffer.read - 1 for key in late), "what is late never waited"
            assert len(feed.buffer) <= most
    left += feed.buffer.release(wall + 100.0)
    assert len(left) == given
    assert len({(key.offset, key.place) for key, _ in left}) == given


@st.composite
def logs(draw):
    """What stands in a partition of the assessments: two sources, each interrupted and begun again, as both may be."""
    said = []
    for source in range(2):
        clock, things = 0.0, []
        for number, step in enumerate(draw(st.lists(st.integers(0, 11), min_size=1, max_size=8)), 1):
            clock += step % 4
            things.append((number, Thing(clock, f"{source}-{step % 3}", (source, number))))
        records = []
        for until in [*draw(st.lists(st.integers(0, len(things)), max_size=2)), len(things)]:
            cuts = sorted({0, until, *draw(st.lists(st.integers(0, until), max_size=3))})
            records += [(source, things[end - 1][1].at, things[start:end]) for start, end in pairwise(cuts)]
        said.append([*records, (source, 1e9, [])])
    turns = draw(st.permutations([source for source, records in enumerate(said) for _ in records]))
    places = [iter(records) for records in said]
    return [next(places[source]) for source in turns]


class Reader:
    """Somebody who applies what is released, and may begin anew from what he wrote down."""

    def __init__(self, log, saved=NOTHING, mark=None, applied=()):
        self.log, self.mark, self.applied = log, mark, [*applied]
        self.buffer = OrderBuffer(2, ENDLESS, 0.0, known=saved)

    def read(self, records):
        for source, now, numbered in self.log[self.buffer.read : self.buffer.read + records]:
            envelope = Envelope(source, now, numbers=tuple(number for number, _ in numbered))
            self.buffer.take(self.buffer.read, envelope, [thing for _, thing in numbered], 0.0)
            for key, thing in self.buffer.release(0.0):
                if self.mark is None or not self.mark.contains(key):
                    self.applied.append(thing.name)
                    self.mark = Mark(self.buffer.read, key if self.mark is None else max(key, self.mark.last))
        return self

    def again(self):
        return Reader(self.log, self.buffer.state, self.mark, self.applied)


@given(logs(), st.lists(st.integers(0, 8), max_size=4))
def test_a_restart_anywhere_takes_each_thing_once_and_in_the_same_order(log, restarts):
    undisturbed = Reader(log).read(len(log)).applied
    assert len(undisturbed) == len(set(undisturbed)) == len({thing.name for *_, said in log for _, thing in said})
    reader = Reader(log)
    for records in restarts:
        reader = reader.read(records).again()
    assert reader.read(len(log)).applied == undisturbed
    assert reader.buffer.state.offset == len(log)


def test_a_source_that_began_anew_from_nothing_is_heard_again():
    buffer = OrderBuffer(1, ENDLESS, 0.0)
    said = [(0, 1, "a"), (0, 1, "a again"), (7, 1, "b"), (0, 2, "a straggler's"), (7, 2, "c")]
    for offset, (life, number, name) in enumerate(said):
        buffer.take(offset, Envelope(0, life=life, numbers=(number,)), [Thing(1.0, "t", name)], 0.0)
    buffer.take(len(said), Envelope(0, 9.0), [], 0.0)
    assert names(buffer.release(0.0)) == ["a", "b", "c"]


def test_a_number_that_never_comes_does_not_hold_memory_for_ever(monkeypatch):
    monkeypatch.setattr("streams.numbers.MOST_AHEAD", 3)
    met = Met()
    assert [met.add(number) for number in (2, 3, 4)] == [True] * 3
    assert (met.upto, met.ahead) == (0, {2, 3, 4})
    assert met.add(5)
    assert (met.upto, met.ahead) == (5, set())
    assert not met.add(1)
