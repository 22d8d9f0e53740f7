from alert_samples import HOUR, MINUTE
from board_samples import DAY_START, NOW, SHIFT_S, Roster, acknowledged, incident, resolved

from alerts.ledger import Peak, Snooze
from alerts.overview.board import Board, BrandState
from alerts.overview.digest import digest, seconds_to_answer
from alerts.rules import Hold
from alerts.severity import Severity

END = DAY_START + SHIFT_S


def of_the_day(*entries, now=NOW, board=None):
    board = board or Board()
    for entry in entries:
        board.put(entry.incident_id, entry)
    roster = Roster()
    return digest(board, roster, roster.shift(NOW), now)


def ids(entries):
    return [entry.thread_id for entry in entries]


def test_it_counts_what_began_ended_and_is_left_in_the_shift_and_nothing_else():
    told = of_the_day(
        incident("new", minutes_ago=10),
        incident("inherited", minutes_ago=9 * 60),
        incident("came and went", minutes_ago=60, **resolved()),
        incident("inherited, ended", minutes_ago=9 * 60, **resolved()),
        incident("over before", minutes_ago=9 * 60, **resolved(minutes_ago=7 * 60)),
    )
    assert sorted(ids(told.incidents)) == ["came and went", "inherited", "inherited, ended", "new"]
    assert (told.opened, told.resolved, told.still_open) == (2, 2, 2)
    assert (told.shift, told.start, told.end, told.running) == ("day", DAY_START, END, True)
    assert (told.on_call, told.next_shift, told.next_on_call) == (("anna",), "night", ("bram",))


def test_a_shift_that_is_over_does_not_count_what_came_after_it():
    late = incident("late", Severity.PAGE, minutes_ago=-7 * 60, pages=(NOW + 7 * HOUR,))
    told = of_the_day(incident("known"), late, now=END + HOUR)
    assert ids(told.incidents) == ["known"]
    assert told.pages == 0
    assert not told.running


def test_the_worst_peaks_come_first_whatever_became_of_them():
    told = of_the_day(
        incident("watched"),
        incident("was critical", Severity.WATCH, peak=Peak(Severity.CRITICAL, 0.9, 900), **resolved()),
        incident("page", Severity.PAGE, risk=0.5),
        incident("was a page", Severity.WATCH, peak=Peak(Severity.PAGE, 0.6, 90), **resolved()),
    )
    assert ids(told.incidents) == ["was critical", "page", "was a page", "watched"]


def test_what_is_part_of_a_storm_is_told_with_the_storm_and_its_pages_count():
    storm = incident("storm", Severity.CRITICAL, kind="storm", threads=40)
    part = incident("part", Severity.PAGE, parent=storm.incident_id, pages=(NOW - MINUTE,))
    told = of_the_day(storm, part)
    assert ids(told.incidents) == ["storm"]
    assert told.pages == 1


def test_it_names_what_was_missed_spared_held_back_and_put_off():
    pages = {"severity": Severity.PAGE, "pages": (NOW - 20 * MINUTE,)}
    snooze = Snooze("anna", NOW, END + HOUR, Severity.PAGE, 80)
    board = Board()
    board.keep("Albert Heijn", BrandState(0.5, 0.35, budget=1))
    told = of_the_day(
        incident("missed", **pages),
        incident("answered", **pages, **acknowledged(minutes_ago=15)),
        incident("spared", spared=True),
        incident("spared, then paged", spared=True, **pages),
        incident("held", Severity.PAGE, owed=True, held=Hold("quiet_hours", END)),
        incident("put off", Severity.PAGE, state="snoozed", snooze=snooze),
        incident("put off for a while", state="snoozed", snooze=Snooze("a", NOW, NOW + HOUR, Severity.WATCH, 1)),
        board=board,
    )
    assert sorted(ids(told.missed)) == ["missed", "spared, then paged"]
    assert ids(told.spared) == ["spared"]
    assert ids(told.held) == ["held"]
    assert ids(told.snoozed) == ["put off"]
    (spent,) = told.spending
    assert (spent.pages, spent.budget, spent.over) == (3, 1, True)


def test_the_time_to_answer_counts_from_the_first_page():
    assert seconds_to_answer(incident(minutes_ago=30)) is None
    assert seconds_to_answer(incident(minutes_ago=30, **acknowledged(minutes_ago=20))) == 10 * MINUTE
    paged = incident(minutes_ago=30, pages=(NOW - 22 * MINUTE,), **acknowledged(minutes_ago=20))
    assert seconds_to_answer(paged) == 2 * MINUTE
    before = incident(minutes_ago=30, pages=(NOW - 10 * MINUTE,), **acknowledged(minutes_ago=20))
    assert seconds_to_answer(before) == 0.0
