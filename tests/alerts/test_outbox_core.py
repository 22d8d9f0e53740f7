"""The outbox's order and memory, against a Slack that loses answers, forgets nothing, and a process that dies."""

from contextlib import suppress

import pytest
from alert_samples import incident, notified
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from alerts.slack.delivery.backlog import Backlog
from alerts.slack.delivery.jobs import Found
from alerts.slack.delivery.parcel import Parcel
from alerts.slack.delivery.store import Delivered

SOMETHING = notified(incident())
KEYS, REVISIONS = ("a", "b"), 7
LANES = ("post", "edit", "look", "draw")
ANSWERS = st.sampled_from(("ok", "ok", "limited", "passing", "lost", "lost after all", "broken"))


def parcel(revision=1, key="a", **changes):
    return Parcel(key, revision, SOMETHING, at=float(revision), **changes)


def page(revision=1, key="a", who=("anna",), rank=2, **changes):
    return parcel(revision, key, interrupts=True, who=who, rank=rank, **changes)


def add(backlog, one, now=0.0, place=None, again=False):
    ticket, done = backlog.add(one, place, now, 0.0, again=again)
    return next((result for finished, result in done if finished is ticket), None)


def placed(revision=1, **changes):
    return Delivered("C1", "1.0", revision, **changes)


class Killed(Exception):  # noqa: N818 -- no error
    pass


class Sent:
    def __init__(self, key, ts, revision, pings):
        self.key, self.ts, self.revision, self.pings = key, ts, revision, pings
        self.replies = []
        self.locked = False


class Delivery(RuleBasedStateMachine):
    """Notifications of two incidents in any order, whatever Slack does, and crashes at any point."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.backlog = Backlog(chart_every_s=3.0)
        self.store = {}
        self.messages = []
        self.posts = {}  # by key, how many messages there may be and are
        self.gone = 0
        self.once_removed = set()
        self.interruptions = []
        self.course = {}
        self.handed_in = {key: set() for key in KEYS}
        self.open = []  # what is not delivered yet, with its ticket
        self.flying = {}

    # what the caller does

    @rule(key=st.sampled_from(KEYS), revision=st.integers(1, REVISIONS), data=st.data())
    def hand_in(self, key, revision, data):
        if (key, revision) not in self.course:
            interrupts = data.draw(st.booleans(), "interrupts")
            self.course[key, revision] = Parcel(
                key,
                revision,
                SOMETHING,
                rank=data.draw(st.integers(0, 3), "rank"),
                interrupts=interrupts,
                who=(f"{key}{revision}",) if interrupts else (),
                feedback=data.draw(st.booleans(), "feedback"),
                at=float(revision),
                settled_at=data.draw(st.integers(0, revision).map(float), "settled at"),
                charted=data.draw(st.booleans(), "charted"),
            )
        self._add(self.course[key, revision], again=False)

    def _add(self, one, again):
        self.handed_in[one.key].add(one.revision)
        ticket, done = self.backlog.add(one, self.store.get(one.key), self.now, 0.0, again=again)
        self.open.append((ticket, one))
        self._finish(done)

    def _finish(self, done):
        gone = [ticket for ticket, _ in done]
        assert all(any(ticket is one for one, _ in self.open) for ticket in gone), "done twice"
        self.open = [(ticket, one) for ticket, one in self.open if not any(ticket is other for other in gone)]

    # what the outbox does

    @rule(lanes=st.permutations(LANES), answers=st.lists(ANSWERS, min_size=1, max_size=4))
    def work(self, lanes, answers):
        """Do what can be done, one thing after another."""
        for answer in answers:
            lane = next((lane for lane in lanes if self._start(lane)), None)
            if lane is None:
                return
            self._end(lane, answer)

    @rule(lane=st.sampled_from(LANES))
    def leave_under_way(self, lane):
        self._start(lane)

    @precondition(lambda self: self.flying)
    @rule(answer=ANSWERS, data=st.data())
    def end(self, answer, data):
        self._end(data.draw(st.sampled_from(sorted(self.flying)), "lane"), answer)

    def _start(self, lane):
        if lane in self.flying:
            return False
        job = self.backlog.take(lane, self.now)
        if job is not None:
            self.flying[lane] = job
        return job is not None

    def _end(self, lane, answer):
        job = self.flying.pop(lane, None)
        if job is None:
            return
        if job.kind == "draw":
            self.backlog.drawn(job, f"F{self.now}" if answer == "ok" else None)
        elif answer == "limited":
            self.backlog.untouched(job)
        elif answer == "passing":
            self.backlog.retry(job, self.now)
        elif answer == "lost":
            self.backlog.retry(job, self.now, unsure=True)
        elif answer == "broken" and job.parcel is not None:
            if job.plain < 2:
                self._finish(self.backlog.simpler(job, "failed"))
            else:
                self.backlog.untouched(job)
        else:
            self._take_effect(job, told=answer != "lost after all")

    def _take_effect(self, job, told):
        """Slack does it; whether the outbox is told is another matter."""
        message = next((one for one in self.messages if job.place is not None and one.ts == job.place.ts), None)
        if job.kind in ("ping", "edit", "look_replies") and (
            message is None or (job.kind == "edit" and message.locked)
        ):
            return self.backlog.removed(job)
        if job.kind in ("post", "ping"):
            self.interruptions += [(job.key, revision) for revision in job.owed]
        if job.kind == "post":
            self.posts[job.key] = self.posts.get(job.key, 0) + 1
            message = Sent(job.key, f"{sum(self.posts.values()) + self.gone}.0", job.shown.revision, job.owed)
            self.messages.append(message)
        elif job.kind == "ping":
            message.replies += job.owed
        elif job.kind == "edit":
            assert job.shown.revision >= message.revision, "an older state replaces a newer one"
            message.revision = job.shown.revision
        if told is None:
            raise Killed
        if not told:
            return self.backlog.retry(job, self.now, unsure=True)
        return self._hear(job, message)

    def _hear(self, job, message):
        if job.kind == "look":
            found = {
                one.key: Found("C1", one.ts, one.revision, tuple(one.pings))
                for one in self.messages  # the last posted wins
                if one.key in job.keys
            }
            for key, place, done in self.backlog.looked(job, found):
                self.store[key] = place
                self._finish(done)
            return
        if job.kind == "post":
            place, done = self.backlog.posted(job, "C1", message.ts, self.now)
        elif job.kind == "ping":
            place, done = self.backlog.pinged(job)
        elif job.kind == "edit":
            place, done = self.backlog.edited(job, self.now)
        else:
            place, done = self.backlog.looked_replies(job, [*message.pings, *message.replies])
        assert place.revision <= message.revision
        self.store[job.key] = place
        self._finish(done)

    # what the world does

    @rule(seconds=st.sampled_from((1.0, 1.0, 5.0)))
    def pass_time(self, seconds):
        self.now += seconds

    @rule(key=st.sampled_from(KEYS), lock=st.booleans())
    def remove(self, key, lock):
        """Somebody removes a message, or Slack lets nobody edit it any more."""
        known = self.store.get(key)
        message = next((one for one in self.messages if known is not None and one.ts == known.ts), None)
        if message is None or set(known.pings) < {*message.pings, *message.replies} or message.locked:
            return  # what nobody knows of cannot be known from a message that is gone
        if any(job.key == key and job.kind in ("ping", "post") for job in self.flying.values()):
            return
        waiting = self.backlog._waiting.get(key)
        if waiting is not None and waiting.unsure_ping:
            return
        self.posts[key] -= 1
        self.once_removed.add(key)
        self.gone += 1
        if lock:
            message.locked = True
        else:
            self.messages.remove(message)

    @rule(effect=st.booleans(), order=st.randoms(use_true_random=False))
    def crash(self, effect, order):
        """The process dies, with requests under way that Slack carries out or not, and a new one takes over."""
        for job in self.flying.values():
            if effect and job.kind in ("post", "ping", "edit"):
                with suppress(Killed):
                    self._take_effect(job, told=None)
        self.flying = {}
        self.backlog = Backlog(chart_every_s=3.0)
        waiting = [one for _, one in self.open]
        order.shuffle(waiting)
        self.open = []
        for one in waiting:
            self._add(one, again=True)

    # what must hold

    @invariant()
    def nobody_is_interrupted_twice(self):
        assert len(set(self.interruptions)) == len(self.interruptions), self.interruptions

    @invariant()
    def one_message_per_incident(self):
        assert all(count <= 1 for count in self.posts.values()), self.posts

    @invariant()
    def memory_is_bounded_by_incidents(self):
        assert len(self.backlog._waiting) <= len(KEYS)

    def teardown(self):
        """Once Slack works again everything arrives."""
        for _ in range(300):
            self.now += 2.0
            for lane in LANES:
                self._start(lane)
                self._end(lane, "ok")
        assert not self.open, [(vars(ticket), one) for ticket, one in self.open]
        assert not self.backlog._waiting
        for key in KEYS:
            newest = max(self.handed_in[key], default=0)
            shown = [one.revision for one in self.messages if one.key == key]
            assert not shown or max(shown) == newest or key in self.once_removed
            assert shown or not newest or not self.posts[key]
        for (key, revision), one in self.course.items():
            if one.interrupts and (key, revision) not in self.interruptions:
                later = [self.course[key, other] for other in self.handed_in[key] if other > revision]
                assert any(other.settled_at > one.at for other in later), f"{key}{revision} never interrupted"


Delivery.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
TestDelivery = Delivery.TestCase


def drain(backlog, now=0.0):
    """Do everything, and say in what order."""
    order = []
    while True:
        jobs = [job for lane in LANES if (job := backlog.take(lane, now)) is not None]
        if not jobs:
            return order
        for job in jobs:
            order.append((job.kind, job.key))
            if job.kind == "post":
                backlog.posted(job, "C1", "1.0", now)
            elif job.kind == "ping":
                backlog.pinged(job)
            elif job.kind == "edit":
                backlog.edited(job, now)
            elif job.kind == "look":
                backlog.looked(job, {})
            else:
                backlog.drawn(job, "F1")


def test_interruptions_go_first_worst_before_oldest_then_new_messages():
    backlog = Backlog()
    add(backlog, parcel(key="watch"), 0.0)
    add(backlog, page(key="first page"), 1.0)
    add(backlog, page(2, key="ping"), 2.0, place=placed())
    add(backlog, page(key="critical", rank=3), 3.0)
    add(backlog, parcel(key="later watch"), 4.0)
    posts = [(kind, key) for kind, key in drain(backlog) if kind in ("post", "ping")]
    assert posts == [
        ("post", "critical"),
        ("post", "first page"),
        ("ping", "ping"),
        ("post", "watch"),
        ("post", "later watch"),
    ]


def test_of_edits_what_somebody_waits_for_goes_first_and_pictures_last():
    backlog = Backlog(600.0)
    add(backlog, parcel(2, key="old news", charted=True), 0.0, place=placed())
    add(backlog, parcel(2, key="click", feedback=True), 1.0, place=placed())
    add(backlog, parcel(2, key="news"), 2.0, place=placed())
    order = drain(backlog)
    assert order[0] == ("edit", "click")
    assert order[1] == ("edit", "old news")
    assert order.index(("draw", "old news")) < max(
        place for place, one in enumerate(order) if one == ("edit", "old news")
    )
    assert order.count(("edit", "old news")) == 2
    assert order.index(("edit", "news")) == 2


def test_an_incident_that_keeps_changing_does_not_lose_its_turn():
    backlog = Backlog()
    add(backlog, parcel(2, key="busy"), 0.0, place=placed())
    add(backlog, parcel(2, key="calm"), 1.0, place=placed())
    for revision in range(3, 9):
        add(backlog, parcel(revision, key="busy"), float(revision))
    assert drain(backlog) == [("edit", "busy"), ("edit", "calm")]


def test_interruptions_that_wait_together_become_one_that_names_the_worst_and_everybody():
    backlog = Backlog()
    for one in (page(2, who=("anna",), rank=3), page(3, who=("bram", "anna")), parcel(4)):
        add(backlog, one, place=placed())
    job = backlog.take("post", 0.0)
    assert (job.kind, job.shown.revision, job.owed, job.who) == ("ping", 2, (2, 3), ("anna", "bram"))
    place, _ = backlog.pinged(job)
    assert place.pings == (2, 3)
    assert backlog.take("post", 0.0) is None


@pytest.mark.parametrize(
    ("earlier", "later", "results"),
    [
        pytest.param(parcel(2), parcel(3), ["coalesced", None], id="an edit gives way to a newer one"),
        pytest.param(parcel(3), parcel(2), [None, "stale"], id="an older edit comes too late"),
        pytest.param(page(2), parcel(3), [None, None], id="an interruption gives way to nothing"),
        pytest.param(page(3), page(2), [None, None], id="not even to a newer one"),
        pytest.param(page(2), parcel(3, settled_at=2.5), ["moot", None], id="but to somebody who took it on"),
        pytest.param(parcel(3, settled_at=2.5), page(2), [None, "moot"], id="though that comes first"),
        pytest.param(page(2), parcel(3, settled_at=1.5), [None, None], id="if that was not before"),
        pytest.param(page(2), page(2), [None, None], id="the same twice waits for the same"),
    ],
)
def test_what_becomes_of_two_that_wait_together(earlier, later, results):
    backlog = Backlog()
    done = []
    tickets = []
    for one in (earlier, later):
        ticket, finished = backlog.add(one, placed(), 0.0, 0.0)
        tickets.append(ticket)
        done += finished
    found = {id(ticket): result for ticket, result in done}
    assert [found.get(id(ticket)) for ticket in tickets] == results


def test_what_is_delivered_is_stale_the_next_time():
    backlog = Backlog()
    assert add(backlog, page(2), place=placed(2, pings=(2,)), again=True) == "stale"
    assert add(backlog, parcel(1), place=placed(2)) == "stale"
    assert add(backlog, page(1), place=placed(2, settled_at=1.5)) == "moot"
    assert not backlog._waiting


@pytest.mark.parametrize(
    ("one", "place", "again", "first"),
    [
        pytest.param(page(1), None, False, "post", id="a new incident is posted"),
        pytest.param(page(1), None, True, "look", id="after a restart it is looked for first"),
        pytest.param(parcel(4), None, False, "look", id="so is one whose beginning is unknown"),
        pytest.param(page(2), placed(), False, "ping", id="a climb interrupts"),
        pytest.param(page(2), placed(), True, "look_replies", id="after a restart its replies are read first"),
    ],
)
def test_what_may_be_there_already_is_looked_for_before_it_is_sent(one, place, again, first):
    backlog = Backlog()
    add(backlog, one, place=place, again=again)
    assert [job.kind for lane in ("post", "look") if (job := backlog.take(lane, 0.0))] == [first]


def test_one_look_is_for_all():
    backlog = Backlog()
    for key in ("a", "b", "c"):
        backlog.add(page(key=key), None, 0.0, {"a": 30.0, "b": 10.0, "c": 20.0}[key], again=True)
    job = backlog.take("look", 0.0)
    assert (job.keys, job.seek_from) == (("a", "b", "c"), 10.0)
    backlog.looked(job, {"b": Found("C1", "5.0", 1, (1,))})
    assert drain(backlog) == [("post", "a"), ("post", "c")]


def test_what_fails_waits_and_lets_others_pass():
    backlog = Backlog()
    add(backlog, page(key="bad"), 0.0)
    add(backlog, page(key="good"), 1.0)
    backlog.retry(backlog.take("post", 2.0), not_before=10.0)
    assert backlog.take("post", 2.0).key == "good"
    assert backlog.take("post", 9.0) is None
    assert backlog.wake_at("post") == 10.0
    assert backlog.take("post", 10.0).key == "bad"


def test_an_edit_that_fails_does_not_keep_a_page_waiting():
    backlog = Backlog()
    add(backlog, parcel(2), place=placed())
    backlog.retry(backlog.take("edit", 0.0), not_before=100.0)
    add(backlog, page(3))
    assert backlog.take("post", 0.0).kind == "ping"


def test_what_slack_refuses_loses_its_picture_then_its_blocks_then_everything():
    backlog = Backlog()
    ticket, _ = backlog.add(parcel(2), placed(chart="F1"), 0.0, 0.0)
    tried = []
    while (job := backlog.take("edit", 0.0)) is not None:
        tried.append((job.chart, job.plain))
        done = backlog.simpler(job, "failed:invalid_blocks")
    assert tried == [("F1", 0), (None, 1), (None, 2)]
    assert done == [(ticket, "failed:invalid_blocks")]
    assert len(backlog) == 0


def test_a_picture_is_drawn_every_ten_minutes_at_most_and_not_while_people_are_being_called():
    backlog = Backlog(600.0)
    add(backlog, page(1, charted=True), 0.0)
    backlog.posted(backlog.take("post", 0.0), "C1", "1.0", 0.0)
    add(backlog, page(2), 1.0)
    assert backlog.take("draw", 1.0) is None
    backlog.pinged(backlog.take("post", 1.0))
    backlog.drawn(backlog.take("draw", 2.0), "F1")
    assert backlog.edited(backlog.take("edit", 2.0), 2.0)[0].chart == "F1"
    for revision, now, drawn in ((3, 300.0, False), (4, 700.0, True)):
        add(backlog, parcel(revision, charted=True), now, place=placed(revision - 1))
        backlog.edited(backlog.take("edit", now), now)
        assert (backlog.take("draw", now) is not None) is drawn


def test_many_interruptions_are_remembered_though_not_for_ever():
    backlog = Backlog()
    place = placed()
    for revision in range(2, 102):
        add(backlog, page(revision), place=place)
        place, _ = backlog.pinged(backlog.take("post", 0.0))
        place, _ = backlog.edited(backlog.take("edit", 0.0), 0.0)
    assert len(place.pings) == 64
    assert add(backlog, page(3), place=place, again=True) == "stale"
