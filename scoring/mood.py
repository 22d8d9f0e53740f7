"""What a thread's texts feel like together, and whether that turns."""

from math import exp, log

ROOT_WEIGHT = 3.0
"""The post that everybody reacts to counts as much as three reactions."""

BASE_NEGATIVE, BASE_POSITIVE, PRIOR_WEIGHT = 0.3, 0.2, 0.5
"""A thread of which no word was read: seldom negative enough to wake anybody, however far it spreads."""

NEGATIVE = 0.5
"""From this P(negative) on a thread passes for negative."""

REACTION_PRIOR_WEIGHT = 2.0
RECENT_HALF_LIFE = 5.0
"""Reactions after which an earlier one counts half in the recent mood."""

KEEP = exp(log(0.5) / RECENT_HALF_LIFE)
"""What each further reaction leaves of an earlier one's weight in what is recent."""


class Mood:
    """P(negative) and P(positive) of a thread: a weighted mean over its texts, drawn towards the base rate.

    `recent` follows the latest reactions, so `recent` against `negative` tells whether the mood turns.
    """

    __slots__ = (
        "_negative",
        "_positive",
        "_reactions",
        "_recent",
        "_recent_weight",
        "_weight",
        "root_negative",
        "texts",
    )

    def __init__(self) -> None:
        self._weight = PRIOR_WEIGHT
        self._negative = BASE_NEGATIVE * PRIOR_WEIGHT
        self._positive = BASE_POSITIVE * PRIOR_WEIGHT
        self._recent = BASE_NEGATIVE * PRIOR_WEIGHT
        self._recent_weight = PRIOR_WEIGHT
        self._reactions = 0
        self.root_negative: float | None = None
        self.texts = 0

    def add_root(self, negative: float, positive: float) -> None:
        """Take the tone of the thread's first post."""
        self.root_negative = negative
        self._weight += ROOT_WEIGHT
        self._negative += ROOT_WEIGHT * negative
        self._positive += ROOT_WEIGHT * positive
        self.texts += 1

    def add(self, negative: float, positive: float) -> None:
        """Take the tone of a reaction."""
        self._weight += 1.0
        self._reactions += 1
        self._negative += negative
        self._positive += positive
        self._recent = self._recent * KEEP + negative
        self._recent_weight = self._recent_weight * KEEP + 1.0
        self.texts += 1

    @property
    def negative(self) -> float:
        """P(the thread is negative for the brand)."""
        return self._negative / self._weight

    def of_reactions(self, prior: float) -> float:
        """P(negative) of what people say in reaction, when `prior` is what one expects before they do."""
        root = ROOT_WEIGHT * self.root_negative if self.root_negative is not None else 0.0
        said = self._negative - root - PRIOR_WEIGHT * BASE_NEGATIVE
        return (said + REACTION_PRIOR_WEIGHT * prior) / (self._reactions + REACTION_PRIOR_WEIGHT)

    @property
    def positive(self) -> float:
        """P(the thread is positive for the brand)."""
        return self._positive / self._weight

    @property
    def recent(self) -> float:
        """P(negative) of the latest reactions."""
        return self._recent / self._recent_weight
