"""Concepts: praise, fault, thanks, waiting … and what their order in a message says.

Sarcasm is praise next to a fault, thanks "for nothing", a compliment before three dots: counting words
does not see it, the order of concepts does. A concept is the same in Dutch and English, so one language
teaches the other.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Words = Mapping[str, Mapping[str, Sequence[str]]]

NEAR = 3
"""Concepts at most this many tokens apart are taken to belong together."""

MOST = 60
"""Concepts of a text that are put in order; a review's last page adds nothing."""

_SIGNS = {
    **dict.fromkeys('"“”„', "quote"),
    **dict.fromkeys("€£$", "currency"),
    "!": "exclaim",
    "?": "ask",
    "..": "dots",
    "…": "dots",
    "#": "hash",
    "<number>": "number",
    "<account>": "account",
    "<link>": "link",
}
_SIGN_NAMES = ("exclaim", "ask", "dots", "quote", "currency", "hash", "number", "account", "link")
_LENGTHS = 8


class Concepts:
    """The concepts that words stand for, and the columns that they switch on.

    Parameters
    ----------
    words
        Concept -> "nl", "en" or "both" -> words and phrases (several words). A trailing `*` of a word matches
        any ending. English words count in Dutch texts too, as they are used there.
    polarity
        Dutch adjectives and their polarity in [-1, 1]; used where no concept names the word.

    Attributes
    ----------
    columns : int
        Width of the view: how often each concept occurs, each before each, each near each, and the length.
    """

    def __init__(self, words: Words, polarity: Mapping[str, float]) -> None:
        names = (*words, *_SIGN_NAMES, "loud", "emoji", "admires", "despises", "begin", "end")
        self._number = {name: number for number, name in enumerate(names)}
        self._polarity = polarity
        self._exact: dict[str, dict[str, set[int]]] = {"nl": {}, "en": {}}
        self._prefixes: dict[str, dict[str, set[int]]] = {"nl": {}, "en": {}}
        self._phrases: dict[str, dict[str, list[tuple[list[str], int]]]] = {"nl": {}, "en": {}}
        for name, by_lang in words.items():
            for lang, forms in by_lang.items():
                for side in ("nl",) if lang == "nl" else ("nl", "en"):
                    for form in forms:
                        self._learn(side, form, self._number[name])
        self._count = len(names)
        self.columns = 3 * self._count + 2 * self._count**2 + _LENGTHS

    def _learn(self, side: str, form: str, concept: int) -> None:
        if " " in form:
            first, *rest = form.split()
            self._phrases[side].setdefault(first, []).append((rest, concept))
        elif form.endswith("*"):
            self._prefixes[side].setdefault(form[:-1], set()).add(concept)
        else:
            self._exact[side].setdefault(form, set()).add(concept)

    def of_token(self, token: str, shape: str, lang: str) -> tuple[int, ...]:
        """Return the concepts that a token stands for in "nl" or "en"; `shape` is its lower-case form."""
        sign = _SIGNS.get(shape) or _SIGNS.get(shape[:2]) or _SIGNS.get(shape[0])
        if sign:
            return (self._number[sign],)
        found = set(self._exact[lang].get(shape, ()))
        prefixes = self._prefixes[lang]
        for end in range(2, len(shape) + 1):
            found.update(prefixes.get(shape[:end], ()))
        if not found and lang == "nl":
            value = self._polarity.get(shape, 0.0)
            if abs(value) >= 0.2:
                found.add(self._number["admires" if value > 0 else "despises"])
        if not found and shape[0] > "\u2000" and not shape[0].isalnum():
            found.add(self._number["emoji"])
        if len(token) > 3 and token.isupper():
            found.add(self._number["loud"])
        return tuple(sorted(found))

    def of_phrases(self, shapes: Sequence[str], lang: str) -> list[tuple[int, int]]:
        """Return (place of its first word, concept) of every phrase in a text."""
        known = self._phrases[lang]
        return [
            (at, concept)
            for at, shape in enumerate(shapes)
            if shape in known
            for rest, concept in known[shape]
            if shapes[at + 1 : at + 1 + len(rest)] == rest
        ]

    def columns_of(self, texts: Sequence[Sequence[tuple[int, int]]], lengths: Sequence[int]) -> tuple[Ids, Ids]:
        """Return what (place, concept) pairs switch on, as places in the batch and columns, some repeated.

        Parameters
        ----------
        texts
            The pairs of each text.
        lengths
            The tokens of each text.
        """
        rows, columns = [], []
        alike: dict[int, list[int]] = {}
        for row, placed in enumerate(texts):
            alike.setdefault(min(len(placed), MOST), []).append(row)
        # Texts with equally many concepts are worked out together, for the speed of it.
        for many, members in alike.items():
            begin, end = (-1, self._count - 2), self._count - 1
            ordered = [(begin, *sorted(texts[row])[:many], (lengths[row], end)) for row in members]
            found = self._columns_of_alike(np.array(ordered, dtype=np.int32))
            rows.append(np.repeat(np.array(members, dtype=np.int32), [len(one) for one in found]))
            columns += found
        steps = [min(length.bit_length(), _LENGTHS - 1) for length in lengths]
        rows.append(np.arange(len(steps), dtype=np.int32))
        columns.append(np.array(steps, dtype=np.int32) + (self.columns - _LENGTHS))
        return np.concatenate(rows), np.concatenate(columns)

    def _columns_of_alike(self, placed: Ids) -> list[Ids]:
        count = self._count
        first, second = _pairs(placed.shape[1])
        places, which = placed[:, :, 0], placed[:, :, 1]
        before = which[:, first] * count + which[:, second]
        close = places[:, second] - places[:, first] <= NEAR
        # How often a concept has occurred up to each place: once, twice, three times or more.
        times = np.minimum((which[:, :, None] == which[:, None, :]).cumsum(axis=2).diagonal(axis1=1, axis2=2), 3)
        often = which * 3 + times - 1
        return [
            np.concatenate((o, b + 3 * count, b[c] + (3 * count + count**2)))
            for o, b, c in zip(often, before, close, strict=True)
        ]


@lru_cache(maxsize=MOST + 3)
def _pairs(count: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    first, second = np.triu_indices(count, 1)
    return first, second


WORDS = Path(__file__).with_name("words.toml")
"""The word list of this package."""


def read_words(path: Path = WORDS) -> dict[str, dict[str, list[str]]]:
    """Read a word list: concept -> language -> words and phrases."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    words: dict[str, dict[str, list[str]]] = {}
    for concept, lists in raw.items():
        found = words.setdefault(concept, {})
        for key, forms in lists.items():
            lang = key.removesuffix("_phrases")
            split = forms.split() if key == lang else [" ".join(form.split()) for form in forms.split(" / ")]
            found.setdefault(lang, []).extend(split)
    return words
