"""Timed scripts of what on-call people expect, in minutes after noon."""

import pytest
from alert_samples import MINUTE, NOON, assessed
from life import AT_ONCE, CHAIN, Life

from alerts.policy import Policy
from alerts.rules import Hold
from alerts.severity import Severity
from scoring.verdicts import Verdict

NOTICE, WATCH, PAGE, CRITICAL = Severity
DAY = 24 * 60


@pytest.fixture
def desk():
    return Life(page_chain=CHAIN, critical_chain=CHAIN)


def test_without_an_acknowledgement_the_chain_is_called_and_its_end_is_loud(desk):
    desk.sees(0, risk=0.5)
    assert desk.upcoming == (("bram",), NOON + 10 * MINUTE)
    desk.passes(66)
    assert desk.calls == [
        (0, "anna"),
        (10, "bram"),
        (20, "here"),
        (35, "channel"),
        (50, "channel"),
        (65, "channel"),
    ]
    assert [cause for _, cause in desk.said] == ["opened", "escalated", "escalated", *3 * ["chain_ended"]]
    assert len(desk.pages) == 1


@pytest.mark.parametrize("minute", [0, 5, 10, 19.9, 40])
def test_an_acknowledgement_stops_the_chain(desk, minute):
    desk.sees(0, risk=0.5)
    assert desk.does(minute, "acknowledge", by="bram") == "acknowledged"
    before = list(desk.calls)
    desk.passes(minute + 59)
    assert desk.calls == before
    assert desk.upcoming is None
    assert (desk.entry.handled.by, desk.entry.first_handled_at) == ("bram", NOON + minute * MINUTE)


def test_the_chain_goes_on_while_it_eases_to_something_that_still_needs_somebody(desk):
    desk.sees(0, risk=0.9)
    desk.sees(5, risk=0.5)
    desk.passes(21)
    assert desk.calls == [(0, "anna"), (10, "bram"), (20, "here")]


def test_the_chain_waits_while_it_eases_to_a_watch(desk):
    desk.sees(0, risk=0.9)
    desk.sees(5, risk=0.15)
    desk.passes(14)
    assert desk.calls == [(0, "anna")]
    desk.sees(14.5, risk=0.9)
    assert desk.calls == [(0, "anna"), (14.5, "bram")]


def test_without_a_chain_a_page_calls_whoever_is_there_once():
    desk = Life()
    desk.sees(0, risk=0.5)
    desk.passes(600)
    assert desk.calls == [(0, "here")]


def test_a_climb_after_an_acknowledgement_pages_again(desk):
    desk.sees(0, risk=0.5)
    desk.does(1, "acknowledge")
    assert desk.sees(2, risk=0.55) == "unchanged"
    assert desk.sees(5, risk=0.9) == "climbed"
    assert [page.alert.severity for page in desk.pages] == [PAGE, CRITICAL]
    assert desk.entry.state == "open"
    desk.passes(15)
    assert desk.calls[-1] == (15, "bram")


def test_what_was_acknowledged_comes_back_without_a_page(desk):
    desk.sees(0, risk=0.5)
    desk.does(1, "acknowledge")
    desk.sees(10, risk=0.06)
    desk.passes(30)
    assert desk.entry.severity is WATCH
    assert desk.sees(200, risk=0.5) == "returned"
    assert len(desk.pages) == 1


def test_a_forgotten_acknowledgement_is_reminded_of_and_then_expires(desk):
    desk.sees(0, risk=0.5)
    desk.does(5, "acknowledge", by="bram")
    desk.passes(255)
    assert desk.calls == [(0, "anna"), (65, "bram"), (125, "bram"), (185, "bram"), (245, "anna"), (255, "bram")]
    assert [cause for _, cause in desk.said][2:] == [*3 * ["reminded"], "ack_expired", "escalated"]
    assert desk.entry.state == "open"


def test_an_acknowledgement_of_what_has_eased_is_not_reminded_of(desk):
    desk.sees(0, risk=0.5)
    desk.does(5, "acknowledge")
    desk.sees(6, risk=0.12)
    desk.passes(400)
    assert desk.calls == [(0, "anna")]


def test_somebody_else_takes_over(desk):
    desk.sees(0, risk=0.5)
    desk.does(1, "acknowledge", by="anna")
    assert desk.does(2, "acknowledge", by="anna") == "pointless"
    assert desk.does(3, "acknowledge", by="bram") == "taken_over"
    assert (desk.entry.handled.by, desk.entry.first_handled_at) == ("bram", NOON + MINUTE)


@pytest.mark.parametrize(
    ("action", "minutes"),
    [("snooze_30m", 30), ("snooze_2h", 120), ("snooze_morning", 20 * 60 - 1), ("mute", DAY)],
)
def test_a_snooze_is_quiet_until_it_is_over_and_then_pages_if_it_is_still_bad(desk, action, minutes):
    desk.sees(0, risk=0.5)
    desk.does(1, action)
    desk.passes(minutes + 0.9)
    assert desk.calls == [(0, "anna")]
    desk.passes(minutes + 1)
    assert desk.calls == [(0, "anna"), (minutes + 1, "anna")]
    assert desk.told[-1].cause == "snooze_over"


def test_a_snooze_ends_quietly_when_it_has_eased(desk):
    desk.sees(0, risk=0.5)
    desk.does(1, "snooze_30m")
    desk.sees(5, risk=0.12)
    desk.passes(60)
    assert (desk.entry.state, desk.entry.severity, desk.calls) == ("open", WATCH, [(0, "anna")])


def test_a_snooze_that_ends_while_it_eases_pages_if_it_returns(desk):
    desk.sees(0, risk=0.5)
    desk.does(1, "snooze_30m")
    desk.sees(25, risk=0.12)
    desk.passes(32)
    assert desk.calls == [(0, "anna")]
    desk.sees(33, risk=0.6)
    desk.passes(180)
    assert desk.calls[:2] == [(0, "anna"), (180, "anna")]


def test_a_snoozed_incident_that_becomes_worse_pages(desk):
    desk.sees(0, risk=0.5)
    desk.does(1, "snooze_2h")
    assert desk.sees(5, risk=0.55) == "unchanged"
    assert desk.sees(6, risk=0.9) == "climbed"
    assert (desk.calls[-1], desk.entry.snooze) == ((6, "anna"), None)


def test_a_snoozed_critical_incident_pages_when_its_spread_doubles(desk):
    desk.sees(0, risk=0.9, shares=100)
    desk.does(1, "snooze_2h")
    assert desk.sees(5, risk=0.95, shares=199) != "worsened"
    assert desk.sees(6, risk=0.95, shares=200) == "worsened"
    assert desk.calls == [(0, "anna"), (6, "anna")]


def test_a_muted_thread_pages_only_when_it_becomes_critical(desk):
    desk.sees(0, risk=0.2)
    desk.does(1, "mute")
    desk.sees(5, risk=0.5)
    assert (desk.entry.severity, desk.calls) == (PAGE, [])
    desk.sees(6, risk=0.9)
    assert desk.calls == [(6, "anna")]


def test_escalate_now_calls_the_next_and_an_acknowledgement_is_asked_for_again(desk):
    desk.sees(0, risk=0.5)
    desk.does(2, "acknowledge", by="anna")
    assert desk.does(3, "escalate", by="anna") == "called"
    assert (desk.calls[-1], desk.entry.state) == ((3, "bram"), "open")
    desk.passes(13)
    assert desk.calls[-1] == (13, "here")
    desk.does(14, "escalate", by="bram")
    assert desk.calls[-1] == (14, "channel")


def test_escalate_now_without_a_chain_calls_everybody():
    desk = Life()
    desk.sees(0, risk=0.2)
    desk.does(1, "escalate")
    assert desk.calls == [(1, "channel")]


def test_what_was_resolved_by_hand_stays_so_until_it_is_worse_or_was_calm(desk):
    desk.sees(0, risk=0.5)
    desk.does(1, "resolve")
    assert desk.sees(2, risk=0.6) == "settled"
    assert desk.sees(3, risk=0.9) == "reopened"
    assert [page.alert.severity for page in desk.pages] == [PAGE, CRITICAL]
    desk.does(4, "resolve")
    assert desk.sees(5, risk=0.9) == "settled"
    assert desk.sees(6, risk=0.01) == "calm"
    assert desk.sees(7, risk=0.5) == "reopened"
    assert len({told.alert.incident_id for told in desk.told}) == 1


@pytest.mark.parametrize("word", ["real", "false_alarm", "too_late"])
@pytest.mark.parametrize("over", [False, True], ids=["open", "resolved"])
def test_a_verdict_is_kept_for_the_models(desk, word, over):
    desk.sees(0, risk=0.5)
    if over:
        desk.does(1, "resolve")
    assert desk.does(2, word, by="bram") == "judged"
    assert desk.does(3, word, by="bram") == "pointless"
    assert desk.verdicts == [Verdict("1290", NOON + 2 * MINUTE, word, "bram")]
    assert desk.entry.verdict == word


def test_whoever_says_that_it_is_a_false_alarm_has_seen_it(desk):
    desk.sees(0, risk=0.5)
    desk.does(2, "false_alarm", by="bram")
    assert (desk.entry.state, desk.told[-1].alert.event) == ("acknowledged", "acknowledged")
    desk.passes(50)
    assert desk.calls == [(0, "anna")]


@pytest.mark.parametrize("action", ["acknowledge", "resolve", "snooze_2h", "mute", "escalate", "real"])
def test_a_click_that_is_delivered_twice_counts_once(desk, action):
    desk.sees(0, risk=0.5)
    desk.does(1, action, press="the one")
    told, entry = len(desk.told), desk.entry
    assert desk.does(1, action, press="the one") == "repeated"
    assert (len(desk.told), desk.entry) == (told, entry)


@pytest.mark.parametrize("action", ["acknowledge", "resolve", "snooze_2h", "mute", "escalate"])
def test_nothing_but_a_verdict_can_be_done_to_what_is_over(desk, action):
    desk.sees(0, risk=0.5)
    desk.does(1, "resolve")
    assert desk.does(2, action) == "pointless"


QUIET = Hold("quiet_hours", until=NOON + 120 * MINUTE)


def test_quiet_hours_keep_a_page_back_and_release_it(desk):
    desk.changes(0, hold=QUIET)
    desk.sees(1, risk=0.5)
    assert (desk.calls, desk.entry.held, desk.told[-1].cause) == ([], QUIET, "held")
    desk.passes(119)
    desk.changes(120, hold=None)
    desk.passes(120)
    assert (desk.calls, desk.told[-1].cause) == ([(120, "anna")], "released")


def test_what_was_kept_back_and_has_eased_is_not_released(desk):
    desk.changes(0, hold=QUIET)
    desk.sees(1, risk=0.5)
    desk.sees(10, risk=0.12)
    desk.passes(119)
    desk.changes(120, hold=None)
    desk.passes(300)
    assert desk.calls == []


def test_a_critical_incident_passes_the_quiet_hours_but_not_its_storm(desk):
    desk.changes(0, hold=QUIET)
    desk.sees(1, risk=0.9)
    assert desk.calls == [(1, "anna")]
    child = Life(hold=Hold("storm", even_critical=True))
    child.sees(1, risk=0.9)
    assert child.calls == []


def test_the_chain_waits_while_pages_are_kept_back(desk):
    desk.sees(0, risk=0.5)
    desk.changes(5, hold=QUIET)
    desk.passes(60)
    assert desk.calls == [(0, "anna")]
    desk.changes(120, hold=None)
    desk.passes(120)
    assert desk.calls[:2] == [(0, "anna"), (120, "bram")]


def test_another_reason_for_keeping_it_back_is_told():
    desk = Life(hold=QUIET)
    desk.sees(0, risk=0.5)
    silence = Hold("silence", reason="campaign", owner="bram")
    desk.changes(10, hold=silence)
    desk.passes(10)
    assert (desk.entry.held, desk.said[-1]) == (silence, (10, "held"))


def test_a_blip_wakes_nobody_and_what_persists_does():
    desk = Life(Policy(persist_s=30.0))
    desk.sees(0, risk=0.5)
    assert (desk.entry.severity, desk.calls) == (WATCH, [])
    desk.sees(0.3, risk=0.34)
    desk.passes(10)
    assert desk.calls == []
    desk.sees(11, risk=0.5)
    assert desk.causes[-1] == "holding"
    desk.passes(12)
    assert desk.calls == [(11.5, "here")]


def test_nobody_waits_for_a_critical_incident_or_for_the_desks_own_slip():
    critical = Life(Policy(persist_s=30.0))
    critical.sees(0, risk=0.9)
    assert critical.calls == [(0, "here")]
    slip = Life(Policy(persist_s=30.0))
    slip.sees(0, risk=0.2, conduct=("harsh_reply",))
    assert slip.calls == [(0, "here")]


def test_an_incident_of_which_nothing_is_heard_lapses(desk):
    desk.sees(0, risk=0.2)
    desk.passes(7 * DAY)
    assert (desk.entry.state, desk.said[-1]) == ("resolved", (7 * DAY, "lapsed"))


def test_a_click_on_an_incident_that_is_not_there_is_pointless():
    assert Life().does(0, "acknowledge") == "pointless"


STATES = {
    "open": [],
    "acknowledged": ["acknowledge"],
    "snoozed": ["snooze_30m"],
    "muted": ["mute"],
    "resolved": ["resolve"],
    "judged": ["real"],
    "called": ["escalate"],
}


@pytest.mark.parametrize("clicks", STATES.values(), ids=STATES)
def test_a_restart_in_any_state_changes_nothing(clicks):
    def play(restart):
        desk = Life(AT_ONCE, page_chain=CHAIN, critical_chain=CHAIN)
        desk.sees(0, risk=0.5)
        for action in clicks:
            desk.does(2, action, by="bram")
        for minute, risk in [(3, 0.5), (12, 0.12), (29, 0.4), (40, 0.9), (41, 0.0), (60, 0.3), (250, 0.6), (600, 0.0)]:
            if restart:
                desk.restarts()
            desk.sees(minute, risk=risk)
        desk.passes(2 * DAY)
        return desk.told

    assert play(restart=True) == play(restart=False)


def test_the_figures_are_those_of_the_assessment_that_decided(desk):
    desk.sees(0, risk=0.5, shares=80)
    told = desk.told[0]
    assert (told.shares, told.card, told.p_negative) == (80, assessed().card, 0.8)
    assert (told.opened_at, told.revision, told.alert.alert_id) == (NOON, 1, f"{told.alert.incident_id}-1")
