"""What holds whatever is seen, done and let pass, in any order: the promises to whoever is on call."""

from itertools import takewhile

import msgspec
import pytest
from alert_samples import HOUR, MINUTE, NOON
from hypothesis import given, settings
from hypothesis import strategies as st
from life import CHAIN, Life

from alerts.click import ACTIONS
from alerts.event import Notification
from alerts.policy import Policy
from alerts.rules import Hold
from alerts.severity import AGGRAVATING, Severity

PAGE, CRITICAL = Severity.PAGE, Severity.CRITICAL
HOLDS = (None, Hold("quiet_hours"), Hold("silence", owner="anna"), Hold("storm", even_critical=True))

chance = st.floats(0, 1)
signals = st.lists(st.sampled_from([*sorted(AGGRAVATING), "unanswered"]), unique=True, max_size=3).map(tuple)
looks = st.fixed_dictionaries(
    {
        "risk": chance,
        "p_viral": chance,
        "p_negative": chance,
        "shares": st.integers(0, 2000),
        "conduct": signals,
        "over": st.booleans(),
    }
)
waits = st.floats(0, 5 * 60)
steps = st.one_of(
    st.tuples(st.just("look"), waits, looks),
    st.tuples(st.just("look"), st.just(0.5), looks),
    st.tuples(st.just("click"), waits, st.sampled_from(ACTIONS)),
    st.tuples(st.just("pass"), waits, st.none()),
    st.tuples(st.just("rules"), waits, st.sampled_from(HOLDS)),
    st.tuples(st.just("restart"), st.just(0.0), st.none()),
)
lives = st.lists(steps, max_size=40)
policies = st.sampled_from([Policy(), Policy(persist_s=0.0)])
chains = st.sampled_from([(), CHAIN])


def play(life, script):
    """Play a script; yields after each step."""
    minute = 0.0
    for kind, wait, what in script:
        minute += wait
        if kind == "look":
            life.sees(minute, **what)
        elif kind == "click":
            life.does(minute, what, by="bram")
        elif kind == "rules":
            life.changes(minute, hold=what)
        elif kind == "restart":
            life.restarts()
        life.passes(minute)
        yield kind, what


@settings(max_examples=120, deadline=None)
@given(lives, policies, chains)
def test_there_is_one_open_incident_and_one_order_of_what_is_told(script, policy, chain):
    life = Life(policy, page_chain=chain, critical_chain=chain)
    for _ in play(life, script):
        pass
    ids = [one.alert.alert_id for one in life.told]
    assert len(set(ids)) == len(ids)
    over, revisions = {}, {}
    for one in life.told:
        incident = one.alert.incident_id
        others = [other for other, ended in over.items() if other != incident and not ended]
        assert not others, "two incidents are open"
        assert one.revision == revisions.get(incident, 0) + 1
        revisions[incident] = one.revision
        if one.alert.event == "opened":
            assert over.get(incident, True), "opened twice"
        elif one.cause != "judged":
            assert over.get(incident) is False, "told of what is not open"
        over[incident] = not one.incident.active
        assert (one.alert.event == "resolved") == (one.cause in ("recovered", "lapsed", "resolved_by_hand"))
        assert msgspec.json.decode(msgspec.json.encode(one), type=Notification) == one


@settings(max_examples=120, deadline=None)
@given(lives, policies, chains)
def test_a_page_is_for_something_that_people_do_not_know(script, policy, chain):
    """A page climbs above the last one, or that was long ago, was answered, put off, kept back or over since."""
    life = Life(policy, page_chain=chain, critical_chain=chain)
    for _ in play(life, script):
        pass
    loud, at = None, 0.0
    for one in life.told:
        if one.page:
            excused = one.cause in ("snooze_over", "ack_expired", "worsened", "released", "reopened", "opened")
            assert loud is None or one.alert.severity > loud or one.alert.at - at >= 3 * HOUR or excused
            assert one.notifies
            assert one.alert.severity.interrupts
            assert one.alert.event in ("opened", "escalated")
            loud, at = one.alert.severity, one.alert.at


@settings(max_examples=120, deadline=None)
@given(lives, policies, chains)
def test_no_page_is_lost(script, policy, chain):
    """Whoever looks at a bad incident finds that people know, said that they do, or that something keeps it back."""
    life = Life(policy, page_chain=chain, critical_chain=chain)
    for kind, what in play(life, script):
        entry = life.entry
        large = kind == "look" and what["shares"] >= policy.page_spread and not what["over"]
        if large and what["risk"] >= 0.8 and what["p_negative"] >= 0.3:
            assert entry.severity is CRITICAL or entry.resolved_by is not None
        if entry is None or not entry.active or not entry.severity.interrupts:
            continue
        told = entry.loud is not None and entry.loud >= entry.severity
        put_off = entry.snooze is not None and (entry.snooze.mute or entry.severity <= entry.snooze.severity)
        taken = entry.handled is not None and entry.severity <= entry.handled.severity
        assert told or put_off or taken or entry.owed
        if entry.owed:
            held = life.rules.hold is not None and life.rules.hold.keeps(entry.severity)
            fresh = entry.loud is not None and life.minute * MINUTE + NOON < entry.loud_at + policy.repage_s
            assert held or fresh or entry.below_since is not None
            assert entry.unattended


@settings(max_examples=80, deadline=None)
@given(lives, policies)
def test_a_restart_anywhere_changes_nothing(script, policy):
    lives = []
    for restarts in (False, True):
        life = Life(policy, page_chain=CHAIN, critical_chain=CHAIN)
        for _ in play(life, script):
            if restarts:
                life.restarts()
        lives.append(life)
    assert lives[0].told == lives[1].told
    assert lives[0].entry == lives[1].entry


@pytest.mark.parametrize("action", ["acknowledge", "resolve", "snooze_2h", "mute"])
@settings(max_examples=30, deadline=None)
@given(script=lives)
def test_after_somebody_reacted_nobody_is_called_for_the_same(action, script):
    """Until something is worse, over, released or expired, no step of the chain calls anybody."""
    life = Life(page_chain=CHAIN, critical_chain=CHAIN)
    life.sees(0, risk=0.95, p_negative=0.9)
    life.does(1, action)
    told = len(life.told)
    for _ in play(life, [(kind, wait, what) for kind, wait, what in script if kind in ("look", "pass", "restart")]):
        pass
    same = takewhile(lambda one: one.alert.event != "opened", life.told[told:])
    first = next((one for one in same if one.notifies), None)
    later = {
        "acknowledge": {"reminded", "ack_expired"},
        "resolve": set(),
        "snooze_2h": {"snooze_over", "worsened", "repaged"},
        "mute": {"snooze_over", "worsened", "repaged"},
    }[action]
    forgotten = first is not None and first.alert.at - NOON >= 3 * HOUR and first.cause == "climbed"
    assert first is None or first.cause in later or forgotten
