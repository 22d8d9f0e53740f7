"""Writes down the mentions of one thread, so that a script reads as its course."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from scoring.mention import Author, Counts, Kind, Mention
from streams.incidents.crowd import Crowd
from streams.incidents.hawkes import Growth


class Utterance(NamedTuple):
    """What someone does with a post: share it silently, or reply to it or quote it with words."""

    kind: Kind
    text: str | None = None
    lang: str | None = None


class Thread:
    """The mentions of one thread in the order of writing.

    Parameters
    ----------
    thread_id
        Also the id of the first post; later ids append a number.
    brand, platform
        What every mention carries.
    """

    def __init__(self, thread_id: str, brand: str, platform: str) -> None:
        self.mentions: list[Mention] = []
        self._id = thread_id
        self._brand = brand
        self._platform = platform

    def say(
        self,
        at: float,
        author: Author,
        utterance: Utterance,
        *,
        parent: Mention | None = None,
        url: str | None = None,
    ) -> Mention:
        """Add a post at `at` (epoch seconds); without a parent it is the first of the thread."""
        mention = Mention(
            id=self._next_id(),
            thread_id=self._id,
            kind=utterance.kind,
            created_at=round(at, 3),
            platform=self._platform,
            brand=self._brand,
            author=author,
            parent_id=parent.id if parent else None,
            text=utterance.text,
            lang=utterance.lang,
            url=url,
        )
        self.mentions.append(mention)
        return mention

    def count(self, at: float, post: Mention, counts: Counts) -> None:
        """Add running totals of a post."""
        self.mentions.append(
            Mention(
                id=f"{post.id}#{len(self.mentions)}",
                thread_id=self._id,
                kind="counts",
                created_at=round(at, 3),
                platform=self._platform,
                brand=self._brand,
                parent_id=post.id,
                counts=counts,
            )
        )

    def spread(
        self, post: Mention, growth: Growth, crowd: Crowd, say: Callable[[float, int], Utterance]
    ) -> list[Mention]:
        """Add everything that follows from a post.

        Parameters
        ----------
        post
            The root of the growth.
        growth
            One cascade, with times in seconds since the post.
        crowd
            Where sharers come from.
        say
            What a sharer does, given the seconds since the post and the place in the order of events.

        Returns
        -------
        list of Mention
            In order of time.
        """
        added: list[Mention] = []
        for place, (time, parent, followers) in enumerate(
            zip(growth.time.tolist(), growth.parent.tolist(), growth.followers.tolist(), strict=True)
        ):
            above = post if parent < 0 else added[parent]
            added.append(
                self.say(post.created_at + time, crowd.someone(followers), say(time, place), parent=above)
            )
        return added

    def _next_id(self) -> str:
        return f"{self._id}-{len(self.mentions)}" if self.mentions else self._id


class Deck:
    """Deals texts in random order, each once before any comes again."""

    def __init__(self, rng: np.random.Generator, texts: list[str]) -> None:
        self._rng = rng
        self._texts = texts
        self._left: list[str] = []

    def deal(self) -> str:
        """Give the next text."""
        if not self._left:
            self._left = [self._texts[i] for i in self._rng.permutation(len(self._texts))]
        return self._left.pop()
