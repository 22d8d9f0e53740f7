"""One look at a thread: what was there at that moment, and what is said of it."""

from typing import NamedTuple, Self

import numpy as np

from scoring.assessment import Assessment, Card, Forecast
from scoring.change import Change
from scoring.conduct import CHECKLIST
from scoring.mood import NEGATIVE
from scoring.observation import Observation, observe
from scoring.reasons import TURN_TEXTS, reasons_for
from scoring.thread import Thread
from scoring.thread_state import Root, Told

CURVE_STEPS = 24

OWN_GOAL_SHARE, OWN_GOAL_LEAST = 0.4, 5
"""It is an own goal when so large a part of the spread, and so many, hang on the brand's own words."""

POSITIVE, HARSH_PRIOR = 0.6, 0.9
PRAISE_LEAST = 20


ATTENTION, PRAISED = 0.03, 0.1
"""A risk, and a P(viral) of a thread that is not negative, below which nobody need care."""

CHANGE, GROWTH, STALE_S = 0.03, 1.3, 1_800.0
"""A change of probability, growth of size or time that makes a scoring news."""

CLOSING_S = 12 * 3600.0


class Look(NamedTuple):
    """A thread as it was at `at`. Later events change the thread but not what stands here.

    `tone_trend` is P(negative) of the latest reactions less that of all texts; `self_reference` and `new_ties`
    are the shares of reactions that speak of their writer, and that tie two people for the first time, None where
    the thread is not negative or hardly anything was read.
    """

    thread: Thread
    at: float
    root_at: float
    seen: Observation
    size: int
    reached: bool
    left_s: float
    p_negative: float
    tone_trend: float
    self_reference: Change | None
    new_ties: Change | None
    texts: int
    conduct: tuple[str, ...]
    on_brand: int
    audience: int
    largest: int
    largest_name: str
    harsh_text: str | None
    waiting_since: float | None
    marks: frozenset[str]
    answers: int
    root: Root | None
    over: bool

    @classmethod
    def of(cls, thread: Thread, at: float, *, over: bool) -> Self:
        """Copy from the thread what may change later."""
        profile, size, audience, conduct = thread.profile, thread.spread, thread.audience, thread.conduct
        horizon = thread.root_at + profile.horizon_s
        negative = negative_of(thread)
        may_turn = negative >= NEGATIVE and thread.mood.texts >= TURN_TEXTS
        return cls(
            thread,
            at,
            thread.root_at,
            observe(thread, at),
            size,
            size >= profile.viral_spread and thread.pace.size_at(horizon) >= profile.viral_spread,
            horizon - at,
            negative,
            thread.mood.recent - thread.mood.mean,
            thread.self_reference.change if may_turn else None,
            thread.ties.change(audience.authors + audience.repeats) if may_turn else None,
            thread.mood.texts,
            _conduct(thread, at),
            thread.tree.on_brand,
            audience.reach,
            audience.largest,
            audience.largest_name,
            conduct.harsh_text,
            conduct.waiting_since,
            conduct.marks,
            conduct.answers,
            thread.root,
            over,
        )


def negative_of(thread: Thread) -> float:
    """P(the thread is negative for the brand).

    As far as what spreads is the brand's own words, people's reactions to those decide, not the post that the
    brand answered to; of a harsh answer that spreads, nothing good is expected before anybody says a word.
    """
    mood = thread.mood
    if not thread.spread:
        return mood.negative
    own = min(thread.tree.on_brand / thread.spread, 1.0)
    expected = HARSH_PRIOR if thread.conduct.harsh_text is not None else mood.negative
    return (1.0 - own) * mood.negative + own * mood.of_reactions(expected)


def _conduct(thread: Thread, at: float) -> tuple[str, ...]:
    """The signals of the brand's own behaviour that are present, strongest first."""
    conduct, size, mood = thread.conduct, thread.spread, thread.mood
    signals = []
    on_brand = thread.tree.on_brand
    if on_brand >= OWN_GOAL_LEAST and on_brand >= OWN_GOAL_SHARE * size and negative_of(thread) >= NEGATIVE:
        signals.append("own_goal")
    if conduct.harsh_text is not None:
        signals.append("harsh_reply")
    if conduct.waiting_since is not None and at - conduct.waiting_since >= thread.profile.answer_sla_s:
        signals.append("unanswered")
    if size >= PRAISE_LEAST and mood.positive >= POSITIVE:
        signals.append("praise_wave")
    return tuple(signals)


def is_news(look: Look, p_viral: float, risk: float) -> bool:
    """Whether somebody could care about this scoring, and what was passed on of the thread has changed since.

    Remembers what is passed on. Of a thread that nobody need care about any more, that much is passed on, and
    again now and then for as long as an incident may take to close.
    """
    thread = look.thread
    told = thread.told
    praised = p_viral >= PRAISED and look.p_negative < NEGATIVE
    dull = risk < ATTENTION and not praised and not look.conduct
    if dull and (told is None or (told.dull_since is not None and look.at - told.dull_since > CLOSING_S)):
        return False
    dull_since = None if not dull else told.dull_since if told and told.dull_since is not None else look.at
    now = Told(look.at, look.size, risk, p_viral, look.conduct, look.over, dull_since)
    if told is not None and not _changed(told, now):
        return False
    thread.told = now
    return True


def _changed(told: Told, now: Told) -> bool:
    if (told.dull_since is None) != (now.dull_since is None) or now.at - told.at >= STALE_S:
        return True
    return now.dull_since is None and (
        now.conduct != told.conduct
        or now.over != told.over
        or abs(now.risk - told.risk) >= CHANGE
        or abs(now.p_viral - told.p_viral) >= CHANGE
        or now.size >= told.size * GROWTH
    )


def assess(
    look: Look,
    row: np.ndarray,
    p_viral: float,
    interval: np.ndarray,
    contributions: dict[str, float],
    times_usual: float,
) -> Assessment:
    """Put a scored look into what alerting reads: with a forecast, reasons and a card.

    Parameters
    ----------
    look, row, p_viral
        The thread, its features and its probability to become viral.
    interval
        Quantiles of the later size: 10 %, 50 %, 90 %.
    contributions
        What each group of features adds to the forecast, in log-odds; empty when nothing is open any more.
    times_usual
        How many times the mean size of threads of this age it has.
    """
    thread, root = look.thread, look.root
    low, expected, high = interval.tolist()
    return Assessment(
        thread_id=thread.id,
        brand=thread.brand,
        at=look.at,
        risk=round(p_viral * look.p_negative, 6),
        p_viral=round(p_viral, 6),
        p_negative=round(look.p_negative, 6),
        shares=look.size,
        reasons=reasons_for(look, row, contributions, times_usual),
        forecast=Forecast(expected, low, high, thread.profile.horizon_s),
        conduct=look.conduct,
        over=look.over,
        card=Card(
            excerpt=root.excerpt if root is not None else "",
            author=root.author if root is not None else "",
            followers=root.followers if root is not None else None,
            platform=thread.platform,
            url=root.url if root is not None else None,
            root_at=look.root_at,
            audience=look.audience or None,
            spread_curve=thread.pace.curve(look.root_at, look.at, look.size, look.seen.points, CURVE_STEPS),
            checklist=tuple((mark, mark in look.marks) for mark in CHECKLIST) if look.answers else (),
        ),
    )
