import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.profile import BrandProfile
from tests.scoring.scoring_samples import HOUR, T0, post, spread, streams

PROFILE = BrandProfile(viral_spread=20, answer_sla_s=1_800.0)
LESS = settings(max_examples=25)


def told(engine, mentions, size):
    """All scorings, down to the assessments, of mentions that come in batches of `size`."""
    out = []
    for start in range(0, len(mentions), size):
        out += engine.fold(mentions[start : start + size])
    return out + engine.advance(engine.now + 12 * HOUR)


@LESS
@given(streams(), st.sampled_from([2, 7, 1_000]))
def test_a_batch_is_decided_as_its_mentions_would_be_one_by_one(new_engine, mentions, size):
    one, many = new_engine(profile=PROFILE), new_engine(profile=PROFILE)
    assert told(many, mentions, size) == told(one, mentions, 1)
    assert (len(many), many.started, many.repeats, many.now) == (len(one), one.started, one.repeats, one.now)


@LESS
@given(streams(), st.sampled_from([3, 1_000]), st.integers(1, 3), st.sampled_from([HOUR, 72 * HOUR]))
def test_batches_forget_threads_as_single_mentions_would(new_engine, mentions, size, most, retention_s):
    bounds = {"profile": PROFILE, "max_threads": most, "retention_s": retention_s}
    one, many = new_engine(**bounds), new_engine(**bounds)
    assert told(many, mentions, size) == told(one, mentions, 1)
    assert (len(many), many.started) == (len(one), one.started)


def waiting_customer_and(*others):
    return [post("t", T0, text="@b slecht, wacht"), *others]


@pytest.mark.parametrize(
    ("mentions", "bounds"),
    [
        (waiting_customer_and(post("u", T0 + 2 * HOUR), post("v", T0 + 3 * HOUR)), {"max_threads": 2}),
        (waiting_customer_and(post("u", T0 + HOUR), spread("a", T0 + 30 * HOUR)), {"retention_s": 20 * HOUR}),
    ],
    ids=["pushed out by others", "replaced by itself"],
)
def test_timers_run_until_their_thread_is_forgotten_within_a_batch_too(new_engine, mentions, bounds):
    scorings = new_engine(profile=PROFILE, **bounds).fold(mentions)
    assert (scorings[0].thread_id, scorings[0].at) == ("t", T0 + PROFILE.answer_sla_s)
    assert scorings[0].assessment.conduct == ("unanswered",)


@LESS
@given(streams(most=30))
def test_two_engines_given_the_same_say_the_same(new_engine, mentions):
    assert told(new_engine(), mentions, 5) == told(new_engine(), mentions, 5)


def test_that_a_crowd_turns_is_told_alike_in_batches_of_any_size(new_engine):
    texts = ["ik wacht ook, slecht", *["slecht"] * 3]
    few = [
        spread(f"f{i}", T0 + 30 * i, kind="reply", author=f"a{i % 3}", text=texts[i % 4 if i < 20 else 1])
        for i in range(40)
    ]
    crowd = [spread(f"c{i}", T0 + 1_200 + 9 * i, kind="quote", text="@b slecht") for i in range(90)]
    mentions = [post("t", T0, text="@b slecht"), *few, *crowd]
    one = told(new_engine(), mentions, 1)
    assert told(new_engine(), mentions, 13) == told(new_engine(), mentions, 1_000) == one
    signals = {reason.signal for s in one if s.assessment for reason in s.assessment.reasons}
    assert signals & {"self_reference", "new_ties"}
