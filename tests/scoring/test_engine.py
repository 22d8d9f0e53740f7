from math import isfinite

import msgspec
import pytest
from hypothesis import given, settings

from scoring.assessment import Assessment
from scoring.profile import BrandProfile
from tests.scoring.scoring_samples import HOUR, T0, answer, burst, counted, post, spread, streams

LESS = settings(max_examples=40)
SLA = BrandProfile(viral_spread=50).answer_sla_s


def assessments(scorings):
    return [s.assessment for s in scorings if s.assessment is not None]


def signals(scorings):
    return {signal for a in assessments(scorings) for signal in a.conduct}


def test_a_complaint_that_spreads_fast_is_scored_ever_higher_as_it_grows(new_engine):
    scorings = new_engine(profile=BrandProfile(viral_spread=500)).fold(burst(600))
    risks = [s.risk for s in scorings]
    assert risks[0] < 0.5 * risks[-1]
    assert scorings[-1].p_viral == 1.0
    assert scorings[-1].shares >= 500
    assert all(said.reasons for said in assessments(scorings))


def test_praise_that_spreads_has_little_risk(new_engine):
    last = new_engine().fold(burst(60, root_text="top bedankt"))[-1]
    assert last.p_viral == 1.0
    assert last.risk < 0.3
    assert last.risk == pytest.approx(last.p_viral * last.p_negative, abs=1e-5)


def test_scorings_rise_with_the_logarithm_of_the_size(new_engine):
    counts = [len(new_engine().fold(burst(n, step=1.0))) for n in (200, 2_000)]
    assert counts[0] > 20
    assert counts[1] < 2 * counts[0]


def test_repeats_are_ignored_and_counted(new_engine):
    engine, mentions = new_engine(), burst(30)
    once = engine.fold(mentions)
    assert engine.fold(mentions) == []
    assert engine.repeats == len(mentions)
    assert once == new_engine().fold([m for m in mentions for _ in range(2)])


def test_the_brands_own_replies_raise_neither_size_nor_forecast(new_engine):
    scorings = new_engine().fold([post(), *(answer(f"a{i}", T0 + i) for i in range(1, 30))])
    assert all(s.shares == 0 for s in scorings)


def test_counts_alone_move_a_thread(new_engine):
    scorings = new_engine().fold([post(), *(counted(f"c{i}", T0 + 60 * i, shares=9 * i) for i in range(1, 9))])
    assert {9, 18, 27} <= {s.shares for s in scorings} <= set(range(9, 73, 9))
    assert scorings[-1].p_viral == 1.0


def test_a_root_that_arrives_last_is_scored_as_if_it_had_come_first(new_engine):
    root, *shares = burst(2)
    last = spread("last", T0 + 500)
    late = new_engine().fold([*shares, root, last])[-1]
    assert late == new_engine().fold([root, *shares, last])[-1]


def test_an_own_goal_is_named_when_the_brands_answer_is_what_spreads(new_engine):
    shares = [spread(f"s{i}", T0 + 100 + 20 * i, parent="own") for i in range(12)]
    scorings = new_engine().fold([post(), answer("own", T0 + 60, text="Jammer dan."), *shares])
    named = [s.assessment for s in scorings if s.assessment is not None][-1]
    assert named.conduct == ("own_goal", "harsh_reply")
    assert [r.signal for r in named.reasons[:2]] == ["own_goal", "harsh_reply"]
    assert named.reasons[0].text.startswith(f"{named.shares} of {named.shares} ")
    assert "own_goal" not in signals(new_engine().fold(burst(12)))


def test_who_waits_too_long_is_told_at_that_very_moment(new_engine):
    engine = new_engine()
    assert engine.fold([post()]) == []
    assert engine.advance(T0 + SLA - 1) == []
    scorings = engine.fold([post("other", T0 + SLA + 5_000)])
    assert (scorings[0].thread_id, scorings[0].at) == ("t", T0 + SLA)
    assert scorings[0].assessment.conduct == ("unanswered",)
    assert scorings[0].assessment.reasons[0].value == SLA


def test_who_is_answered_in_time_is_not_told(new_engine):
    engine = new_engine()
    assert "unanswered" not in signals([*engine.fold([post(), answer("a", T0 + 600)]), *engine.advance(T0 + 9 * HOUR)])


def test_a_slap_at_a_customer_nobody_spreads_is_told_once_it_is_looked_at(new_engine):
    engine = new_engine()
    scorings = engine.fold([*burst(3), answer("a", T0 + 600, text="Jammer dan.")])
    assert scorings[-1].at == T0 + 600
    assert signals(scorings) == {"harsh_reply"}


def test_risk_sinks_when_nobody_spreads_a_thread_any_more_until_it_is_over(new_engine):
    engine = new_engine(profile=BrandProfile(viral_spread=500))
    grown = engine.fold([*burst(40), answer("a", T0 + 900)])
    quiet = engine.advance(T0 + 40 * HOUR)
    assert quiet[-1].risk < 0.2 * grown[-1].risk
    overs = [a.over for a in assessments(quiet)]
    assert overs == sorted(overs)
    assert overs[-1]
    assert engine.advance(T0 + 60 * HOUR) == []


def test_a_thread_with_an_author_of_reach_is_scored_at_once(new_engine):
    assert [s.at for s in new_engine().fold([post(followers=9_000)])] == [T0]
    assert new_engine().fold([post(followers=50)]) == []


def test_one_partitions_time_is_moved_by_all_of_its_threads_and_by_no_other_partition(new_engine):
    first, second = new_engine(), new_engine()
    first.fold([post("t")])
    second.fold([post("t")])
    told = first.fold([post("u", T0 + 2 * SLA)])
    assert [s.thread_id for s in told][:1] == ["t"]
    assert (first.now, second.now) == (T0 + 2 * SLA, T0)


def test_late_events_move_time_no_further(new_engine):
    engine = new_engine()
    engine.fold([post("u", T0 + HOUR), post("t", T0)])
    assert engine.now == T0 + HOUR


def test_threads_not_heard_of_are_forgotten(new_engine):
    engine = new_engine(retention_s=HOUR)
    engine.fold([post("t"), post("u", T0 + 0.9 * HOUR)])
    assert len(engine) == 2
    engine.fold([post("v", T0 + 1.5 * HOUR)])
    assert len(engine) == 2
    engine.advance(T0 + 9 * HOUR)
    assert len(engine) == 0
    engine.fold([post("t", T0 + 9 * HOUR)])
    assert engine.started == 4


def test_a_forgotten_thread_that_spreads_anew_keeps_its_age(new_engine):
    profile = BrandProfile(viral_spread=50, horizon_s=24 * HOUR)
    engine = new_engine(profile=profile, retention_s=48 * HOUR)
    engine.fold([post("t")])
    engine.advance(T0 + 72 * HOUR)
    late = [spread(f"s{i}", T0 + 72 * HOUR + i, thread="t", parent="t") for i in range(100)]
    assert {s.p_viral for s in engine.fold(late)} == {0.0}
    fresh = [spread(f"f{i}", T0 + 72 * HOUR + i, thread="u", parent="u") for i in range(100)]
    assert engine.fold(fresh)[-1].p_viral == 1.0


def test_never_more_threads_than_allowed_and_those_heard_of_lately_stay(new_engine):
    engine = new_engine(max_threads=10)
    for i in range(100):
        engine.fold([post(f"t{i}", T0 + i), spread(f"s{i}", T0 + i, thread="t0", parent="t0")])
        assert len(engine) <= 10
    told = engine.advance(T0 + HOUR)
    assert engine.started == 100
    assert told[-1].shares == 100


@LESS
@given(streams())
def test_what_is_said_is_sound_and_goes_through_json_unchanged(new_engine, mentions):
    engine = new_engine()
    for scoring in [*engine.fold(mentions), *engine.advance(engine.now + 30 * HOUR)]:
        assert 0.0 <= scoring.risk <= scoring.p_viral <= 1.0
        assert 0.0 <= scoring.p_negative <= 1.0
        said = scoring.assessment
        if said is None:
            continue
        raw = msgspec.json.encode(said)
        assert msgspec.json.decode(raw, type=Assessment) == said  # a NaN would come back as null
        assert said.shares <= said.forecast.low <= said.forecast.expected <= said.forecast.high or said.shares == 0
        assert all(isfinite(r.value) and "nan" not in r.text and "inf" not in r.text for r in said.reasons)
        assert len(said.reasons) <= 5
        assert list(said.card.spread_curve) == sorted(said.card.spread_curve)
        assert said.card.spread_curve[-1] == said.shares


def test_a_thread_past_its_horizon_is_expected_to_stay_as_it_is(new_engine):
    engine = new_engine(profile=BrandProfile(viral_spread=30, horizon_s=2 * HOUR))
    engine.fold(burst(40))
    late = assessments(engine.advance(T0 + 5 * HOUR))[-1]
    assert (late.forecast.low, late.forecast.expected, late.forecast.high) == (40, 40, 40)


def test_the_excerpt_and_the_card_are_the_roots(new_engine):
    last = assessments(new_engine().fold(burst(40)))[-1]
    card = last.card
    assert (card.excerpt, card.author, card.followers, card.platform) == ("@b slecht", "klant", 300, "x")
    assert (card.root_at, card.url, card.audience) == (T0, "https://x.test/t", 300 + last.shares * 400)
    assert card.checklist == ()  # nobody has answered yet
