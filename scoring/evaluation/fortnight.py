"""A made-up fortnight of mentions: real cascades as threads, at random times, in a random tone with real texts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.cascades import Cascade
from scoring.evaluation.measures import Floats
from scoring.mention import Author, Kind, Mention
from scoring.tone.corpus import Label, Labelled

DAYS = 14
LASTS_S = (DAYS + 1) * 86_400.0
"""Roots fall into the fortnight; one day more lets the last of them have their 24 hours. What is later is cut."""

BRAND = "made-up"
START = 1_767_225_600.0
"""Thursday 1 January 2026, 00:00 UTC; any other would do."""

TONES: tuple[tuple[Label, float], ...] = (("negative", 0.40), ("neutral", 0.35), ("positive", 0.25))
"""How often a thread has each tone."""

TEXT_EVERY = 10
"""Every so manyth event is a reply or a quote with a text; the others carry none."""

AGREEING = 0.85
"""Of those texts, so many have the thread's tone; the rest one of the other two."""

ENOUGH_THREADS = 2_673
"""With fewer cascades than these, each is played twice."""

Pool = Mapping[tuple[str, str], Sequence[str]]
"""Texts by language and tone."""


@dataclass(frozen=True)
class Played:
    """A thread of the fortnight: which cascade it plays, from when (epoch seconds), and how it is meant.

    `kinds` and `texts` are of its events; a text is there on every tenth.
    """

    id: str
    cascade: int
    start: float
    negative: bool
    root_text: str
    kinds: tuple[Kind, ...]
    texts: Mapping[int, str]


def pool_of(texts: Sequence[Labelled]) -> Pool:
    """Texts by language and tone, in order."""
    pool: dict[tuple[str, str], list[str]] = {}
    for one in texts:
        pool.setdefault((one.lang, one.label), []).append(one.text)
    return pool


def cast(cascades: Sequence[Cascade], pool: Pool, seed: int) -> list[Played]:
    """Give every cascade a time, a language, a tone and texts; each is played twice where they are few.

    `pool` must have texts of every tone in each of its languages.
    """
    rng = np.random.default_rng([seed, 0xF0])
    langs = sorted({lang for lang, _ in pool})
    return [
        _play(f"{cascade.id}/{play}", index, cascade, pool, langs[int(rng.integers(len(langs)))], rng)
        for play in range(plays_of(cascades))
        for index, cascade in enumerate(cascades)
    ]


def plays_of(cascades: Sequence[Cascade]) -> int:
    """How often each of the cascades is played."""
    return 1 if len(cascades) >= ENOUGH_THREADS else 2


def _play(name: str, index: int, cascade: Cascade, pool: Pool, lang: str, rng: np.random.Generator) -> Played:
    tones, parts = [tone for tone, _ in TONES], [part for _, part in TONES]
    tone = tones[int(rng.choice(len(tones), p=parts))]

    def text_in(tone: Label) -> str:
        texts = pool[lang, tone]
        return texts[int(rng.integers(len(texts)))]

    start = START + float(rng.integers(DAYS * 86_400))
    root_text = text_in(tone)
    kinds: list[Kind] = [event[3] for event in cascade.events]
    texts = {}
    others = [other for other in tones if other != tone]
    for place in range(TEXT_EVERY - 1, len(kinds), TEXT_EVERY):
        if kinds[place] == "share":
            kinds[place] = "reply" if rng.random() < 0.5 else "quote"
        texts[place] = text_in(tone if rng.random() < AGREEING else others[int(rng.integers(len(others)))])
    return Played(name, index, start, tone == "negative", root_text, tuple(kinds), texts)


def event_times(thread: Played, cascade: Cascade) -> Floats:
    """When the thread's events come (epoch seconds), up to the end of the stream; shape (events,)."""
    at = np.array([thread.start + event[0] for event in cascade.events])
    return at[at <= START + LASTS_S]


def mentions(threads: Sequence[Played], cascades: Sequence[Cascade]) -> Iterator[Mention]:
    """All posts, shares, replies and quotes of the threads, in the order of their time."""
    times = [np.append(thread.start, event_times(thread, cascades[thread.cascade])) for thread in threads]
    of_thread = np.repeat(np.arange(len(threads)), [len(t) for t in times])
    place = np.concatenate([np.arange(len(t)) for t in times]) if times else np.empty(0, dtype=int)
    at = np.concatenate(times) if times else np.empty(0)
    # Stable, so that at equal times a root precedes its reactions, and a parent its child.
    for i in np.argsort(at, kind="stable").tolist():
        thread = threads[of_thread[i]]
        yield _mention(thread, cascades[thread.cascade], int(place[i]) - 1, float(at[i]))


def _mention(thread: Played, cascade: Cascade, place: int, at: float) -> Mention:
    if place < 0:
        author = Author(f"{thread.id}:root", followers=cascade.root_followers)
        return Mention(thread.id, thread.id, "post", at, "x", BRAND, author, None, thread.root_text)
    _, followers, parent, _ = cascade.events[place]
    name = f"{thread.id}:{place}"
    above = None if parent is None else thread.id if parent < 0 else f"{thread.id}:{parent}"
    author = Author(name, followers=followers)
    return Mention(name, thread.id, thread.kinds[place], at, "x", BRAND, author, above, thread.texts.get(place))
