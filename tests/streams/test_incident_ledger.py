import time

import pytest
from msgspec.structs import replace

from alerts.budget import PageBudget
from alerts.click import Click, Silence
from alerts.incidents import Settings, decode_state, encode_state
from alerts.ledger import decode, encode
from alerts.policy import Policy
from alerts.severity import Severity
from scoring.assessment import Assessment, Card, Forecast, Reason
from scoring.complaint import Complaint
from scoring.profile import BrandProfile
from streams.desk import Desk
from streams.incident_ledger import BrandEntries, IncidentLedger, key_of, settings_of

POLICY = Policy(persist_s=0.0)
AT = 1_700_000_000.0
HOUR = 3600.0


def assessed(risk, at=AT, *, brand="b", thread="t", shares=80, text="slecht"):
    return Assessment(
        thread_id=thread,
        brand=brand,
        at=at,
        risk=risk,
        p_viral=min(1.0, risk / 0.9),
        p_negative=0.9,
        shares=shares,
        reasons=(Reason("share_velocity", 3.0, "80 shares in 20 min"),),
        forecast=Forecast(200.0, 100.0, 900.0, 86_400.0),
        conduct=(),
        card=Card(text, "kim", 10, "x", None, AT - 1_200, 4_000),
    )


def complaint(number, at=AT, *, brand="b"):
    return Complaint(f"c{number}", brand, at, 0.9, "x", "kim", "Weer storing", None)


def ledger_of(entries, states=None, profile=None, **settings):
    profile = profile or BrandProfile()
    settings = Settings(**{"policy": POLICY, **settings})
    return IncidentLedger(settings, lambda _brand: profile, entries, {} if states is None else states)


def told(outcomes):
    return [(n.alert.event, n.alert.severity) for outcome in outcomes for n in outcome.notifications]


def test_a_calm_thread_leaves_no_trace():
    entries = {}
    (outcome,) = ledger_of(entries).assess(assessed(0.01))
    assert (outcome.decision.cause, outcome.notifications, entries) == ("calm", (), {})


def test_an_incident_is_opened_once_and_remembered_by_brand_and_thread():
    entries = {}
    ledger = ledger_of(entries)
    assert [event for _ in range(3) for event, _ in told(ledger.assess(assessed(0.5)))] == ["opened"]
    assert list(entries) == [key_of("b", "t")]
    assert ledger.severity_of("b", "t") is Severity.PAGE
    assert ledger.severity_of("b", "other") is ledger.severity_of("other", "t") is None


def test_ledgers_of_the_same_entries_and_states_go_on_where_the_other_was():
    entries, states = {}, {}
    before = ledger_of(entries, states, budget=PageBudget(pages=2))
    before.assess(assessed(0.15))
    before.assess(assessed(0.5, thread="u"))
    assert states == {}
    before.save()
    entries = {key: decode(encode(entry)) for key, entry in entries.items()}
    states = {brand: decode_state(encode_state(state)) for brand, state in states.items()}
    after = ledger_of(entries, states, budget=PageBudget(pages=2))
    assert after.status("b").budget.pages == 1
    assert told(after.assess(assessed(0.9, AT + 60))) == [("escalated", Severity.CRITICAL)]


def test_what_is_due_by_itself_is_decided_for_one_brand_or_for_all_those_written_down_too():
    entries, states = {}, {}
    ledger = ledger_of(entries, states)
    for brand in ("a", "b", "c"):
        ledger.assess(assessed(0.5, brand=brand))
        ledger.assess(assessed(0.0, AT + 1, brand=brand))
    ledger.save()
    ended = ledger_of(dict(entries), states).advance(AT + 12 * HOUR)
    assert [n.alert.brand for o in ended for n in o.notifications if n.alert.event == "resolved"] == ["a", "b", "c"]
    states = {brand: decode_state(encode_state(replace(state, now=AT + 1))) for brand, state in states.items()}
    again = ledger_of(entries, states)
    assert again.open_by_severity() == {Severity.PAGE: 3}
    assert [event for event, _ in told(again.advance(AT + 12 * HOUR, "a"))][-1] == "resolved"
    ended = again.advance(AT + 12 * HOUR)
    assert [n.alert.brand for o in ended for n in o.notifications if n.alert.event == "resolved"] == ["b", "c"]
    assert again.severity_of("a", "t") is None
    assert again.open_by_severity() == {}


def test_what_is_open_is_counted_by_severity():
    ledger = ledger_of({})
    for i, risk in enumerate((0.15, 0.15, 0.5, 0.9, 0.0)):
        ledger.assess(assessed(risk, thread=f"t{i}"))
    assert ledger.open_by_severity() == {Severity.WATCH: 2, Severity.PAGE: 1, Severity.CRITICAL: 1}


def test_brands_have_nothing_to_do_with_each_other():
    ledger = ledger_of({})
    first = ledger.assess(assessed(0.5))[-1].notifications[0].alert
    second = ledger.assess(replace(assessed(0.5), brand="rival"))[-1].notifications[0].alert
    assert first.incident_id != second.incident_id
    for number in range(20):
        ledger.hear(complaint(number, brand=("b", "rival")[number % 2]))
    assert {entry.kind for entry in ledger.status("b").active} == {"thread"}
    for number in range(20, 40):
        ledger.hear(complaint(number))
    assert {entry.kind for entry in ledger.status("b").active} == {"thread", "storm"}
    assert [entry.kind for entry in ledger.statuses()["rival"].active] == ["thread"]


def test_commands_go_to_their_brand():
    ledger = ledger_of({})
    (incident,) = [n.incident for n in ledger.assess(assessed(0.5))[-1].notifications]
    done = ledger.do(Click("b", incident.incident_id, "acknowledge", "anna", AT + 5, "1"))
    assert told(done) == [("acknowledged", Severity.PAGE)]
    ledger.do(Silence("b", "anna", AT + 6, AT + HOUR, "bekend", "2"))
    assert ledger.status("b").hold.owner == "anna"
    assert ledger.status("rival").hold is None


def test_the_brands_accounts_group_nothing():
    profile = BrandProfile(accounts={"x": ("b_care",)})
    for known, kinds in ((profile, ["thread", "thread"]), (BrandProfile(), ["group"])):
        ledger = ledger_of({}, profile=known)
        for number in range(30):
            ledger.hear(Complaint(f"c{number}", "b", AT + number * 1_000, 0.9, "x", "kim", f"anders {number}"))
        ledger.assess(assessed(0.5, AT + 50_000, thread="t1", text="#b_care slecht"))
        ledger.assess(assessed(0.5, AT + 50_001, thread="t2", text="wat een dag #b_care"))
        assert [entry.kind for entry in ledger.status("b").active] == kinds


def test_a_brand_that_is_given_up_is_read_anew():
    entries = {}
    ledger = ledger_of(entries)
    ledger.assess(assessed(0.5))
    other = ledger_of(entries)
    other.assess(assessed(0.9, AT + 60))
    assert ledger.severity_of("b", "t") is Severity.PAGE
    ledger.forget("b")
    assert ledger.severity_of("b", "t") is Severity.CRITICAL


def test_a_state_that_is_lost_costs_no_walk_through_the_calendar_since_1970():
    entries = {}
    ledger_of(entries).assess(assessed(0.9))
    began = time.process_time()
    ledger_of(entries).assess(assessed(0.9, AT + 60))
    assert time.process_time() - began < 2.0, "it took half a minute"


@pytest.mark.parametrize("thread", ["t", "", "a\x1fb", "é"])
def test_a_brands_part_of_the_ledger_is_a_mapping(thread):
    entries = {}
    ledger_of(entries).assess(assessed(0.5, thread="x", brand="bb"))
    (entry,) = entries.values()
    part = BrandEntries("b", entries)
    assert (list(part), len(part), thread in part, 7 in part) == ([], 0, False, False)
    part[thread] = entry
    assert (list(part), part[thread], thread in part) == ([thread], entry, True)
    del part[thread]
    assert list(entries) == [key_of("bb", "x")]


def test_keys_do_not_run_into_each_other():
    assert key_of("a", "bc") != key_of("ab", "c")


def test_the_desk_has_all_settings():
    desk = Desk(page_budget=PageBudget(3))
    settings = settings_of(desk)
    assert settings.policy is desk.alerts
    assert settings.calendar is desk.calendar
    assert (settings.budget, settings.storm, settings.likeness) == (desk.page_budget, desk.storm, desk.grouping)
