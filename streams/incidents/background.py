"""Ordinary traffic about several invented brands, in which an incident has to stand out.

Most threads stay tiny. Complaints are answered by the brand within the usual two hours. Now and then
something neutral or kind goes further, and pictures on platforms that hide who shared send running totals
only. Nothing here is a viral fail. Some events arrive late, some twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Literal

import numpy as np

from scoring.mention import Author, Counts, Mention
from streams.incidents.crowd import Crowd, brand_account
from streams.incidents.hawkes import DAY, HOUR, DailyClock, Growth
from streams.incidents.parameters import Floats, Parameters, bundled
from streams.incidents.recipes import everyday_recipe, grow_from, wave_recipe
from streams.incidents.script import Deck, Thread, Utterance
from streams.incidents.texts import load

Mood = Literal["complaint", "question", "praise", "chatter"]

MOODS: dict[Mood, float] = {"complaint": 0.32, "question": 0.13, "praise": 0.11, "chatter": 0.44}
PLATFORMS = {"x": 0.52, "facebook": 0.16, "mastodon": 0.1, "bluesky": 0.14, "linkedin": 0.04, "forum": 0.04}
ANSWERED = {"complaint": 1.0, "question": 0.95, "praise": 0.6, "chatter": 0.0}
ANSWER_MEDIAN_S, ANSWER_SPREAD, ANSWER_LATEST_S = 22 * 60.0, 0.8, 100 * 60.0
ENGLISH = 0.22
LANGUAGE_UNKNOWN = 0.05
MOST_SPREAD = {"complaint": 25.0, "question": 10.0, "praise": 90.0, "chatter": 120.0}
"""Expected size of the largest thread of each mood: a complaint in the background stays small."""
WAVES_PER_DAY = {"praise": 1.0, "neutral": 2.0, "picture": 4.0}
WAVE_SIZE = {"praise": (220, 380), "neutral": (70, 180), "picture": (300, 1_200)}
HIDING_PLATFORMS = ("instagram", "tiktok")
COUNT_EVERY_S = 900.0
LATE, LATE_BY_S = 0.015, (20.0, 900.0)
TWICE, TWICE_AFTER_S = 0.008, (1.0, 300.0)

Arrival = tuple[float, Mention]
"""When a mention reaches us (epoch seconds), and the mention."""


@dataclass(frozen=True)
class _Brand:
    key: str
    name: str
    sector: str
    account: Author


def background(
    seed: int, start: float, duration: float, rate: float = 40.0, *, parameters: Parameters | None = None
) -> list[Mention]:
    """Generate ordinary traffic.

    Parameters
    ----------
    seed
        The same seed and arguments give the same mentions.
    start
        Epoch seconds of the first moment.
    duration
        Seconds; what would come later is left out.
    rate
        New threads per hour, averaged over a day.
    parameters
        What was estimated from real cascades; None for those that come with the package.

    Returns
    -------
    list of Mention
        In order of arrival: that of time, but for the few that are late.

    Raises
    ------
    ValueError
        If the duration or the rate is negative.
    """
    return [mention for _, mention in arrivals(seed, start, duration, rate, parameters or bundled())]


def arrivals(seed: int, start: float, duration: float, rate: float, parameters: Parameters) -> list[Arrival]:
    """Generate ordinary traffic with the time of each arrival (see `background`)."""
    for name, value in (("duration", duration), ("rate", rate)):
        if not 0 <= value < np.inf:
            raise ValueError(f"{name} is {value}; allowed are finite numbers from 0 up")
    rng = np.random.default_rng([seed, 0xBAC])
    clock = DailyClock(parameters.hourly)
    town = _Town(rng, parameters, f"bg{seed}", clock)
    span = clock.activity(np.array([start, start + duration]))

    def moments(number: int, part: float = 1.0) -> Floats:
        """Moments at the pace of the day, within the first part of the span."""
        return np.sort(clock.wall(rng.uniform(span[0], span[0] + part * (span[1] - span[0]), number)))

    mentions = town.ordinary_threads(moments(int(rng.poisson((span[1] - span[0]) / HOUR * rate))))
    for kind, per_day in WAVES_PER_DAY.items():
        # However short the stretch, harmless spread is part of it, and early enough to be seen.
        number = max(1, round(per_day * duration / DAY)) if duration >= HOUR and rate else 0
        for at in moments(number, part=0.7).tolist():
            mentions += town.wave(kind, at)
    return _arrive(rng, [m for m in mentions if start <= m.created_at < start + duration])


def _arrive(rng: np.random.Generator, mentions: list[Mention]) -> list[Arrival]:
    found: list[Arrival] = []
    for mention in mentions:
        late = rng.uniform(*LATE_BY_S) if rng.random() < LATE else 0.0
        found.append((mention.created_at + late, mention))
        if rng.random() < TWICE:
            found.append((mention.created_at + late + rng.uniform(*TWICE_AFTER_S), mention))
    return sorted(found, key=itemgetter(0))


class _Town:
    """The brands and the people that talk about them."""

    def __init__(
        self, rng: np.random.Generator, parameters: Parameters, prefix: str, clock: DailyClock
    ) -> None:
        self._rng = rng
        self._parameters = parameters
        self._prefix = prefix
        self._clock = clock
        self._texts = load("background")
        self._crowd = Crowd(rng, f"{prefix}-p")
        self._decks: dict[str, Deck] = {}
        self._threads = 0
        listed: list[dict[str, Any]] = self._texts["brand"]
        weights = np.array([entry["weight"] for entry in listed], dtype=np.float64)
        self._weights = weights / weights.sum()
        self._brands = [
            _Brand(b["key"], b["name"], b["sector"], brand_account(b["key"], b["key"], 8_000 * b["weight"]))
            for b in listed
        ]

    def ordinary_threads(self, times: Floats) -> list[Mention]:
        """Write one thread for each time, with whatever spread its author's audience brings."""
        rng, parameters = self._rng, self._parameters
        names = list(MOODS)
        moods = [names[i] for i in rng.choice(len(names), len(times), p=list(MOODS.values()))]
        followers = parameters.authors.draw(rng, len(times))
        most = np.array([MOST_SPREAD[mood] for mood in moods])
        recipe = everyday_recipe(rng, parameters, times, followers, most=most)
        growths = grow_from(rng, parameters, recipe, clock=self._clock).one_by_one()
        mentions: list[Mention] = []
        for at, mood, audience, growth in zip(
            times.tolist(), moods, followers.tolist(), growths, strict=True
        ):
            mentions += self._ordinary(at, mood, audience, growth)
        return mentions

    def wave(self, kind: str, at: float) -> list[Mention]:
        """Write one thread that goes far without harm: praise, something neutral, or a picture."""
        rng = self._rng
        brand = self._any_brand()
        recipe = wave_recipe(rng, self._parameters, np.array([at]), np.array([rng.uniform(*WAVE_SIZE[kind])]))
        growth = grow_from(rng, self._parameters, recipe, clock=self._clock)
        lang = self._language()
        text = self._deal(f"wave.{kind}.{lang}", self._texts["wave"][kind][lang]).format(brand=brand.name)
        if kind == "picture":
            platform = str(rng.choice(HIDING_PLATFORMS))
            return self._picture(
                self._thread(brand, platform), brand, at, Utterance("post", text, lang), growth
            )
        thread = self._thread(brand, "x")
        audience = int(self._parameters.authors.draw(rng, 1)[0])
        author = brand.account if kind == "neutral" else self._crowd.someone(audience)
        post = thread.say(at, author, Utterance("post", text, lang), url=self._link(thread, kind))
        thread.spread(post, growth, self._crowd, self._bystander(kind, lang))
        return thread.mentions

    def _ordinary(self, at: float, mood: Mood, audience: int, growth: Growth) -> list[Mention]:
        rng = self._rng
        brand = self._any_brand()
        thread = self._thread(brand, str(rng.choice(list(PLATFORMS), p=list(PLATFORMS.values()))))
        lang = self._language()
        text = self._deal(f"{brand.sector}.{mood}.{lang}", self._texts[brand.sector][mood][lang])
        told = None if rng.random() < LANGUAGE_UNKNOWN else lang
        customer = self._crowd.someone(audience)
        post = thread.say(at, customer, Utterance("post", text.format(brand=brand.name), told))
        thread.spread(post, growth, self._crowd, self._bystander(mood, lang))
        if rng.random() < ANSWERED[mood]:
            self._conversation(thread, brand, customer, mood, lang)
        return thread.mentions

    def _conversation(self, thread: Thread, brand: _Brand, customer: Author, mood: Mood, lang: str) -> None:
        """Let the brand answer within its time; often the customer reacts, and the matter is closed."""
        rng, post = self._rng, thread.mentions[0]
        name = str(rng.choice(self._texts["people"]["employees"]))

        def answer(at: float, what: str, parent: Mention) -> Mention:
            text = self._deal(f"answer.{what}.{lang}", self._texts["answer"][what][lang]).format(name=name)
            return thread.say(at, brand.account, Utterance("reply", text, lang), parent=parent)

        def react(at: float, what: str, parent: Mention) -> Mention:
            text = self._deal(f"customer.{what}.{lang}", self._texts["customer"][what][lang])
            return thread.say(at, customer, Utterance("reply", text, lang), parent=parent)

        wait = min(ANSWER_MEDIAN_S * float(rng.lognormal(0, ANSWER_SPREAD)), ANSWER_LATEST_S)
        last = answer(post.created_at + wait, mood, post)
        if mood == "complaint" and rng.random() < 0.55:
            last = react(last.created_at + rng.uniform(120, 2_400), "details", last)
            last = answer(last.created_at + rng.uniform(300, 4_800), "closing", last)
        if mood != "praise" and rng.random() < 0.5:
            react(last.created_at + rng.uniform(60, 3_600), "thanks", last)

    def _picture(
        self, thread: Thread, brand: _Brand, at: float, words: Utterance, growth: Growth
    ) -> list[Mention]:
        """Write a post of the brand whose sharers are hidden: only running totals are told."""
        post = thread.say(at, brand.account, words, url=self._link(thread, "picture"))
        end = float(growth.time[-1]) if len(growth.time) else 0.0
        before = 0
        for since in np.arange(COUNT_EVERY_S, min(end, DAY) + COUNT_EVERY_S, COUNT_EVERY_S).tolist():
            seen = int(np.searchsorted(growth.time, since, side="right"))
            if seen > before:
                # What a share brings along on such platforms: about ten likes, and a hundred views each way.
                counts = Counts(shares=seen, likes=11 * seen + 3, replies=seen // 4, views=140 * seen + 75)
                thread.count(at + since, post, counts)
            before = seen
        return thread.mentions

    def _bystander(self, mood: str, lang: str) -> Callable[[float, int], Utterance]:
        tone = {"complaint": "complaint", "praise": "praise"}.get(mood, "neutral")

        def react(_time: float, _place: int) -> Utterance:
            what = self._rng.random()
            if what < 0.74:
                return Utterance("share")
            text = self._deal(f"bystander.{tone}.{lang}", self._texts["bystander"][tone][lang])
            return Utterance("reply" if what < 0.93 else "quote", text, lang)

        return react

    def _any_brand(self) -> _Brand:
        return self._brands[int(self._rng.choice(len(self._brands), p=self._weights))]

    def _thread(self, brand: _Brand, platform: str) -> Thread:
        self._threads += 1
        return Thread(f"{self._prefix}-{self._threads}", brand.key, platform)

    def _link(self, thread: Thread, kind: str) -> str:
        return f"https://example.org/{kind}/{self._prefix}-{self._threads}"

    def _language(self) -> str:
        return "en" if self._rng.random() < ENGLISH else "nl"

    def _deal(self, name: str, texts: list[str]) -> str:
        if name not in self._decks:
            self._decks[name] = Deck(self._rng, texts)
        return self._decks[name].deal()
