"""What a brand's complaints usually speak of: how large a part of them has a word or a hashtag."""

import msgspec

HALF_LIFE = 500.0
"""Complaints after which an earlier one counts half."""

MOST_WORDS = 2_000
_GROWTH = 2.0 ** (1.0 / HALF_LIFE)
_LARGEST = 1e9


class Commonness(msgspec.Struct):
    """Decayed counts of what was said; what is said seldom is forgotten first.

    A new complaint weighs more than all before it did, instead of each of those weighing less from then on. `counts`
    are of what was said since the last `turn`, `before` of what was not said again since then: what nobody says
    between two of them is forgotten.
    """

    weight: float = 1.0
    total: float = 0.0
    counts: dict[str, float] = {}
    before: dict[str, float] = {}

    def __bool__(self) -> bool:
        """Whether anything is remembered of what was said."""
        return bool(self.counts or self.before)

    def add(self, said: frozenset[str]) -> None:
        """Count a complaint."""
        weight = self.weight
        self.total += weight
        counts, before = self.counts, self.before
        for word in sorted(said):
            counts[word] = counts.get(word, 0.0) + before.pop(word, 0.0) + weight
        self.weight = weight * _GROWTH
        if len(counts) + len(before) > MOST_WORDS:
            every = sorted((counts | before).items(), key=lambda item: (-item[1], item[0]))[: MOST_WORDS // 2]
            self.counts = {word: count for word, count in every if word in counts}
            self.before = {word: count for word, count in every if word in before}
        if self.weight > _LARGEST:
            self.total /= self.weight
            self.counts = {word: count / self.weight for word, count in self.counts.items()}
            self.before = {word: count / self.weight for word, count in self.before.items()}
            self.weight = 1.0

    def turn(self) -> None:
        """Forget what was not said since the last time."""
        self.counts, self.before = {}, self.counts

    @property
    def heard(self) -> float:
        """How many complaints that is, those long ago counted in part."""
        return self.total / self.weight

    def number(self, word: str) -> float:
        """How many of them say it."""
        return self._count(word) / self.weight

    def part(self, word: str) -> float:
        """The part of them that says it (0..1)."""
        return self._count(word) / self.total if self.total else 0.0

    def _count(self, word: str) -> float:
        return self.counts.get(word) or self.before.get(word, 0.0)
