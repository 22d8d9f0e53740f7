"""The tone classifier: linear experts over three views, and a small model that weighs them by kind of text.

One expert reads everything, one only our own sentences, one only shop reviews, one only airline tweets, and one
counts words and letters (naive Bayes). Long Dutch texts are mostly reviews, and English that names an account is
mostly tweets; whom to believe, and by how much, is fitted on out-of-fold answers. Every step is a sum along a
text's own row, so that a text gets the same numbers in every batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import sparse

from scoring.tone.concepts import Concepts
from scoring.tone.corpus import hashes
from scoring.tone.features import Views

Floats = npt.NDArray[np.float64]

LABELS = ("negative", "neutral", "positive")
LAYOUT = 1
"""Rises when payloads, or what the code makes of a text, change."""

LENGTHS = (90, 160)
"""Lengths in characters between which texts are weighed alike."""


@dataclass(frozen=True)
class Expert:
    """A linear model over the views.

    Attributes
    ----------
    worth
        Per view, columns x 1: weight of each column, 0 where unseen in the fit; the weighted row is scaled to
        unit length.
    coef
        Per view, columns x outputs, the view's scale included.
    intercept
        One per output.
    """

    worth: tuple[Floats, ...]
    coef: tuple[Floats, ...]
    intercept: Floats


class ToneModel:
    """Experts and the layer that weighs them.

    Parameters
    ----------
    words, polarity
        What `Concepts` takes.
    experts
        In the order in which the second layer was fitted.
    weights, bias
        The second layer: 3 x inputs, and 3.
    fitted
        What `corpus.hashes` gives for the texts that it was fitted on, sorted; None where that is not known.
    """

    def __init__(
        self,
        words: Mapping[str, Mapping[str, Sequence[str]]],
        polarity: Mapping[str, float],
        experts: Sequence[Expert],
        weights: Floats,
        bias: Floats,
        fitted: npt.NDArray[np.uint32] | None = None,
    ) -> None:
        self._words = words
        self._polarity = polarity
        self._experts = tuple(experts)
        self._weights = weights
        self._bias = bias
        self._fitted = fitted
        self.views = Views(Concepts(words, polarity))
        # One table per view holds, for every expert, what a row's squared length and scores are summed from.
        # Single precision: reading waits for memory, and a line of the table then fits one line of cache.
        self._tables = tuple(
            np.hstack(
                [part for e in experts for part in (e.worth[v] ** 2, e.worth[v] * e.coef[v])],
                dtype=np.float32,
            )
            for v in range(len(self.views.sizes))
        )

    def scores(self, rows: Sequence[sparse.csr_array]) -> Floats:
        """Return the experts' scores side by side, texts x outputs, for rows of `Views.transform`."""
        sums = [row @ table for row, table in zip(rows, self._tables, strict=True)]
        found = []
        at = 0
        for expert in self._experts:
            outputs = len(expert.intercept)
            score = np.tile(expert.intercept, (len(sums[0]), 1))
            for one in sums:
                norm = np.sqrt(one[:, at])
                score += one[:, at + 1 : at + 1 + outputs] / np.where(norm > 0, norm, 1.0)[:, None]
            found.append(score)
            at += 1 + outputs
        return np.hstack(found)

    def probabilities(self, texts: Sequence[str], langs: Sequence[str]) -> Floats:
        """Return texts x (negative, neutral, positive) for cleaned texts in settled languages."""
        inputs = gate(self.scores(self.views.transform(texts, langs)), texts, langs)
        logits = np.tile(self._bias, (len(texts), 1))
        for column, weights in zip(inputs.T, self._weights.T, strict=True):
            logits += column[:, None] * weights
        return softmax(logits)

    def has_fitted(self, texts: Sequence[str]) -> npt.NDArray[np.bool_] | None:
        """Return for each text whether the model was fitted on it; None where that is not known."""
        return None if self._fitted is None else np.isin(hashes(texts), self._fitted)

    def to_payload(self) -> dict[str, Any]:
        """Return what a model file stores: arrays, in half precision where that is enough, and JSON."""
        return {
            "layout": LAYOUT,
            "words": msgspec.json.encode(self._words).decode(),
            "polarity": msgspec.json.encode(self._polarity).decode(),
            "experts": [_pack(expert) for expert in self._experts],
            "weights": self._weights,
            "bias": self._bias,
            **({} if self._fitted is None else {"fitted": self._fitted}),
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "ToneModel":
        """Rebuild the model from what `to_payload` gave.

        Raises
        ------
        KeyError, TypeError, ValueError
            If something is missing or of the wrong shape.
        """
        if payload["layout"] != LAYOUT:
            raise ValueError(
                f"layout {payload['layout']!r} of the tone model, this version reads {LAYOUT}; "
                "fit it anew with `brandmelder train`"
            )
        words = msgspec.json.decode(payload["words"], type=dict[str, dict[str, list[str]]])
        polarity = msgspec.json.decode(payload["polarity"], type=dict[str, float])
        sizes = Views(Concepts(words, polarity)).sizes
        experts = [_unpack(packed, sizes) for packed in payload["experts"]]
        weights, bias = payload["weights"], payload["bias"]
        inputs = gate(np.zeros((1, sum(len(e.intercept) for e in experts))), [""], ["nl"]).shape[1]
        if weights.shape != (len(LABELS), inputs) or bias.shape != (len(LABELS),):
            raise ValueError(f"second layer of shape {weights.shape}, expected {(len(LABELS), inputs)}")
        return cls(words, polarity, experts, weights, bias, payload.get("fitted"))


def gate(scores: Floats, texts: Sequence[str], langs: Sequence[str]) -> Floats:
    """Return the inputs of the second layer: the scores once per kind of text, and which kind it is."""
    english = np.array([lang == "en" for lang in langs], dtype=bool)
    tweet = np.array(["@" in text for text in texts], dtype=bool)
    length = np.digitize([len(text) for text in texts], LENGTHS, right=True)
    kinds = [
        english & tweet,
        english & ~tweet,
        *(~english & (length == step) for step in range(len(LENGTHS) + 1)),
    ]
    return np.hstack([part for kind in kinds for part in (scores * kind[:, None], kind[:, None])])


def softmax(logits: Floats) -> Floats:
    """Return rows that sum to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _pack(expert: Expert) -> dict[str, Any]:
    views = []
    for worth, coef in zip(expert.worth, expert.coef, strict=True):
        used = np.flatnonzero(worth)
        views.append(
            {
                "steps": np.diff(used, prepend=0).astype(np.int32),
                "worth": worth[used].astype(np.float16),
                "coef": coef[used].astype(np.float16),
            }
        )
    return {"views": views, "intercept": expert.intercept}


def _unpack(packed: Mapping[str, Any], sizes: Sequence[int]) -> Expert:
    worths, coefs = [], []
    for view, size in zip(packed["views"], sizes, strict=True):
        used = np.cumsum(view["steps"])
        worth, coef = np.zeros((size, 1)), np.zeros((size, len(packed["intercept"])))
        worth[used], coef[used] = view["worth"], view["coef"]
        worths.append(worth)
        coefs.append(coef)
    return Expert(tuple(worths), tuple(coefs), packed["intercept"])
