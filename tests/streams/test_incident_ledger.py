from msgspec.structs import replace

from alerts.policy import Policy
from alerts.severity import Severity
from scoring.assessment import Assessment, Card, Forecast, Reason
from streams.incident_ledger import IncidentLedger, key_of

POLICY = Policy()
AT = 1_700_000_000.0


def assessed(risk, at=AT, *, brand="b", thread="t", shares=80):
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
        card=Card("slecht", "kim", 10, "x", None, AT - 1_200, 4_000),
    )


def test_a_calm_thread_leaves_no_trace():
    entries = {}
    applied = IncidentLedger(POLICY, entries).apply(assessed(0.01))
    assert (applied.notifications, entries) == ((), {})


def test_an_incident_is_opened_once_and_remembered_by_brand_and_thread():
    entries = {}
    ledger = IncidentLedger(POLICY, entries)
    events = [n.alert.event for risk in (0.5, 0.5, 0.5) for n in ledger.apply(assessed(risk)).notifications]
    assert events == ["opened"]
    assert list(entries) == [key_of("b", "t")]
    assert ledger.severity_of("b", "t") is Severity.PAGE
    assert ledger.severity_of("b", "other") is ledger.severity_of("other", "t") is None


def test_ledgers_of_the_same_entries_go_on_where_the_other_was():
    entries = {}
    IncidentLedger(POLICY, entries).apply(assessed(0.15))
    again = IncidentLedger(POLICY, entries).apply(assessed(0.9, AT + 60))
    assert [(n.alert.event, n.alert.severity) for n in again.notifications] == [("escalated", Severity.CRITICAL)]


def test_an_incident_that_calms_down_is_resolved_and_no_longer_open():
    ledger = IncidentLedger(POLICY, {})
    ledger.apply(assessed(0.5))
    assert ledger.open_by_severity() == {Severity.PAGE: 1}
    steps = range(0, int(2 * POLICY.recovery_s), 600)
    events = [n.alert.event for s in steps for n in ledger.apply(assessed(0.0, AT + s)).notifications]
    assert events[-1] == "resolved"
    assert events.count("resolved") == 1
    assert ledger.severity_of("b", "t") is None
    assert ledger.open_by_severity() == {}


def test_what_is_open_is_counted_by_severity():
    ledger = IncidentLedger(POLICY, {})
    for i, risk in enumerate((0.15, 0.15, 0.5, 0.9, 0.0)):
        ledger.apply(assessed(risk, thread=f"t{i}"))
    assert ledger.open_by_severity() == {Severity.WATCH: 2, Severity.PAGE: 1, Severity.CRITICAL: 1}


def test_one_thread_of_two_brands_is_two_incidents():
    ledger = IncidentLedger(POLICY, {})
    first = ledger.apply(assessed(0.5)).notifications[0].alert
    second = ledger.apply(replace(assessed(0.5), brand="rival")).notifications[0].alert
    assert first.incident_id != second.incident_id


def test_keys_do_not_run_into_each_other():
    assert key_of("a", "bc") != key_of("ab", "c")
