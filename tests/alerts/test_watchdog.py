from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.watchdog import FeedPolicy, Watchdog

NOON = 1_700_000_000.0
MINUTE = 60.0
POLICY = FeedPolicy(silent_s=30 * MINUTE, behind=1000, behind_s=5 * MINUTE, stuck_s=2 * MINUTE)


def run(looks, policy=POLICY):
    """Look at (minute, end, committed) of one partition, and say what was told as (minute, trouble, event)."""
    dog = Watchdog(policy)
    told = []
    for minute, end, committed in looks:
        ends = end if isinstance(end, dict) else {0: end}
        done = committed if isinstance(committed, dict) else {0: committed}
        told += [(minute, a.trouble, a.event) for a in dog.observe(NOON + minute * MINUTE, ends, done)]
    return told


def test_silence_is_told_once_brought_up_to_date_and_ended():
    looks = [(0, 10, 10), (1, 20, 20)]
    looks += [(minute, 20, 20) for minute in range(2, 45)]
    looks += [(45, 21, 21), (46, 30, 30), (47, 40, 40)]
    assert run(looks) == [
        (31, "silent", "opened"),
        (41, "silent", "updated"),  # a quarter of its age, which is more than five minutes by now
        (46, "silent", "resolved"),
    ]


def test_silence_says_when_the_last_mention_came_and_how_many_are_usual():
    dog = Watchdog(POLICY)
    for minute in range(61):
        dog.observe(NOON + minute * MINUTE, {0: minute, 1: 3 * minute}, {0: minute, 1: 3 * minute})
    ends = {0: 60, 1: 180}
    (alert,) = [a for minute in range(61, 95) for a in dog.observe(NOON + minute * MINUTE, ends, ends)]
    assert alert.health.last_at == NOON + 60 * MINUTE
    assert alert.since == NOON + 60 * MINUTE
    assert alert.at == NOON + 90 * MINUTE
    assert alert.health.per_hour == pytest.approx(240)
    for minute in range(95, 98):
        dog.observe(NOON + minute * MINUTE, {0: minute, 1: 180}, {0: minute, 1: 180})
    assert dog.health.per_hour == pytest.approx(240, rel=0.05)  # the silence does not count


def test_a_backlog_must_last_and_ends_well_below_where_it_began():
    looks = [(0, 0, 0), (1, 5000, 0), (3, 5500, 600), (5, 5500, 4800)]
    assert run(looks) == []
    looks = [(minute, 5000 + minute, minute) for minute in range(7)]
    assert run(looks) == [(5, "behind", "opened")]
    nearly = [(7, 5000, 4200), (8, 5000, 4300), (9, 5000, 4400)]
    assert run(looks + nearly) == [(5, "behind", "opened")]
    done = [(9.2, 5000, 4501), (10.2, 5001, 4990)]
    assert run(looks + nearly + done) == [(5, "behind", "opened"), (10.2, "behind", "resolved")]


def test_partitions_that_do_not_move_are_one_alert():
    dog = Watchdog(POLICY)
    told = []
    for minute in range(10):
        ends = {0: 100 + minute, 1: 100, 2: 7}
        told += dog.observe(NOON + minute * MINUTE, ends, {0: 50 + minute, 1: 60 if minute < 8 else 100, 2: None})
    assert [(a.trouble, a.event, a.health.stuck) for a in told] == [
        ("stuck", "opened", (1, 2)),
        ("stuck", "updated", (1, 2)),
    ]
    assert told[0].since == NOON
    caught_up = {0: 100, 1: 100, 2: 7}
    later = [a for minute in range(10, 13) for a in dog.observe(NOON + minute * MINUTE, caught_up, caught_up)]
    assert [(a.key, a.event) for a in later] == [(told[0].key, "resolved")]


@pytest.mark.parametrize(
    ("policy", "trouble"),
    [
        pytest.param(FeedPolicy(silent_s=0, behind=10, behind_s=60, stuck_s=60), "silent", id="silent"),
        pytest.param(FeedPolicy(silent_s=60, behind=0, behind_s=60, stuck_s=60), "behind", id="behind"),
        pytest.param(FeedPolicy(silent_s=60, behind=10, behind_s=0, stuck_s=60), "behind", id="behind_s"),
        pytest.param(FeedPolicy(silent_s=60, behind=10, behind_s=60, stuck_s=0), "stuck", id="stuck"),
    ],
)
def test_a_watch_of_nothing_is_switched_off(policy, trouble):
    told = {name for _, name, _ in run([(minute, 500, 0) for minute in range(10)], policy)}
    assert told == {"silent", "behind", "stuck"} - {trouble}


def rejecting(minutes, policy=POLICY):
    """Look at (read, {reason: rejected}) each minute, and say what was told as (minute, event)."""
    dog = Watchdog(policy)
    end, told = 0, []
    for minute, (read, rejected) in enumerate(minutes):
        end += read
        told += [(minute, a) for a in dog.observe(NOON + minute * MINUTE, {0: end}, {0: end}, rejected)]
    return [(minute, a.trouble, a.event) for minute, a in told], [a for _, a in told]


GOOD = (1_000, {})
BAD = (1_000, {"bad_json": 90, "too_large": 10})


def test_a_feed_of_which_much_is_no_mention_is_told_and_ended():
    told, alerts = rejecting([GOOD] * 4 + [BAD] * 6 + [GOOD] * 8)
    assert told == [
        (6, "polluted", "opened"),  # 300 of 6,000 is not more than a twentieth, 300 of 5,000 is
        (11, "polluted", "updated"),
        (14, "polluted", "resolved"),
    ]
    assert alerts[0].since == NOON + 4 * MINUTE
    assert alerts[0].health.rejected == (("bad_json", 270), ("too_large", 30))
    assert alerts[0].health.read == 5_000
    assert alerts[-1].health.rejected_share < 0.025


@pytest.mark.parametrize(
    ("minutes", "policy"),
    [
        pytest.param([(1_000, {"empty": 50})] * 9, POLICY, id="as much as is allowed"),
        pytest.param([(1, {"empty": 1})] * 5 + [(100, {})] * 9, POLICY, id="too few to tell"),
        pytest.param([BAD] * 9, FeedPolicy(polluted=0), id="switched off"),
        pytest.param([BAD] * 9, FeedPolicy(polluted=0.2), id="a desk that bears more"),
    ],
)
def test_what_is_no_mention_is_borne_to_a_degree(minutes, policy):
    assert rejecting(minutes, policy) == ([], [])


def test_nothing_but_rubbish_is_all_of_it_though_nothing_is_committed_yet():
    _, (alert,) = rejecting([(0, {"empty": 30})] * 2)
    assert alert.health.rejected_share == 1.0


def test_the_first_look_is_where_the_watch_begins():
    assert run([(0, 1_000_000, None)]) == []
    assert run([(0, 1_000_000, None), (1, 1_000_000, None)]) == []


@pytest.mark.parametrize(
    "second", [pytest.param({0: 5, 1: 900}, id="another partition"), pytest.param({0: 5}, id="nothing")]
)
def test_a_partition_that_is_met_later_is_no_mention(second):
    told = run([(0, {0: 5}, {0: 5}), (29, second, second), (30, second, second)])
    assert told == [(30, "silent", "opened")]


def test_a_topic_made_anew_is_no_silence():
    assert run([(0, 900, 900), (29, 3, 3), (31, 3, 3)]) == []


steps = st.lists(
    st.tuples(
        st.floats(1, 40 * MINUTE),
        st.fixed_dictionaries({0: st.integers(0, 3000), 1: st.sampled_from([0, 0, 0, 5])}),
        st.fixed_dictionaries({0: st.sampled_from([0.0, 0.5, 1.0]), 1: st.sampled_from([0.0, 1.0])}),
    ),
    max_size=40,
)


@given(steps)
def test_never_two_open_for_the_same_and_every_one_ends_when_its_cause_is_gone(steps):
    dog = Watchdog(POLICY)
    now, ends, done = NOON, {0: 0, 1: 0}, {0: 0, 1: 0}
    told = []
    for passed, come, read in steps:
        now += passed
        ends = {p: ends[p] + come[p] for p in ends}
        done = {p: round(done[p] + (ends[p] - done[p]) * read[p]) for p in ends}
        told += dog.observe(now, ends, done)
    for _ in range(3):  # all is well: mentions come and are read
        now += 2 * MINUTE
        ends = {p: ends[p] + 1 for p in ends}
        told += dog.observe(now, ends, ends)
    assert dog.troubles == ()
    for trouble in ("silent", "behind", "stuck"):
        course = [alert for alert in told if alert.trouble == trouble]
        assert [a.event for a in course][-1:] in ([], ["resolved"])
        for one, following in pairwise(course):
            assert following.at > one.at
            if one.event == "resolved":
                assert (following.event, following.revision) == ("opened", 1)
                assert following.key != one.key
            else:
                assert following.event in ("updated", "resolved")
                assert (following.key, following.revision) == (one.key, one.revision + 1)
                assert following.event == "resolved" or following.at - one.at >= 5 * MINUTE
