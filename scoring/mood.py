"""What a thread's texts feel like together, and whether that turns."""

from math import exp, log

import msgspec

BASE_NEGATIVE, BASE_POSITIVE, PRIOR_WEIGHT = 0.3, 0.2, 0.5
"""A thread of which no word was read: seldom negative enough to wake anybody, however far it spreads."""

ROOT_WEIGHT = 3.0
"""In means, the post that everybody reacts to counts as much as three reactions."""

ROOT_AGREES, REACTION_AGREES = 0.9, 0.6
"""How often a text has the tone of its thread for that reason; else it may have any."""

FORGETS, SUREST = 0.93, 4.0
"""What each further reaction leaves of earlier evidence, so that a mood can turn, and the most that reactions together
can weigh, in log-odds: they are written in one language on one matter, and misread alike."""

NEGATIVE = 0.5
"""From this P(negative) on a thread passes for negative."""

RECENT_HALF_LIFE = 5.0
"""Reactions after which an earlier one counts half in the recent mood."""

KEEP = exp(log(0.5) / RECENT_HALF_LIFE)
"""What each further reaction leaves of an earlier one's weight in what is recent."""


def _odds(p: float) -> float:
    p = min(max(p, 0.02), 0.98)
    return log(p / (1.0 - p))


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + exp(-odds))


def _evidence(negative: float, agrees: float) -> float:
    """What a text read as negative with this probability says of its thread, in log-odds.

    By Bayes' rule, where with probability `agrees` the text has the thread's tone, and else any tone at the base rate:
    a single text never decides.
    """
    for_it = agrees * negative / BASE_NEGATIVE + 1.0 - agrees
    against = agrees * (1.0 - negative) / (1.0 - BASE_NEGATIVE) + 1.0 - agrees
    return log(for_it / against)


class Mood(msgspec.Struct, array_like=True, gc=False):
    """P(a thread is negative for the brand), from what its texts say of it together; how positive they are on average.

    `recent` follows the latest reactions, so `recent` against `mean` tells whether the mood turns.
    The fields are what a snapshot holds.
    """

    texts: int = 0
    _mean_weight: float = PRIOR_WEIGHT
    _negative: float = BASE_NEGATIVE * PRIOR_WEIGHT
    _positive: float = BASE_POSITIVE * PRIOR_WEIGHT
    _recent: float = BASE_NEGATIVE * PRIOR_WEIGHT
    _recent_weight: float = PRIOR_WEIGHT
    _of_root: float = 0.0
    _of_reactions: float = 0.0

    def add_root(self, negative: float, positive: float) -> None:
        """Take the tone of the thread's first post."""
        self._of_root = _evidence(negative, ROOT_AGREES)
        self._mean_weight += ROOT_WEIGHT
        self._negative += ROOT_WEIGHT * negative
        self._positive += ROOT_WEIGHT * positive
        self.texts += 1

    def add(self, negative: float, positive: float) -> None:
        """Take the tone of a reaction."""
        together = self._of_reactions * FORGETS + _evidence(negative, REACTION_AGREES)
        self._of_reactions = min(max(together, -SUREST), SUREST)
        self._mean_weight += 1.0
        self._negative += negative
        self._positive += positive
        self._recent = self._recent * KEEP + negative
        self._recent_weight = self._recent_weight * KEEP + 1.0
        self.texts += 1

    @property
    def negative(self) -> float:
        """P(the thread is negative for the brand)."""
        return _probability(_odds(BASE_NEGATIVE) + self._of_root + self._of_reactions)

    def of_reactions(self, prior: float) -> float:
        """P(what people say in reaction is negative), when `prior` is what one expects before they say it."""
        return _probability(_odds(prior) + self._of_reactions)

    @property
    def mean(self) -> float:
        """P(negative) of the texts on average, drawn towards the base rate."""
        return self._negative / self._mean_weight

    @property
    def positive(self) -> float:
        """P(positive) of the texts on average, drawn towards the base rate."""
        return self._positive / self._mean_weight

    @property
    def recent(self) -> float:
        """P(negative) of the latest reactions."""
        return self._recent / self._recent_weight
