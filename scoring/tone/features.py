"""What is read from a text: its words, their letters, and the order of the concepts that they stand for.

Every text becomes a row in three sparse matrices (views). Words and letters are hashed, so that no
vocabulary has to be shipped; concepts are numbered. A row depends on its own text only, never on the
batch that it came in.
"""

import html
import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import sparse

from scoring.tone.concepts import Concepts, Ids

MAX_CHARS = 1000
"""Characters that are read of a text; what a message wants is said by then."""

BITS = 17
"""Words and letters are hashed into two to this power buckets each."""

FORGOTTEN = 0.2
"""Share of the concepts that a fit forgets."""

_BEGIN, _END = 0, 1
_EDGE = np.zeros(1, dtype=np.int32)
_GOLDEN = np.uint64(0x9E3779B1)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32 - BITS)

_TOKEN = re.compile(
    r"https?://\S+|www\.\S+"  # a link
    r"|@\w+"  # an account
    r"|[:;=][-']?[()D|/]|<3|-_-"  # an emoticon
    r"|[^\W\d_]+(?:['’&-][^\W\d_]+)*"  # a word
    r"|\d+(?:[.,:]\d+)*"  # a number
    r"|!+|[?!]{2,}|\?|\.{2,}|…"
    r"|[€£$\"“”„#&%+]"
    r"|[^\w\s.,]\ufe0f?(?:\u200d[^\w\s]\ufe0f?)*"  # an emoji, or any other sign
)
_TRIPLED = re.compile(r"(\w)\1{2,}")


def clean(text: str) -> str:
    """Return at most `MAX_CHARS` characters of `text`, encodable, with HTML entities resolved."""
    short = text[:MAX_CHARS].encode("utf-8", "replace").decode()
    return html.unescape(short) if "&" in short else short


def _shape(token: str) -> str:
    if token[0] == "@":
        return "<account>"
    if token.startswith(("http", "www.")):
        return "<link>"
    if token[0].isdigit():
        return "<number>"
    return _TRIPLED.sub(r"\1\1", token.lower().replace("’", "'"))


class Views:
    """Turns texts into sparse rows.

    Attributes
    ----------
    sizes : tuple of int
        Columns of the word, letter and concept view, in this order.
    """

    def __init__(self, concepts: Concepts) -> None:
        self._concepts = concepts
        self.sizes = (1 << BITS, 1 << BITS, concepts.columns)
        # Words come back: what depends on a word alone is worked out once.
        self._known = lru_cache(maxsize=20_000)(self._look_at)

    def _look_at(self, token: str) -> tuple[str, int, Ids, dict[str, tuple[int, ...]]]:
        shape = _shape(token)
        padded = f" {shape[:40]} "
        grams = {padded[at : at + n] for n in (3, 4, 5) for at in range(len(padded) - n + 1)}
        letters = np.array([zlib.crc32(gram.encode()) >> (32 - BITS) for gram in sorted(grams)], dtype=np.int32)
        concepts = {lang: self._concepts.of_token(token, shape, lang) for lang in ("nl", "en")}
        return shape, zlib.crc32(shape.encode()), letters, concepts

    def transform(
        self, texts: Sequence[str], langs: Sequence[str], forget: np.random.Generator | None = None
    ) -> list[sparse.csr_array]:
        """Return one row of zeros and ones per text for each view.

        Parameters
        ----------
        texts
            Cleaned texts, at least one.
        langs
            Their languages. In English only English words stand for concepts, elsewhere Dutch ones too.
        forget
            Forgets some concepts of each text, drawn from this; a fit that also sees such rows learns what to
            make of words that no list names.
        """
        words: list[int] = []
        letters: list[Ids] = []
        placed: list[list[tuple[int, int]]] = []
        lengths: list[int] = []
        for text, lang in zip(texts, langs, strict=True):
            side = "en" if lang == "en" else "nl"
            seen = [self._known(token) for token in _TOKEN.findall(text)]
            words += (_BEGIN, *[one[1] for one in seen], _END)
            letters += (_EDGE, *[one[2] for one in seen], _EDGE)
            found = [(at, concept) for at, one in enumerate(seen) for concept in one[3][side]]
            found += self._concepts.of_phrases([one[0] for one in seen], side)
            if forget is not None:
                found = [one for one, kept in zip(found, forget.random(len(found)) > FORGOTTEN, strict=True) if kept]
            placed.append(found)
            lengths.append(len(seen))
        of_token = np.repeat(np.arange(len(lengths), dtype=np.int32), np.array(lengths, dtype=np.intp) + 2)
        ids = (
            _words(np.array(words, dtype=np.uint64), of_token),
            (np.repeat(of_token, [len(one) for one in letters]), np.concatenate(letters)),
            self._concepts.columns_of(placed, lengths),
        )
        return [_matrix(*one, (len(texts), size)) for one, size in zip(ids, self.sizes, strict=True)]


def _words(hashes: npt.NDArray[np.uint64], rows: Ids) -> tuple[Ids, Ids]:
    """Return the rows and buckets of all words and of all pairs of neighbours within a row."""
    within = rows[:-1] == rows[1:]
    pairs = ((hashes[:-1] * _GOLDEN + hashes[1:]) & _LOW)[within]
    buckets = (np.concatenate((hashes, pairs)) >> _SHIFT).astype(np.int32)
    return np.concatenate((rows, rows[:-1][within])), buckets


def _matrix(rows: Ids, columns: Ids, shape: tuple[int, int]) -> sparse.csr_array:
    matrix = sparse.coo_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape).tocsr()
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix
