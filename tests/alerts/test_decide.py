import msgspec
import pytest
from alert_samples import HOUR, MINUTE, NOON
from life import Life

from alerts.decide import due_at
from alerts.event import AlertEvent
from alerts.ledger import LedgerError, decode, encode, incident_id
from alerts.severity import Severity
from scoring.assessment import Reason

NOTICE, WATCH, PAGE, CRITICAL = Severity


@pytest.fixture
def desk():
    return Life()


def test_a_calm_thread_is_no_incident(desk):
    assert desk.sees(0, risk=0.05) == "calm"
    assert (desk.entry, desk.told) == (None, [])


def test_an_incident_opens_climbs_falls_and_resolves(desk):
    desk.sees(0, risk=0.12)
    desk.sees(3, risk=0.40)
    desk.sees(4, risk=0.85)
    for minute in range(5, 200, 5):
        desk.sees(minute, risk=0.01)
    assert desk.events == [
        ("opened", "watch"),
        ("escalated", "page"),
        ("escalated", "critical"),
        ("updated", "critical"),  # the risk in the message was out of date
        ("updated", "watch"),
        ("resolved", "watch"),
    ]
    assert [told.alert.severity for told in desk.pages] == [PAGE, CRITICAL]
    assert [told.cause for told in desk.told][-2:] == ["fell", "recovered"]
    assert (desk.entry.peak.severity, desk.entry.peak.risk) == (CRITICAL, 0.85)
    assert desk.told[-1].alert.at == NOON + 125 * MINUTE


def test_a_severity_falls_only_after_its_hold_time_and_only_as_far_as_the_worst_since(desk):
    desk.sees(0, risk=0.85)
    desk.sees(1, risk=0.01)
    desk.sees(2, risk=0.50)
    desk.sees(15.9, risk=0.01)
    assert desk.entry.severity is CRITICAL
    desk.passes(16)
    assert desk.entry.severity is PAGE
    desk.sees(30.9, risk=0.01)
    assert desk.entry.severity is PAGE
    desk.passes(31)
    assert desk.entry.severity is WATCH


@pytest.mark.parametrize("step", [1, 4, 7, 16, 20, 31, 61])
@pytest.mark.parametrize(
    ("low", "high"),
    [
        pytest.param(0.34, 0.36, id="around the page threshold"),
        pytest.param(0.01, 0.99, id="between nothing and critical"),
    ],
)
def test_flapping_for_two_hours_is_one_message_and_one_page(desk, step, low, high):
    for turn, minute in enumerate(range(0, 121, step)):
        desk.sees(minute, risk=low if turn % 2 else high)
    assert [event for event, _ in desk.events].count("opened") == 1
    assert len(desk.pages) == 1
    assert len({told.alert.incident_id for told in desk.told}) == 1


def test_a_page_that_returned_silently_and_stays_pages_again(desk):
    desk.sees(0, risk=0.5)
    desk.sees(10, risk=0.06)
    desk.sees(25, risk=0.06)
    assert desk.sees(30, risk=0.5) == "returned"
    assert due_at(desk.entry, desk.rules) == NOON + 3 * HOUR
    assert desk.sees(179, risk=0.5) == "unchanged"
    assert desk.sees(180, risk=0.5) == "unchanged"
    assert desk.said[-1] == (180, "repaged")
    assert [told.alert.at - NOON for told in desk.pages] == [0, 3 * HOUR]
    assert desk.sees(600, risk=0.5) == "unchanged"


def test_a_worse_state_than_told_is_never_held_back(desk):
    desk.sees(0, risk=0.5)
    desk.sees(0.01, risk=0.9)
    assert [told.alert.severity for told in desk.pages] == [PAGE, CRITICAL]


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        pytest.param({"shares": 88}, "unchanged", id="grew by less than a fifth"),
        pytest.param({"shares": 89}, "refreshed", id="grew by a fifth"),
        pytest.param({"risk": 0.29}, "unchanged", id="risk moved a little"),
        pytest.param({"risk": 0.30}, "refreshed", id="risk moved by a tenth"),
        pytest.param({"risk": 0.10}, "refreshed", id="risk fell by a tenth"),
        pytest.param({"conduct": ("canned_reply",)}, "refreshed", id="new conduct"),
    ],
)
def test_an_edit_must_be_worth_it(desk, changes, cause):
    desk.sees(0, risk=0.2, shares=74)
    assert desk.sees(0.9, **{"risk": 0.2, "shares": 74, **changes}) == "unchanged"
    assert desk.sees(1, **{"risk": 0.2, "shares": 74, **changes}) == cause


def test_an_incident_that_comes_back_soon_is_the_same_one_and_pages(desk):
    desk.sees(0, risk=0.5)
    desk.sees(1, risk=0.0)
    desk.passes(122)
    assert desk.entry.state == "resolved"
    assert desk.sees(122, risk=0.09) == "calm"
    assert desk.sees(123, risk=0.5) == "reopened"
    assert [event for event, _ in desk.events if event != "updated"] == ["opened", "resolved", "opened"]
    assert len({told.alert.incident_id for told in desk.told}) == 1
    assert (desk.entry.state, desk.entry.revision) == ("reopened", len(desk.told))
    assert desk.told[-1].page


def test_an_incident_that_comes_back_late_is_the_next_one(desk):
    desk.sees(0, risk=0.5)
    desk.sees(1, risk=0.0)
    assert desk.sees(121 + 360, risk=0.5) == "opened"
    first, second = desk.told[0].alert, desk.told[-1].alert
    assert first.incident_id != second.incident_id
    assert desk.told[-1].revision == 1
    assert desk.told[-1].page


def test_due_names_the_moment_of_the_next_decision(desk):
    desk.sees(0, risk=0.5)
    assert due_at(desk.entry, desk.rules) == NOON + 7 * 24 * HOUR  # nothing was heard of it for so long
    desk.sees(10, risk=0.0)
    assert due_at(desk.entry, desk.rules) == NOON + 25 * MINUTE
    desk.passes(25)
    assert desk.causes[-1] == "fell"
    assert due_at(desk.entry, desk.rules) == NOON + 130 * MINUTE
    desk.passes(130)
    assert desk.causes[-1] == "recovered"
    assert due_at(desk.entry, desk.rules) is None


def test_a_page_raised_by_conduct_says_so_first(desk):
    reasons = tuple(Reason(f"signal_{n}", n, f"reason {n}") for n in range(6))
    named = Reason("own_goal", 0.9, "90 % of the shares are of the brand's own reply")
    desk.sees(0, risk=0.12, conduct=("harsh_reply", "own_goal"), reasons=(*reasons, named))
    shown = desk.told[0].alert.reasons
    assert desk.told[0].alert.severity is PAGE
    assert [reason.signal for reason in shown] == [
        "harsh_reply",
        "own_goal",
        "signal_0",
        "signal_1",
        "signal_2",
    ]
    assert shown[1] is named


def test_an_alert_event_is_the_line_of_the_contract(desk):
    desk.sees(0, risk=0.5)
    line = msgspec.json.decode(msgspec.json.encode(desk.told[0].alert))
    assert list(line) == [
        "alert_id", "incident_id", "thread_id", "brand", "event",
        "severity", "at", "risk", "reasons", "forecast",
    ]  # fmt: skip
    assert list(line["reasons"][0]) == ["signal", "value", "text"]
    assert list(line["forecast"]) == ["expected", "low", "high", "horizon_s"]
    assert (line["event"], line["severity"]) == ("opened", "page")
    assert line["alert_id"] == f"{line['incident_id']}-1"
    assert msgspec.convert(line, AlertEvent) == desk.told[0].alert


def test_ids_tell_apart_what_only_looks_alike_when_joined():
    threads = [("a", "b/c"), ("a/b", "c"), ("a", "bc"), ("ab", "c")]
    assert len({incident_id(brand, thread, 1) for brand, thread in threads}) == 4


def test_a_ledger_entry_of_another_version_is_refused(desk):
    desk.sees(0, risk=0.5)
    old = encode(desk.entry).replace(b'"version":2', b'"version":1')
    with pytest.raises(LedgerError, match="version 1; this service reads version 2"):
        decode(old)
    with pytest.raises(LedgerError, match="not a ledger entry"):
        decode(b'{"version":2}')
