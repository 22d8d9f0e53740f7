from itertools import pairwise

import pytest
from alert_samples import HOUR, MINUTE, NOON
from brand_life import AT_ONCE, BRAND, BrandLife, complaint, scored
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.budget import PageBudget
from alerts.click import ACTIONS, Click, Silence
from alerts.incidents.state import decode_state
from alerts.ledger import LedgerError
from alerts.oncall import Calendar, Call, OnCall, QuietHours, ShiftPlan
from alerts.policy import Policy
from alerts.rules import Hold
from alerts.severity import Severity

WATCH, PAGE, CRITICAL = Severity.WATCH, Severity.PAGE, Severity.CRITICAL
LINK = "Dit moet je lezen: https://blog.example/belvast"
MORE = settings(max_examples=50, deadline=None)


# The samples' noon is 22:13:20 UTC: quiet from about minute 17 to minute 47.
NIGHTS = Calendar(
    OnCall(
        timezone="UTC",
        quiet_hours=QuietHours("22:30", "23:00"),
        shifts=(ShiftPlan("all", "00:00", "00:00", page=(Call(("anna",)), Call(("bram",), 10.0))),),
    )
)
QUIET_ENDS = (1_700_002_800.0 - NOON) / MINUTE


@pytest.fixture
def life():
    return BrandLife()


def test_a_thread_on_its_own_is_an_incident_on_its_own(life):
    assert life.sees("calm", 0, risk=0.01) == ["calm"]
    assert life.sees("t", 1, risk=0.5) == ["opened"]
    assert life.sees("t", 2, risk=0.5) == ["unchanged"]
    assert [(e.kind, e.threads, e.members) for e in life.active] == [("thread", 1, ())]
    assert (life.incidents.incident_of("t").severity, life.incidents.incident_of("calm")) == (PAGE, None)


def test_a_second_thread_joins_without_another_page(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    assert life.sees("two", 1, risk=0.5, text=LINK) == ["joined"]
    (entry,) = life.active
    assert (entry.kind, entry.threads, len(entry.members)) == ("group", 2, 2)
    assert (len(life.pages), life.told[-1].alert.thread_id) == (1, "two")
    assert life.incidents.incident_of("two") == life.incidents.incident_of("one") == entry


def test_a_worse_thread_makes_its_group_worse_and_is_what_is_shown(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    life.sees("two", 1, risk=0.9, text=LINK, shares=300)
    assert [(n.alert.thread_id, n.alert.severity) for n in life.pages] == [("one", PAGE), ("two", CRITICAL)]
    (entry,) = life.active
    assert (entry.assessment.thread_id, entry.members[0].thread_id) == ("two", "two")


def test_a_milder_thread_never_makes_it_milder(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    life.sees("two", 1, risk=0.15, text=LINK)
    for minute in range(2, 60, 3):
        life.sees("two", minute, risk=0.15, text=LINK)
    assert life.active[0].severity is PAGE
    assert life.active[0].assessment.thread_id == "one"


def test_when_the_worst_eases_the_next_is_shown_with_its_own_figures(life):
    life.sees("one", 0, risk=0.9, text=LINK, shares=900)
    life.sees("two", 1, risk=0.5, text=LINK, shares=200)
    life.restarts()
    life.sees("one", 30, risk=0.01, text=LINK, shares=900)
    life.passes(50)
    (entry,) = life.active
    assert (entry.severity, entry.assessment.thread_id, entry.assessment.shares) == (PAGE, "two", 200)


def test_a_group_is_over_when_all_of_its_threads_are(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    life.sees("two", 1, risk=0.5, text=LINK)
    life.sees("one", 10, risk=0.01, text=LINK)
    life.passes(300)
    assert len(life.active) == 1
    life.sees("two", 301, risk=0.01, text=LINK)
    life.passes(500)
    assert life.active == []
    assert life.told[-1].cause == "recovered"


def test_a_member_that_comes_back_soon_reopens_its_group_and_later_is_on_its_own(life):
    for minute, risk in ((0, 0.5), (10, 0.01)):
        life.sees("one", minute, risk=risk, text=LINK)
        life.sees("two", minute, risk=risk, text=LINK)
    life.passes(200)
    assert life.active == []
    assert life.sees("two", 201, risk=0.5, text=LINK) == ["reopened"]
    life.sees("two", 202, risk=0.01, text=LINK)
    life.passes(202 + 8 * 60)
    assert life.sees("two", 203 + 8 * 60, risk=0.5, text=LINK) == ["opened"]
    (entry,) = life.active
    assert (entry.thread_id, entry.ordinal, entry.kind) == ("two", 1, "thread")
    life.restarts()
    assert life.incidents.incident_of("two").thread_id == "two"


def test_what_somebody_resolved_stays_resolved_for_all_of_its_threads(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    life.sees("two", 0, risk=0.5, text=LINK)
    life.does(1, life.active[0], "resolve")
    for hour in range(1, 20):
        assert life.sees("one", 60 * hour, risk=0.5, text=LINK) == ["settled"]
        assert life.sees("two", 60 * hour, risk=0.5, text=LINK) == ["settled"]
    assert len(life.pages) == 1


def test_a_verdict_is_on_the_thread_that_is_shown(life):
    life.sees("one", 0, risk=0.5, text=LINK)
    life.sees("two", 1, risk=0.7, text=LINK)
    life.does(2, life.active[0], "real")
    assert [(v.thread_id, v.verdict, v.by) for v in life.verdicts] == [("two", "real", "anna")]


def test_a_group_has_room_for_fifty_and_counts_all(life):
    life.sees("worst", 0, risk=0.5, text=LINK)
    for number in range(70):
        life.sees(f"t{number}", 1 + number / 100, risk=0.2, text=LINK)
    (entry,) = life.active
    assert (len(entry.members), entry.threads, entry.members[0].thread_id) == (50, 71, "worst")
    for restart in (False, True):
        if restart:
            life.restarts()
        for number in range(70):
            assert life.incidents.incident_of(f"t{number}") == life.active[0]
            life.sees(f"t{number}", 20, risk=0.2, text=LINK)
        assert life.active[0].threads == 71
    assert len(life.incidents.state.groups["worst"]) <= 8


def test_a_click_finds_its_incident_and_one_on_nothing_is_pointless(life):
    life.sees("t", 0, risk=0.5)
    (entry,) = life.active
    assert life.does(1, entry, "acknowledge") == ["acknowledged"]
    assert life.does(2, replace(entry, ordinal=7), "acknowledge") == ["pointless"]
    life.restarts()
    assert life.does(3, entry, "resolve") == ["resolved_by_hand"]


def test_a_silence_holds_pages_until_it_ends(life):
    life.silences(0, 60)
    life.sees("t", 1, risk=0.5)
    (entry,) = life.active
    assert entry.held == Hold("silence", NOON + 60 * MINUTE, "storing bekend", "anna")
    assert life.incidents.status.hold == entry.held
    assert life.incidents.due_at == NOON + 60 * MINUTE
    life.passes(60)
    assert life.said[-1] == (60, "thread", "released")
    assert (life.incidents.status.hold, len(life.pages)) == (None, 1)


def test_a_silence_can_be_ended(life):
    life.silences(0, 60)
    life.sees("t", 1, risk=0.5)
    life.silences(5, 5)
    assert life.said[-1] == (5, "thread", "released")


def test_what_holds_longest_is_named():
    life = BrandLife(calendar=NIGHTS)
    life.silences(20, 30, reason="short")
    life.sees("t", 21, risk=0.5)
    assert life.active[0].held.by == "quiet_hours"
    life.silences(22, 300, reason="long")
    assert (life.active[0].held.by, life.active[0].held.reason) == ("silence", "long")


def test_the_calendar_holds_pages_and_lets_them_go():
    life = BrandLife(calendar=NIGHTS)
    life.sees("t", 20, risk=0.5)
    assert (life.pages, life.active[0].held.by) == ([], "quiet_hours")
    life.passes(200)
    assert [(n.cause, n.alert.at, n.who) for n in life.pages] == [("released", NOON + QUIET_ENDS * MINUTE, ("anna",))]
    assert [n.who for n in life.told if n.cause == "escalated"] == [("bram",)]


def test_who_is_called_next_is_told_with_the_page():
    life = BrandLife(calendar=NIGHTS)
    life.sees("t", 0, risk=0.5)
    assert (life.told[0].upcoming.who, life.told[0].upcoming.at) == (("bram",), NOON + 600)


def test_time_never_goes_back(life):
    life.sees("late", 60, risk=0.5)
    life.sees("early", 0, risk=0.5)
    assert [n.alert.at for n in life.told] == [NOON + HOUR, NOON + HOUR]


def test_an_incident_that_is_over_is_forgotten_in_the_end():
    life = BrandLife(policy=Policy(persist_s=0.0, forget_s=2 * HOUR))
    life.sees("t", 0, risk=0.5, text=LINK)
    life.sees("u", 0, risk=0.5, text=LINK)
    life.does(1, life.active[0], "resolve")
    life.passes(120)
    assert len(life.entries) == 1
    life.passes(121)
    assert (life.entries, life.incidents.due_at) == ({}, None)
    assert life.incidents.state.groups == {}


def test_a_crowd_of_mild_incidents_leaves_room_for_pages(life, monkeypatch):
    monkeypatch.setattr("alerts.incidents.fold.MOST_ACTIVE", 5)
    for number in range(8):
        life.sees(f"t{number}", number, risk=0.2)
    assert len(life.active) == 5
    assert life.sees("page", 9, risk=0.5) == ["opened"]


def test_status_names_the_worst_first(life):
    for name, risk in (("mild", 0.2), ("worst", 0.9), ("bad", 0.5)):
        life.sees(name, 0, risk=risk)
    assert [entry.thread_id for entry in life.incidents.status.active] == ["worst", "bad", "mild"]


@pytest.mark.parametrize("raw", [b"{}", b"nonsense", b'{"version":99}', b'{"version":1,"now":"x"}'])
def test_a_state_of_another_kind_is_refused(raw):
    with pytest.raises(LedgerError):
        decode_state(raw)


TEXTS = st.sampled_from([None, LINK, "Storing! Al uren geen internet in de hele wijk bij mij", "#storing plat"])
MINUTES = st.sampled_from([0.0, 0.0, 0.1, 0.4, 1.0, 5.0, 16.0, 61.0, 130.0, 400.0, 1500.0])


@st.composite
def events(draw):
    """What a brand may live through: threads, complaints that come in crowds, clicks, silences, time."""
    minute, out = 0.0, []
    for number in range(draw(st.integers(1, 25))):
        minute += draw(MINUTES)
        at = NOON + minute * MINUTE
        what = draw(st.sampled_from(["score", "score", "score", "hear", "crowd", "click", "silence", "time"]))
        thread = draw(st.sampled_from(["a", "b", "c", f"crowd-{number - 1}-3", f"crowd-{number - 2}-4"]))
        if what == "score":
            risk = draw(st.sampled_from([0.0, 0.01, 0.2, 0.36, 0.45, 0.7, 0.9]))
            out.append(scored(thread, minute, began=max(minute - 5, 0), text=draw(TEXTS), risk=risk, p_viral=risk))
        elif what == "hear":
            out.append(complaint(thread, minute, draw(TEXTS)))
        elif what == "crowd":
            out += [
                complaint(f"crowd-{number}-{i}", minute, "Weer storing hier") for i in range(draw(st.integers(4, 9)))
            ]
        elif what == "click":
            out.append((draw(st.integers(0, 5)), draw(st.sampled_from(ACTIONS)), at, f"press {number}"))
        elif what == "silence":
            out.append(Silence(BRAND, "anna", at, at + draw(st.sampled_from([0.0, 60.0, 9_000.0])), "", f"s{number}"))
        else:
            out.append(at)
    return out


def played(life, sequence, *, restart_at=(), extra_time=False):
    """What people are told; a click is on the incident that was told of so many tellings ago."""
    for place, given_event in enumerate(sequence):
        event = given_event
        if place in restart_at:
            life.restarts()
        if isinstance(event, tuple):
            ago, action, at, press = event
            if not life.told:
                continue
            told = life.told[-1 - ago % len(life.told)]
            event = Click(BRAND, told.alert.incident_id, action, "anna", at, press)
        if extra_time and not isinstance(event, float):
            began = life.incidents.state.now
            for step in range(1, 4):
                life.takes(began + (event.at - began) * step / 4 if event.at > began > 0 else began)
        life.takes(event)
    life.passes(3_000)
    return life


STORMY = {"storm": replace(BrandLife().settings.storm, threads=5, within_s=1200.0)}
LIVES = [
    pytest.param(STORMY, id="plain"),
    pytest.param({**STORMY, "calendar": NIGHTS, "budget": PageBudget(2), "policy": Policy()}, id="with everything"),
]


def outcome_of(life):
    return [(outcome.at, outcome.notifications, outcome.verdicts) for outcome in life.outcomes if outcome.notifications]


@pytest.mark.parametrize("how", LIVES)
@MORE
@given(events(), st.sets(st.integers(0, 60)))
def test_it_goes_on_as_if_never_interrupted(how, sequence, cuts):
    whole, cut = played(BrandLife(**how), sequence), played(BrandLife(**how), sequence, restart_at=cuts)
    assert outcome_of(cut) == outcome_of(whole)
    assert cut.entries == whole.entries
    assert cut.incidents.state == whole.incidents.state


@pytest.mark.parametrize("how", LIVES)
@MORE
@given(events())
def test_how_often_time_is_let_pass_changes_nothing(how, sequence):
    assert outcome_of(played(BrandLife(**how), sequence, extra_time=True)) == outcome_of(
        played(BrandLife(**how), sequence)
    )


@pytest.mark.parametrize("how", LIVES)
@MORE
@given(events())
def test_what_always_holds(how, sequence):
    life = played(BrandLife(**how), sequence)
    revisions = {}
    for told in life.told:
        revisions.setdefault(told.alert.incident_id, []).append(told.revision)
        assert told.alert.severity is told.incident.severity
    assert all(seen == list(range(1, len(seen) + 1)) for seen in revisions.values())
    times = [told.alert.at for told in life.told]
    assert all(before <= after for before, after in pairwise(times))
    for entry in life.entries.values():
        assert entry.threads >= max(len(entry.members), 1)
        assert len({member.thread_id for member in entry.members}) == len(entry.members)
        assert not entry.active or entry.kind == "storm" or life.incidents.incident_of(entry.thread_id) is not None
    budget = life.incidents.status.budget
    assert AT_ONCE.page.open <= budget.threshold < AT_ONCE.critical.open
