import pytest
from alert_samples import MINUTE, NOON
from brand_life import BrandLife, unlike

from alerts.severity import Severity
from alerts.storm import StormPolicy

WATCH, PAGE, CRITICAL = Severity.WATCH, Severity.PAGE, Severity.CRITICAL
OUTAGE = (
    "Weer storing bij Belvast, niemand op {} heeft internet",
    "Ligt het aan mij of is er een #storing? {} plat",
    "@Belvast wanneer is de storing in {} voorbij?",
    "Lekker dan, storing. Kan {} niet werken",
)


def outage(life, start, number, *, over=10.0, name="o"):
    """Forty customers, more or less, about one outage."""
    for i in range(number):
        life.hears(f"{name}{i}", start + over * i / number, OUTAGE[i % 4].format(unlike(i).split()[1] + str(i)))


@pytest.fixture
def life():
    return BrandLife()


def test_forty_complaints_in_ten_minutes_about_one_outage_are_one_storm_and_one_page(life):
    outage(life, 0, 40)
    life.passes(30)
    assert [n.incident.kind for n in life.pages] == ["storm"]
    assert {n.alert.incident_id for n in life.told} == {life.storm.incident_id}
    assert life.storm.threads == 40
    assert life.storm.severity is PAGE


def test_the_41st_a_day_later_is_no_part_of_it(life):
    outage(life, 0, 40)
    life.passes(24 * 60)
    assert life.active == []
    ended = life.told[-1]
    assert (ended.cause, ended.incident.threads) == ("recovered", 40)
    assert life.hears("later", 24 * 60) == []
    assert life.sees("later", 24 * 60 + 20, risk=0.5) == ["opened"]
    assert [(e.kind, e.parent) for e in life.active] == [("thread", None)]
    assert len(life.pages) == 2


def test_what_is_told_has_the_figures(life):
    life.is_usual(per_hour=6)
    outage(life, 0, 40)
    life.passes(11)
    shown = life.told[-1]
    assert shown.alert.thread_id == "o0"
    assert [reason.signal for reason in shown.alert.reasons] == ["storm", "storm_about"]
    assert shown.alert.reasons[0].text.startswith("40 complaints in 10 min, 4.1 a minute, 41 × usual")
    assert shown.alert.reasons[1].text.startswith("40 of the latest 40 speak of “storing”")
    forecast, age = shown.alert.forecast, shown.incident.assessment.at - shown.card.root_at
    assert forecast.horizon_s == pytest.approx(2 * age)
    assert forecast.low < forecast.expected < forecast.high
    assert shown.card.spread_curve[-1] == shown.incident.threads


@pytest.mark.parametrize(
    "number",
    [pytest.param(14, id="too few"), pytest.param(15, id="just enough")],
)
def test_a_storm_needs_enough_of_them(life, number):
    outage(life, 0, number)
    assert (life.storm is not None) == (number >= StormPolicy().threads)


def test_too_slow_is_no_storm(life):
    outage(life, 0, 40, over=60)
    assert life.told == []


def test_many_complaints_about_nothing_in_particular_are_no_storm_at_the_start_of_a_stream(life):
    for number in range(600):
        life.hears(f"t{number}", number / 10, unlike(number))
    assert life.told == []


def test_a_brand_with_much_regular_traffic_is_no_storm(life):
    life.is_usual(per_hour=240, hours=30)
    assert life.told == []
    outage(life, 0, 40)
    assert life.told == []
    outage(life, 60, 170, name="p")
    assert [n.incident.kind for n in life.pages] == ["storm"]


def test_where_the_usual_is_known_a_surge_needs_no_common_word(life):
    life.is_usual(per_hour=6, hours=30)
    for number in range(20):
        life.hears(f"s{number}", number / 2, unlike(5000 + number))
    assert life.storm is not None


def test_a_storm_last_week_does_not_make_the_next_one_usual(life):
    life.is_usual(per_hour=2, hours=30)
    for week in range(2):
        outage(life, week * 7 * 24 * 60, 40, name=f"w{week}-")
    assert [n.cause for n in life.pages] == ["opened", "opened"]


def test_a_storm_of_last_week_is_not_learnt_from(life):
    life.is_usual(per_hour=2, hours=30)
    outage(life, 0, 900, over=30)
    week = 7 * 24 * 60
    outage(life, week, 40, name="w")
    assert [n.cause for n in life.pages if n.alert.at >= NOON + week * MINUTE] == ["opened"]


def test_a_brand_that_is_complained_about_ever_more_is_no_storm(life):
    life.is_usual(per_hour=4, hours=30)
    number = 0
    for hour, per_hour in enumerate((8, 16, 24, 40, 60, 80, 110, 140)):
        for turn in range(per_hour):
            number += 1
            life.hears(f"more-{number}", 60 * hour + 60 * turn / per_hour, unlike(7_000 + number))
    assert life.told == []


def test_what_complaints_always_speak_of_is_not_what_the_storm_is_about(life):
    for number in range(60):
        life.hears(f"t{number}", 30 * (number - 60), f"{unlike(number)} vertraging")
    for number in range(20):
        life.hears(f"s{number}", number / 2, f"vertraging en {'wissel' if number < 15 else 'trein'} {unlike(number)}")
    assert "“wissel”" in life.pages[0].alert.reasons[1].text
    assert "vertraging" not in life.pages[0].alert.reasons[1].text


def test_so_many_are_critical(life):
    outage(life, 0, 99)
    assert life.storm.severity is PAGE
    outage(life, 10, 1, name="hundredth")
    assert life.storm.severity is CRITICAL
    assert [n.alert.severity for n in life.pages] == [PAGE, CRITICAL]


def test_children_are_silent_until_the_storm_is_over(life):
    outage(life, 0, 40)
    life.sees("o3", 12, began=1, risk=0.5)
    life.sees("o4", 12, began=1, risk=0.5)
    children = [entry for entry in life.active if entry.kind == "thread"]
    assert {(child.parent, child.held.by) for child in children} == {(life.storm.incident_id, "storm")}
    assert [n.incident.kind for n in life.pages] == ["storm"]
    for minute in range(20, 80, 10):
        life.sees("o3", minute, began=1, risk=0.5)
        life.sees("o4", minute, began=1, risk=0.01)
    life.passes(200)
    assert life.storm is None
    assert [(n.cause, n.alert.thread_id) for n in life.pages] == [("opened", "o0"), ("released", "o3")]


def test_a_child_worse_than_the_storm_is_shown_by_it(life):
    outage(life, 0, 40)
    life.sees("o3", 12, began=1, risk=0.95, shares=400)
    assert [(n.incident.kind, n.alert.severity) for n in life.pages] == [("storm", PAGE), ("storm", CRITICAL)]
    shown = life.pages[-1]
    assert (shown.alert.thread_id, shown.shares) == ("o3", 400)
    assert [reason.signal for reason in shown.alert.reasons[:2]] == ["storm", "share_velocity"]
    life.sees("o3", 20, began=1, risk=0.3)
    life.hears("next", 21, OUTAGE[0])
    life.passes(40)
    assert (life.storm.severity, life.storm.assessment.thread_id) == (PAGE, life.storm.thread_id)


def test_a_storm_that_opens_with_a_worse_child_shows_it_and_is_still_an_incident_of_its_own(life):
    outage(life, 0, 10)
    life.sees("o2", 3, began=0.5, risk=0.95)
    outage(life, 3, 30, name="p")
    (child,) = [entry for entry in life.active if entry.kind == "thread"]
    assert (life.storm.thread_id, life.storm.severity) == ("storm:o0", CRITICAL)
    assert (life.storm.assessment.thread_id, child.parent) == ("o2", life.storm.incident_id)
    assert [(n.incident.kind, n.revision) for n in life.told[:2]] == [("thread", 1), ("storm", 1)]


def test_a_storm_that_gets_worse_long_after_somebody_resolved_it_is_another_incident_and_shelters_its_children(life):
    outage(life, 0, 40)
    life.does(11, life.storm, "resolve")
    for turn in range(1, 8):
        outage(life, 55 * turn, 8, over=8, name=f"h{turn}-")
    assert (life.storm, len(life.pages)) == (None, 1)
    outage(life, 420, 30, name="again")
    assert (life.storm.ordinal, life.storm.severity, life.storm.thread_id) == (2, CRITICAL, "storm:o0")
    life.sees("h7-1", 431, began=386, risk=0.5)
    assert [n.incident.kind for n in life.pages] == ["storm", "storm"]


def test_what_began_before_or_is_no_complaint_is_no_child(life):
    outage(life, 0, 40)
    life.sees("before", 12, began=-30, risk=0.5)
    life.sees("praise", 12, began=2, risk=0.01, p_viral=0.9, p_negative=0.1)
    assert [entry.parent for entry in life.active if entry.kind == "thread"] == [None, None]
    assert {n.alert.thread_id for n in life.pages} == {"o0", "before"}


def test_an_incident_that_began_with_the_storm_is_adopted(life):
    outage(life, 0, 10)
    life.sees("o2", 3, began=0.5, risk=0.12, text="Weer storing bij Belvast")
    outage(life, 3, 30, name="p")
    (child,) = [entry for entry in life.active if entry.kind == "thread"]
    assert child.parent == life.storm.incident_id
    life.sees("o2", 15, began=0.5, risk=0.6)
    assert [n.incident.kind for n in life.pages] == ["storm"]


def test_children_page_for_themselves_once_somebody_resolved_the_storm(life):
    outage(life, 0, 40)
    life.sees("o3", 12, began=1, risk=0.5)
    life.does(13, life.storm, "resolve")
    assert [(n.alert.at, n.alert.thread_id) for n in life.pages][1:] == [(NOON + 13 * MINUTE, "o3")]


def test_a_storm_is_over_after_an_hour_of_calm(life):
    outage(life, 0, 40)
    last = life.storm.assessment.at
    assert life.incidents.due_at is not None
    life.passes(400)
    (ended,) = [n for n in life.told if n.alert.event == "resolved"]
    assert ended.alert.at == pytest.approx(last + StormPolicy().calm_s)


def test_a_storm_goes_on_at_half_of_what_made_it_one(life):
    outage(life, 0, 40)
    outage(life, 10, 100, over=100, name="trickle")
    life.passes(130)
    assert life.storm is not None
    assert life.storm.threads == 140


def test_a_second_storm_is_another_incident(life):
    outage(life, 0, 40)
    outage(life, 300, 40, name="again")
    opened = [n.alert.incident_id for n in life.told if n.cause == "opened"]
    assert len(set(opened)) == len(opened) == 2


def test_its_first_complaint_may_become_an_incident_of_its_own(life):
    outage(life, 0, 40)
    life.sees("o0", 12, began=0, risk=0.5)
    ids = {entry.incident_id for entry in life.active}
    assert len(ids) == 2
    assert life.incidents.incident_of("o0").kind == "thread"


def test_a_verdict_on_a_storm_teaches_nothing_of_a_thread(life):
    outage(life, 0, 40)
    life.does(12, life.storm, "real")
    assert life.verdicts == []
    life.sees("o3", 13, began=1, risk=0.95)
    life.does(14, life.storm, "false_alarm")
    assert [(v.thread_id, v.verdict) for v in life.verdicts] == [("o3", "false_alarm")]


def test_a_repeat_counts_once(life):
    for _ in range(20):
        life.hears("same", 1, OUTAGE[0])
    assert life.storm is None


def test_what_is_remembered_stays_bounded(life):
    outage(life, 0, 3_000, over=9)
    assert life.storm.threads == 3_000
    assert len(life.storm.members) == 50
    assert len(life.incidents.state.complaints.recent) <= 100
    assert len(life.incidents.state.complaints.storm.course) <= 48


def test_a_storm_is_kept_back_by_a_silence_until_it_is_critical(life):
    life.silences(-1, 600)
    outage(life, 0, 40)
    assert (life.pages, life.storm.held.by) == ([], "silence")
    outage(life, 10, 60, name="more")
    assert [n.alert.severity for n in life.pages] == [CRITICAL]


def test_nobody_answering_is_the_storms_matter_during_it_and_after_it(life):
    outage(life, 0, 40)
    assert life.sees("o3", 50, began=1, risk=0.01, shares=0, conduct=("unanswered",))[-1] == "calm"
    life.passes(100)
    assert life.storm is None
    assert life.sees("o4", 121, began=1, risk=0.01, shares=0, conduct=("unanswered",)) == ["calm"]
    assert life.active == []
    assert life.sees("before", 122, began=-30, risk=0.01, shares=0, conduct=("unanswered",)) == ["opened"]
    assert life.sees("o5", 123, began=1, risk=0.5, conduct=("unanswered",)) == ["opened"]


def test_a_storm_that_opens_with_a_worse_child_goes_by_a_name_of_its_own(life):
    outage(life, 0, 10)
    life.sees("o2", 3, began=0.5, risk=0.95, text="Weer storing bij Belvast")
    outage(life, 3, 30, name="p")
    storm, child = life.storm, life.incidents.incident_of("o2")
    assert storm.incident_id != child.incident_id
    assert (storm.severity, storm.assessment.thread_id, child.parent) == (CRITICAL, "o2", storm.incident_id)
