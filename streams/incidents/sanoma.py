"""`sanoma`: an impatient employee snaps at a polite subscriber, and the reply itself goes round.

What spreads is the brand's own reply: a screenshot is passed on, the 70th share comes within the hour,
complaints pour in, larger accounts pick it up, and the brand stays silent. The growth is a Hawkes process
whose clock is stretched so that the pace of the first hour is that of the real case.
"""

from dataclasses import replace
from operator import attrgetter

import numpy as np

from scoring.mention import Author, Mention
from streams.incidents.crowd import Crowd, brand_account
from streams.incidents.hawkes import HOUR, Growth, Kernel, Recipe, grow
from streams.incidents.parameters import Parameters
from streams.incidents.script import Deck, Thread, Utterance
from streams.incidents.texts import load

MINUTE = 60.0
SNAP_AFTER_S = 18 * MINUTE
PACE_EVENT, PACE_AT_S = 76, 56 * MINUTE
"""The stretched clock puts this event of the brand's reply there; with the few replies among the first
events, the 70th share then comes just before it."""
EARLY_WORDS = 6
"""Replies and quotes among the first events; at first people mostly pass it on."""
FIRST_HOUR = (1.5 * MINUTE, 50.2 * MINUTE, 58 * MINUTE)
"""Latest time of the first event; earliest of the 70th after it, the subscriber's dismay included; latest
time of the 70th share, all in seconds."""
TOTAL = (750, 1_150)
PICKED_UP = ((72 * MINUTE, 154_000, 170.0), (3.4 * HOUR, 61_000, 120.0), (6.2 * HOUR, 212_000, 110.0))
"""Larger accounts that quote the reply: seconds after it, followers, direct reshares to expect."""
WINDOW_S = 23 * HOUR


def sanoma(rng: np.random.Generator, parameters: Parameters, prefix: str, start: float) -> list[Mention]:
    """Write the incident.

    Parameters
    ----------
    rng
        The source of chance.
    parameters
        Followers of those who share.
    prefix
        Starts every id.
    start
        Time of the subscriber's question, epoch seconds.

    Returns
    -------
    list of Mention
        In order of time, over one day.
    """
    first, later = _draw_growth(rng, parameters)
    texts = load("sanoma")
    crowd = Crowd(rng, f"{prefix}-p")
    brand = brand_account("sanoma", "sanoma", 18_400)
    customer = crowd.customer(312)
    thread = Thread(prefix, "sanoma", "x")

    question = thread.say(start, customer, Utterance("post", texts["question"], "nl"))
    snap_text = texts["snap"].format(customer=customer.handle)
    snap = thread.say(start + SNAP_AFTER_S, brand, Utterance("reply", snap_text, "nl"), parent=question)
    dismay = Utterance("reply", texts["dismay"], "nl")
    thread.say(snap.created_at + 4.5 * MINUTE, customer, dismay, parent=snap)

    voice = _Voice(rng)
    shot = int(np.flatnonzero(first.parent[4:] < 0)[0]) + 4
    words = {4 + int(i) for i in rng.choice(PACE_EVENT - 12, EARLY_WORDS, replace=False)} - {shot}

    def early(time: float, place: int) -> Utterance:
        if place == shot:
            return Utterance("quote", texts["screenshot"], "nl")
        if place <= PACE_EVENT:
            return voice.reply() if place in words else Utterance("share")
        return voice.speak()

    thread.spread(snap, first, crowd, early)
    for (after, followers, _), quote, growth in zip(PICKED_UP, texts["big_accounts"], later, strict=True):
        big = Author(f"{prefix}-big-{followers}", f"grote_stem{followers // 1000}", followers, verified=True)
        picked = thread.say(snap.created_at + after, big, Utterance("quote", quote, "nl"), parent=snap)
        thread.spread(picked, growth, crowd, lambda _time, _place: voice.speak())
    day = (mention for mention in thread.mentions if mention.created_at < start + 24 * HOUR)
    return sorted(day, key=attrgetter("created_at"))


class _Voice:
    """What people do once the complaints pour in."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._angry = Deck(rng, load("sanoma")["angry"])
        self._quotes = Deck(rng, load("sanoma")["quotes"])

    def reply(self) -> Utterance:
        return Utterance("reply", self._angry.deal(), "nl")

    def speak(self) -> Utterance:
        what = self._rng.random()
        if what < 0.28:
            return self.reply()
        return Utterance("quote", self._quotes.deal(), "nl") if what < 0.36 else Utterance("share")


def _draw_growth(rng: np.random.Generator, parameters: Parameters) -> tuple[Growth, list[Growth]]:
    """Draw growths until one has the course of the real case; about one in five does."""
    first_latest, seventieth_from, share_until = FIRST_HOUR
    direct = np.array([300.0, *(reach for _, _, reach in PICKED_UP)])
    recipe = Recipe(
        root_time=np.zeros(len(direct)),
        direct=direct,
        branching=np.full(len(direct), 1 - parameters.depth_one_share),
        outer=Kernel(np.array([4.0, 0.7, 0.7, 0.7]) * HOUR, np.full(len(direct), 1.4)),
        inner=Kernel(np.full(len(direct), 0.3 * HOUR), np.full(len(direct), 1.2)),
    )
    while True:
        growth = grow(
            rng,
            recipe,
            sharers=parameters.sharers,
            mark_exponent=parameters.appeal.mark_exponent,
            window_s=WINDOW_S,
        )
        first, *later = growth.one_by_one()
        if len(first.time) <= PACE_EVENT:
            continue
        stretch = PACE_AT_S / first.time[PACE_EVENT - 1]
        first = replace(first, time=first.time * stretch)
        events = [
            first.time,
            *(part.time + after for part, (after, *_) in zip(later, PICKED_UP, strict=True)),
        ]
        within = sum(int((times < WINDOW_S).sum()) for times in events)
        if (
            first.time[0] < first_latest
            and first.time[68] - first.time[0] > seventieth_from
            and first.time[PACE_EVENT] < share_until
            and TOTAL[0] <= within <= TOTAL[1]
        ):
            return first, later
