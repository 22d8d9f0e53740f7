import pytest
from hypothesis import given, settings

from scoring.complaint import COMPLAINT_EXCERPT, Complaint
from tests.scoring.scoring_samples import T0, answer, burst, counted, post, spread, streams


def complaints_in(engine, mentions, size):
    """Complaints, each with how many scorings were due before it, when mentions come in batches of `size`."""
    found, scorings = [], 0
    for start in range(0, len(mentions), size):
        told = engine.fold(mentions[start : start + size])
        found += [(scorings + before, complaint) for before, complaint in engine.take_complaints()]
        scorings += len(told)
    return found


def test_a_negative_first_post_is_a_complaint(new_engine):
    engine = new_engine()
    engine.fold([post(text="@b slecht", author="kim")])
    (heard,) = engine.take_complaints()
    assert heard.complaint == Complaint(
        "t", "b", T0, pytest.approx(9 / 11), "x", "kim", "@b slecht", "https://x.test/t"
    )
    assert engine.take_complaints() == []


@pytest.mark.parametrize(
    "mention",
    [
        post(text="top bedankt"),
        post(text=None),
        post(text="slecht", of="b"),
        spread("s", T0, kind="reply", text="slecht"),
        spread("s", T0, kind="quote", text="slecht"),
        answer("a", T0, text="slecht"),
        counted("c", T0, shares=3),
    ],
    ids=["praise", "no text", "the brand itself", "reply", "quote", "answer", "counts"],
)
def test_nothing_else_is(new_engine, mention):
    engine = new_engine()
    engine.fold([mention])
    assert engine.take_complaints() == []


def test_a_repeat_complains_once(new_engine):
    engine = new_engine()
    engine.fold([post(), post()])
    assert len(engine.take_complaints()) == 1
    engine.fold([post()])
    assert engine.take_complaints() == []


def test_a_long_post_is_cut(new_engine):
    engine = new_engine()
    engine.fold([post(text="slecht " * 100)])
    assert len(engine.take_complaints()[0].complaint.excerpt) == COMPLAINT_EXCERPT


def test_its_place_among_the_scorings_is_told(new_engine):
    mentions = [*burst(30, thread="t"), post("u", T0 + 2_000, text="slecht")]
    engine = new_engine()
    scorings = engine.fold(mentions)
    first, second = engine.take_complaints()
    assert (first.scorings_before, second.scorings_before) == (0, len(scorings))
    assert second.complaint.thread_id == "u"


@settings(max_examples=40)
@given(streams())
def test_batches_of_any_size_tell_the_same_complaints(new_engine, mentions):
    one = complaints_in(new_engine(), mentions, 1)
    assert complaints_in(new_engine(), mentions, 7) == one
    assert complaints_in(new_engine(), mentions, 1_000) == one
