from itertools import pairwise

import msgspec
import pytest
from alert_samples import HOUR, MINUTE, NOON, assessed
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.decide import decide, due_at
from alerts.event import AlertEvent, Notification, notifications
from alerts.ledger import LedgerError, decode, encode
from alerts.policy import Policy
from alerts.severity import AGGRAVATING, Severity
from scoring.assessment import Reason

POLICY = Policy()
NOTICE, WATCH, PAGE, CRITICAL = Severity


class Desk:
    """One thread's assessments through the policy, and what came out."""

    def __init__(self):
        self.entry = None
        self.told = []
        self.causes = []

    def sees(self, minute, **changes):
        assessment = assessed(minute, **changes)
        decision = decide(self.entry, assessment, POLICY)
        self.entry = decision.entry
        self.causes.append(decision.cause)
        self.told += notifications(decision, assessment)
        return decision.cause

    @property
    def events(self):
        return [(told.alert.event, told.alert.severity.value) for told in self.told]

    @property
    def pages(self):
        return [told for told in self.told if told.notifies]


@pytest.fixture
def desk():
    return Desk()


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
    assert desk.sees(15.9, risk=0.01) != "fell"
    assert desk.sees(16, risk=0.01) == "fell"
    assert desk.entry.severity is PAGE
    assert desk.sees(30.9, risk=0.01) != "fell"
    assert desk.sees(31, risk=0.01) == "fell"
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
    assert due_at(desk.entry, POLICY) == NOON + 3 * HOUR
    assert desk.sees(179, risk=0.5) == "unchanged"
    assert desk.sees(180, risk=0.5) == "repaged"
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


def test_a_resolved_thread_reopens_as_the_next_incident(desk):
    desk.sees(0, risk=0.5)
    desk.sees(1, risk=0.0)
    assert desk.sees(121, risk=0.0) == "recovered"
    assert desk.sees(122, risk=0.09) == "calm"
    assert desk.sees(123, risk=0.5) == "reopened"
    assert [event for event, _ in desk.events if event != "updated"] == ["opened", "resolved", "opened"]
    first, second = desk.told[0].alert, desk.told[-1].alert
    assert first.incident_id != second.incident_id
    assert desk.told[-1].revision == 1
    assert desk.told[-1].notifies


def test_due_names_the_moment_of_the_next_decision(desk):
    desk.sees(0, risk=0.5)
    assert due_at(desk.entry, POLICY) is None
    desk.sees(10, risk=0.0)
    assert due_at(desk.entry, POLICY) == NOON + 25 * MINUTE
    assert desk.sees(25, risk=0.0) == "fell"
    assert due_at(desk.entry, POLICY) == NOON + 130 * MINUTE
    assert desk.sees(130, risk=0.0) == "recovered"
    assert due_at(desk.entry, POLICY) is None


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
    incidents = set()
    for brand, thread in [("a", "b/c"), ("a/b", "c"), ("a", "bc"), ("ab", "c")]:
        decision = decide(None, assessed(risk=0.5, brand=brand, thread_id=thread), POLICY)
        incidents.add(decision.entry.incident_id)
    assert len(incidents) == 4


def test_a_ledger_entry_of_another_version_is_refused(desk):
    desk.sees(0, risk=0.5)
    old = encode(desk.entry).replace(b'"version":1', b'"version":0')
    with pytest.raises(LedgerError, match="version 0; this service reads version 1"):
        decode(old)
    with pytest.raises(LedgerError, match="not a ledger entry"):
        decode(b'{"version":1}')


chance = st.floats(0, 1)
looks = st.lists(
    st.fixed_dictionaries(
        {
            "wait": st.floats(0, 240 * MINUTE),
            "risk": chance,
            "p_viral": chance,
            "p_negative": chance,
            "shares": st.integers(0, 2000),
            "conduct": st.lists(st.sampled_from([*sorted(AGGRAVATING), "unanswered"]), unique=True, max_size=3).map(
                tuple
            ),
        }
    ),
    max_size=40,
)


@settings(max_examples=200)
@given(looks)
def test_whatever_happens_the_ledger_keeps_its_promises(looks):
    desk, minute = Desk(), 0.0
    for look in looks:
        minute += look.pop("wait") / MINUTE
        desk.sees(minute, **look)
        if desk.entry is not None:
            # A restart between any two assessments changes nothing.
            assert decode(encode(desk.entry)) == desk.entry
            desk.entry = decode(encode(desk.entry))
    told = desk.told
    opening = None
    for before, after in zip([None, *told], [*told, None], strict=True):
        if after is None:
            break
        if after.alert.event == "opened":
            # One open incident at a time.
            assert before is None or before.alert.event == "resolved"
            assert after.revision == 1
            opening = after
        else:
            assert before.alert.event != "resolved"
            assert after.alert.incident_id == opening.alert.incident_id
            assert after.revision == before.revision + 1
            assert (after.alert.severity < before.alert.severity) == (after.cause == "fell")
        # Whoever counts the lines of a replay counts exactly the pages.
        loud = after.alert.event in ("opened", "escalated") and after.alert.severity.interrupts
        assert after.notifies == loud
    for pages in _by_incident([one for one in told if one.notifies]).values():
        for first, second in pairwise(pages):
            # More than one page in a while only for something worse.
            assert second.alert.severity > first.alert.severity or second.alert.at - first.alert.at >= 3 * HOUR
    assert len({one.alert.alert_id for one in told}) == len(told)
    for one in told:
        assert msgspec.json.decode(msgspec.json.encode(one), type=Notification) == one


@settings(max_examples=200)
@given(looks)
def test_no_page_is_lost(looks):
    """Where the risk alone asks for somebody, the incident is at least that bad and somebody was told."""
    desk, minute = Desk(), 0.0
    for look in looks:
        minute += look.pop("wait") / MINUTE
        desk.sees(minute, **look)
        if look["risk"] >= 0.35 and look["p_negative"] >= 0.3 and look["shares"] >= Policy().page_spread:
            assert desk.entry.severity >= (CRITICAL if look["risk"] >= 0.8 else PAGE)
            assert [page for page in desk.pages if page.alert.incident_id == desk.entry.incident_id]
            assert desk.entry.loud >= desk.entry.severity or desk.entry.loud_at > NOON + minute * MINUTE - 3 * HOUR


def _by_incident(told):
    incidents = {}
    for one in told:
        incidents.setdefault(one.alert.incident_id, []).append(one)
    return incidents
