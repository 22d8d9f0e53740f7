import numpy as np
import pytest

from scoring.cascades import Cascade
from scoring.engine import Models
from scoring.evaluation.fortnight import LASTS_S, START, cast, event_times, mentions, pool_of
from scoring.evaluation.stream import count_events, courses_of, run_engine, viral_after_s
from scoring.forecast import Forecaster
from scoring.tone.corpus import Labelled
from tests.scoring.scoring_samples import WordReader

TEXTS = [
    Labelled(f"{word} {n}", lang, label)
    for lang in ("nl", "en")
    for word, label in (("slecht", "negative"), ("hm", "neutral"), ("top", "positive"))
    for n in range(20)
]


def cascade(name, n, every, kind="share"):
    return Cascade(name, [(every * (i + 1), 50, -1 if i % 2 else None, kind) for i in range(n)], None, 900)


CASCADES = [cascade("fast", 620, 6.0), cascade("slow", 620, 600.0), cascade("small", 12, 60.0), cascade("none", 0, 1.0)]


@pytest.fixture(scope="module")
def threads():
    return cast(CASCADES, pool_of(TEXTS), 3)


def test_the_same_seed_gives_the_same_fortnight(threads):
    assert cast(CASCADES, pool_of(TEXTS), 3) == threads
    assert cast(CASCADES, pool_of(TEXTS), 4) != threads


def test_few_cascades_are_played_twice_at_other_times(threads):
    assert [t.cascade for t in threads] == [0, 1, 2, 3] * 2
    assert len({t.id for t in threads}) == 8
    assert threads[0].start != threads[4].start


def test_every_tenth_event_is_a_reply_or_quote_with_a_text(threads):
    for thread in threads:
        n = len(CASCADES[thread.cascade].events)
        assert sorted(thread.texts) == list(range(9, n, 10))
        assert all(thread.kinds[i] in ("reply", "quote") for i in thread.texts)
        assert all(thread.kinds[i] == "share" for i in range(n) if i not in thread.texts)


def test_texts_agree_with_the_thread_mostly_and_keep_its_language():
    threads = cast([cascade(str(i), 400, 1.0) for i in range(30)], pool_of(TEXTS), 0)
    bad = [t for t in threads if t.negative]
    assert 0.2 < len(bad) / len(threads) < 0.6
    assert all(t.root_text.startswith("slecht") == t.negative for t in threads)
    agreeing = np.mean([text.startswith("slecht") for t in bad for text in t.texts.values()])
    assert 0.8 < agreeing < 0.9


def test_mentions_come_in_the_order_of_time_and_stop_with_the_stream(threads):
    stream = list(mentions(threads, CASCADES))
    assert len(stream) == count_events(threads, CASCADES)
    assert [m.created_at for m in stream] == sorted(m.created_at for m in stream)
    assert stream[0].created_at >= START
    assert stream[-1].created_at <= START + LASTS_S
    seen = set()
    for mention in stream:
        assert mention.parent_id is None or mention.parent_id in seen
        seen.add(mention.id)
    late = threads[0]
    assert len(event_times(late, Cascade("x", [(1.0, None, None, "share"), (3e6, None, None, "share")]))) == 1


def test_a_fail_passes_500_within_24_hours():
    assert viral_after_s(CASCADES[0]) == 3_000.0
    assert np.isnan(viral_after_s(CASCADES[1]))
    assert np.isnan(viral_after_s(CASCADES[2]))


def test_the_engine_scores_the_threads_and_baselines_score_every_event(threads):
    parts = []
    scored = run_engine(Models(Forecaster.load(), WordReader()), threads, CASCADES, parts.append)
    assert parts[-1] == 1.0
    fast = scored[0]
    assert fast.p_viral[-1] == 1.0
    assert np.allclose(fast.risk, fast.p_viral * fast.p_negative, atol=1e-5)
    found = {(method, tone): courses for method, tone, courses in courses_of(threads, CASCADES, scored, None)}
    assert {method for method, _ in found} == {"Brandmelder", "shares in the last hour", "reach so far"}
    for thread, course in zip(threads, found["shares in the last hour", "known"], strict=True):
        if thread.cascade == 0 and thread.negative:
            assert course.peak[-1] == 600
        if not thread.negative:
            assert not len(course.peak)
