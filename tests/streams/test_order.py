from itertools import count
from math import inf
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.order import LIVE, REPLAYED, Envelope, OrderBuffer, Patience

ENDLESS = Patience(inf, inf, inf)


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
    feed = Feed(patience=REPLAYED)
    feed.give(0, 100.0)
    feed.give(1, 90.0)
    assert feed.give(1, 10.0, Thing(80.0, "t", "late")) == ["late"]
    assert feed.give(0, 110.0, Thing(91.0, "t", "x")) == []
    assert feed.give(1, 95.0) == ["x"]


def test_a_source_that_wakes_up_behind_the_others_is_late():
    feed = Feed(patience=REPLAYED)
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
    [pytest.param(True, REPLAYED.quiet_s, id="caught up"), pytest.param(False, REPLAYED.stuck_s, id="stuck")],
)
def test_a_source_that_stands_still_is_not_waited_for_for_ever(caught_up, after):
    feed = Feed(patience=REPLAYED)
    feed.give(1, 5.0, wall=1.0, caught_up=caught_up)
    for second in range(1, int(after)):
        assert feed.give(0, 100.0 + second, Thing(50.0 + second, "t"), wall=float(second)) == []
    assert len(feed.give(0, 200.0, wall=1.0 + after)) == after - 1
    assert feed.buffer.now == 200.0


def test_a_source_never_heard_of_is_waited_for_as_one_that_is_stuck():
    feed = Feed(patience=REPLAYED)
    feed.give(0, 100.0, Thing(50.0, "t", "x"), wall=9.5)
    assert names(feed.buffer.release(9.9)) == []
    assert names(feed.buffer.release(10.0)) == ["x"]


def test_when_all_sources_are_quiet_all_leaves_and_time_is_that_of_the_latest():
    feed = Feed(patience=REPLAYED)
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
