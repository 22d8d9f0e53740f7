from itertools import cycle

import numpy as np
import pytest

from scoring.features import INDEX
from scoring.look import Look
from scoring.reasons import MOST, TURN_TEXTS, reasons_for
from tests.scoring.scoring_samples import T0, post, spread, threaded

ANGRY, PLEASED = (0.9, 0.05), (0.1, 0.8)
OF_SELF, OF_BRAND = "ik wacht ook nog", "wat een schande"


def replies(*texts, author=None, start=0):
    """A reply per text, each by somebody else unless `author` names who speak in turn."""
    names = cycle(author or [None])
    return [
        spread(f"r{start + i}", T0 + 30 * (start + i), kind="reply", text=text, author=next(names))
        for i, text in enumerate(texts)
    ]


def look_at(*mentions, tone=ANGRY):
    thread = threaded(post(), *mentions, tones={m.id: tone for m in [post(), *mentions]})
    return Look.of(thread, thread.at, over=False)


def reasons_of(look, contributions=None):
    return reasons_for(look, np.ones(len(INDEX)), contributions or {}, 1.0)


def turned(look):
    """The reason after the tone, which says how the crowd turns; None if there is none."""
    reasons = reasons_of(look)
    at = [r.signal for r in reasons].index("tone")
    return reasons[at + 1] if at + 1 < len(reasons) else None


def test_a_crowd_that_speaks_of_itself_no_more_has_turned():
    mixed = [OF_SELF, OF_BRAND] * 8
    reason = turned(look_at(*replies(*mixed, *[OF_BRAND] * 12)))
    assert reason.signal == "self_reference"
    assert reason.value == pytest.approx(0.080, abs=1e-3)
    assert reason.text == "8% still speak of themselves (36% before): it is now about the brand"


def test_strangers_after_a_talk_among_a_few_turn_it():
    few = replies(*[OF_BRAND] * 30, author=["a", "b", "c"])
    crowd = replies(*[OF_BRAND] * 50, start=30)
    reason = turned(look_at(*few, *crowd))
    assert (reason.signal, reason.value) == ("new_ties", 1.0)
    assert (
        reason.text == "100% of the last 50 react to somebody for the first time here (10% before): strangers join in"
    )


def test_what_is_said_counts_before_who_says_it():
    few = replies(*[OF_SELF] * 30, author=["a", "b", "c"])
    assert turned(look_at(*few, *replies(*[OF_BRAND] * 50, start=30))).signal == "self_reference"


@pytest.mark.parametrize(
    ("texts", "tone"),
    [
        ([OF_SELF] * 20 + [OF_BRAND] * 12, PLEASED),
        ([OF_SELF] * 4 + [OF_BRAND] * (TURN_TEXTS - 6), ANGRY),
        ([OF_BRAND] * 20 + [OF_SELF] * 12, ANGRY),
        ([OF_SELF, OF_BRAND] * 16, ANGRY),
        ([OF_BRAND] * 32, ANGRY),
    ],
    ids=["not negative", "too few texts", "the other way round", "no change", "never of themselves"],
)
def test_no_crowd_is_said_to_turn_that_does_not(texts, tone):
    assert turned(look_at(*replies(*texts), tone=tone)) is None


def test_strangers_all_along_are_no_turn():
    assert turned(look_at(*replies(*[OF_BRAND] * 120))) is None


def test_other_reasons_come_first_and_there_are_never_more_than_five():
    look = look_at(*replies(*[OF_SELF] * 16, *[OF_BRAND] * 16))
    groups = ["audience_reach", "author_reach", "largest_broadcaster"]
    for n in range(len(groups) + 1):
        signals = [r.signal for r in reasons_of(look, dict.fromkeys(groups[:n], 1.0))]
        assert len(signals) <= MOST
        assert signals[-1] == ("self_reference" if n < len(groups) else "tone")
        assert signals[: n + 2] == ["share_velocity", *groups[:n], "tone"]


def test_the_trend_of_the_tone_is_what_the_latest_say_less_the_thread():
    mentions = replies(*[OF_BRAND] * 20)
    tones = {m.id: (0.1 if i < 10 else 0.9, 0.05) for i, m in enumerate(mentions)}
    thread = threaded(post(), *mentions, tones=tones)
    look = Look.of(thread, thread.at, over=False)
    assert look.tone_trend == pytest.approx(thread.mood.recent - thread.mood.mean)
    assert look.tone_trend > 0.1
    assert reasons_of(look)[-1].text.endswith(", getting worse")
