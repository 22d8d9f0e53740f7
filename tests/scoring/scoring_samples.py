"""Mentions, streams of them and a reader of tone that tests of scoring share."""

from typing import NamedTuple

from hypothesis import strategies as st

from scoring.mention import Author, Counts, Mention
from scoring.profile import BrandProfile
from scoring.thread import Thread

T0 = 1_700_000_000.0
HOUR = 3600.0

_BAD = {"slecht", "schande", "awful", "shame", "wacht"}
_GOOD = {"top", "bedankt", "great", "love"}


class WordTone(NamedTuple):
    negative: float
    neutral: float
    positive: float
    lang: str


class WordReader:
    """Reads tone off two lists of words: quick, and plain enough to know what a test should expect."""

    def read(self, texts, langs):
        assert len(texts) == len(langs)
        return [self._tone(text.lower().replace("?", " ").split()) for text in texts]

    @staticmethod
    def _tone(words):
        bad, good = sum(w in _BAD for w in words), sum(w in _GOOD for w in words)
        negative, positive = (
            (1 + 8 * bad) / (3 + 8 * bad + 8 * good),
            (1 + 8 * good) / (3 + 8 * bad + 8 * good),
        )
        return WordTone(negative, 1.0 - negative - positive, positive, "nl")


def post(thread="t", at=T0, *, text="@b slecht", author="klant", followers=300, brand="b", of=None, platform="x"):
    writer = Author(author, handle=author, followers=followers, brand=of)
    return Mention(thread, thread, "post", at, platform, brand, writer, None, text, "nl", f"https://x.test/{thread}")


def spread(name, at, *, thread="t", kind="share", parent="t", author=None, text=None, followers=100, of=None):
    writer = Author(author or f"u-{name}", handle=author, followers=followers, brand=of)
    return Mention(name, thread, kind, at, "x", "b", writer, parent, text)


def answer(name, at, *, thread="t", parent="t", text="Hoi, we kijken ernaar. ^Sam"):
    return spread(name, at, thread=thread, kind="reply", parent=parent, author="zorg", text=text, of="b")


def counted(name, at, *, thread="t", parent="t", **totals):
    return Mention(name, thread, "counts", at, "x", "b", None, parent, counts=Counts(**totals))


def burst(n, *, thread="t", start=T0 + 30, step=20.0, root_text="@b slecht", followers=400):
    """A root and `n` shares of it at a steady pace."""
    root = post(thread, T0, text=root_text)
    return [
        root,
        *(
            spread(f"{thread}.{i}", start + i * step, thread=thread, parent=thread, followers=followers)
            for i in range(n)
        ),
    ]


def threaded(*mentions, profile=None, tones=None):
    """A thread that took the mentions as the engine would."""
    thread = Thread(mentions[0], profile or BrandProfile())
    for mention in mentions:
        if thread.accept(mention):
            tone = (tones or {}).get(mention.id, (0.8, 0.1)) if thread.wants_tone(mention) else None
            thread.fold(mention, tone)
    return thread


_TEXTS = st.sampled_from(
    [
        None,
        "slecht",
        "top bedankt",
        "@b waarom? wacht",
        "@b slecht",
        "Jammer dan, lees eerst eens.",
        "Sorry, we bellen vandaag. ^Sam",
    ]
)
_GAPS = st.sampled_from([-7_200.0, -400.0, -1.0, 0.0, 0.0, 1.0, 20.0, 20.0, 300.0, 4_000.0, 30_000.0, 300_000.0])


@st.composite
def streams(draw, *, most=60):
    """A partition's mentions: several threads, late, repeated and orphaned events, long silences."""
    names = [f"t{i}" for i in range(draw(st.integers(1, 4)))]
    at = T0
    known = {name: [name] for name in names}
    out = []
    for i in range(draw(st.integers(1, most))):
        at += draw(_GAPS)
        thread = draw(st.sampled_from(names))
        kind = draw(st.sampled_from(["post", "share", "share", "share", "reply", "quote", "counts", "answer", "again"]))
        parent = draw(st.sampled_from([None, f"unseen-{i}", *known[thread][-5:]]))
        name = f"{thread}/{i}"
        if kind == "post":
            out.append(post(thread, at, text=draw(_TEXTS), followers=draw(st.sampled_from([None, 50, 9_000]))))
        elif kind == "counts":
            out.append(counted(name, at, thread=thread, parent=thread, shares=draw(st.integers(0, 900))))
        elif kind == "answer":
            out.append(answer(name, at, thread=thread, parent=parent, text=draw(_TEXTS)))
        elif kind == "again" and out:
            out.append(draw(st.sampled_from(out)))
        else:
            kind = "share" if kind == "again" else kind
            author = draw(st.sampled_from([None, "klant"]))
            followers = draw(st.sampled_from([None, 10, 20_000]))
            text = None if kind == "share" else draw(_TEXTS)
            out.append(
                spread(
                    name,
                    at,
                    thread=thread,
                    kind=kind,
                    parent=parent,
                    author=author,
                    text=text,
                    followers=followers,
                )
            )
        known[thread].append(name)
    return out
