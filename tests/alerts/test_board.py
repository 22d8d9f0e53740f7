import pytest
from alert_samples import HOUR, MINUTE
from board_samples import DAY_START, NOW, SHIFT_S, Roster, acknowledged, incident, resolved
from hypothesis import given
from hypothesis import strategies as st

from alerts.click import Silence
from alerts.ledger import Deed, Snooze
from alerts.overview.board import Board, BrandState, unanswered
from alerts.overview.status import status
from alerts.rules import Hold
from alerts.severity import Severity
from alerts.watchdog import FeedPolicy, Watchdog


def board_of(*entries):
    board = Board()
    for entry in entries:
        board.put(entry.incident_id, entry)
    return board


def ids(entries):
    return [entry.thread_id for entry in entries]


def test_the_worst_comes_first_and_of_the_same_what_waits_for_somebody():
    board = board_of(
        incident("watch", risk=0.9),
        incident("taken", Severity.PAGE, risk=0.7, **acknowledged()),
        incident("unlikely", Severity.PAGE, risk=0.4),
        incident("likely", Severity.PAGE, risk=0.5),
        incident("critical", Severity.CRITICAL, **acknowledged()),
        incident("over", Severity.CRITICAL, **resolved()),
    )
    assert ids(board.active()) == ["critical", "likely", "unlikely", "taken", "watch"]


def test_an_incident_that_comes_back_is_active_again_and_one_that_is_forgotten_is_gone():
    board = board_of(incident("a"))
    key = incident("a").incident_id
    board.put(key, incident("a", **resolved()))
    assert board.active() == ()
    assert ids(board.between(DAY_START, NOW)) == ["a"]
    board.put(key, incident("a", state="reopened"))
    assert ids(board.active()) == ["a"]
    assert len(board.between(DAY_START, NOW)) == 1
    board.put(key, None)
    assert board.between(0, NOW) == ()
    board.put(key, None)


def test_what_was_over_before_the_last_shift_is_let_go_of():
    board = board_of(
        incident("long over", minutes_ago=2000, **resolved(minutes_ago=1500)),
        incident("last shift", minutes_ago=2000, spared=True, **resolved(minutes_ago=600)),
        incident("still open", minutes_ago=3000),
    )
    board.forget(DAY_START - SHIFT_S)
    assert sorted(ids(board.between(0, NOW))) == ["last shift", "still open"]
    board.forget(NOW)
    assert ids(board.between(0, NOW)) == ["still open"]
    assert board.spared(0, NOW) == ()


def test_it_does_not_grow_without_end():
    board = Board()
    for number in range(5010):
        entry = incident(str(number), minutes_ago=9000, **resolved(minutes_ago=8000 - number))
        board.put(entry.incident_id, entry)
    assert len(board.between(0, NOW)) == 5000
    assert "0" not in ids(board.between(0, NOW))


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        pytest.param({}, True, id="nobody did anything"),
        pytest.param(acknowledged(minutes_ago=5), False, id="acknowledged"),
        pytest.param(acknowledged(minutes_ago=25), True, id="acknowledged before it paged again"),
        pytest.param({"deeds": (Deed(NOW, "anna", "escalate", "1"),)}, True, id="somebody else was called"),
        pytest.param({"deeds": (Deed(NOW, "anna", "real", "1"),)}, True, id="judged later"),
        pytest.param({"deeds": (Deed(NOW, "anna", "false_alarm", "1"),)}, False, id="called false"),
        pytest.param({"deeds": (Deed(NOW, "anna", "snooze_2h", "1"),)}, False, id="put off"),
        pytest.param({"pages": ()}, False, id="never paged"),
        pytest.param({"pages": (DAY_START - 60,)}, False, id="paged in another shift"),
    ],
)
def test_a_page_is_missed_if_nobody_answers_it(changes, missed):
    entry = incident(severity=Severity.PAGE, **{"pages": (NOW - 30 * MINUTE, NOW - 20 * MINUTE), **changes})
    assert unanswered(entry, DAY_START, NOW + 1) is missed


def test_the_status_counts_what_is_part_of_a_storm_with_the_storm():
    storm = incident("storm", Severity.CRITICAL, kind="storm", threads=40)
    board = board_of(
        storm,
        incident("one", Severity.PAGE, parent=storm.incident_id),
        incident("two", Severity.PAGE, parent=storm.incident_id),
        incident("orphan", Severity.PAGE, parent="an incident that is over"),
    )
    now = status(board, Roster(), NOW)
    assert ids(now.active) == ["storm", "orphan"]
    assert now.parts == {storm.incident_id: 2}


def test_the_status_says_what_keeps_quiet_what_was_spent_and_how_the_feed_is():
    board = board_of(
        incident("paged", Severity.PAGE, pages=(DAY_START - HOUR, NOW - HOUR)),
        incident("spared", spared=True),
        incident("other", brand="Ziggo", snooze=Snooze("anna", NOW, NOW + HOUR, Severity.PAGE, 9), state="snoozed"),
    )
    wishes = [Silence("Albert Heijn", "anna", 0, NOW + change, "planned", str(change)) for change in (-1, 60)]
    board.keep("Albert Heijn", BrandState(0.41, 0.35, budget=2, silences=tuple(wishes)))
    quiet = Hold("quiet_hours", NOW + HOUR)
    now = status(board, Roster({"Albert Heijn": quiet, "Ziggo": quiet}), NOW)
    assert now.holds == ((quiet, ("Albert Heijn", "Ziggo")),)
    assert now.silences == (wishes[1],)
    (spent,) = now.spending
    assert (spent.pages, spent.budget, spent.threshold, spent.usual, spent.spared) == (1, 2, 0.41, 0.35, 1)
    assert not spent.over
    assert ids(status(board, Roster(), NOW, "Ziggo").active) == ["other"]


def test_troubles_of_the_feed_are_known_until_they_are_old():
    board = Board()
    dog = Watchdog(FeedPolicy(silent_s=600, behind=0, stuck_s=0))
    looks = [(0, 1), (5, 2), (20, 2), (21, 3), (23, 4)]
    for minute, end in looks:
        for alert in dog.observe(NOW + minute * MINUTE, {0: end}, {0: end}):
            board.note(alert)
    (alert,) = board.troubles(NOW, NOW + HOUR)
    assert (alert.event, alert.since) == ("resolved", NOW + 5 * MINUTE)
    assert board.troubles(NOW + 22.5 * MINUTE, NOW + HOUR) == (alert,)
    assert board.troubles(NOW + 24 * MINUTE, NOW + HOUR) == ()
    assert board.troubles(NOW, NOW + 4 * MINUTE) == ()
    assert status(board, Roster(), NOW + 22 * MINUTE).troubles == ()
    board.forget(NOW + HOUR)
    assert board.troubles(NOW, NOW + HOUR) == ()


entries = st.builds(
    lambda thread, severity, over, spared: incident(thread, severity, spared=spared, **(resolved() if over else {})),
    st.sampled_from("abc"),
    st.sampled_from(Severity),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | entries)))
def test_it_holds_what_was_put_last_under_each_key(puts):
    board, last = Board(), {}
    for key, entry in puts:
        board.put(key, entry)
        last[key] = entry
    known = [entry for entry in last.values() if entry is not None]
    assert sorted(map(repr, board.between(0, NOW))) == sorted(map(repr, known))
    assert sorted(map(repr, board.active())) == sorted(repr(entry) for entry in known if entry.active)
    assert {repr(entry) for entry in board.spared(0, NOW)} <= set(map(repr, known))
