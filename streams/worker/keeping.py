"""What keeps state of partitions, and how it is taken over and written down."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from faust.types import TP

from streams.changelog import Changelog, Recovered

if TYPE_CHECKING:
    from streams.worker.parts import Parts


class Keeper(ABC):
    """Somebody who keeps the state that is made of a topic's partitions, in a compacted topic of as many.

    Attributes
    ----------
    topic
        What the state is made of.
    rows
        Where it is written down.
    """

    topic: ClassVar[str]
    rows: ClassVar[str]

    def __init__(self, parts: "Parts") -> None:
        self._parts = parts
        self.changelog = Changelog(
            parts.settings.kafka,
            parts.name_of(self.rows),
            on_stray=self.rewrite,
            on_superseded=parts.ownership.superseded,
        )

    @abstractmethod
    async def begin(self, recovered: Mapping[int, Recovered], ends: Mapping[TP, int], epoch: int) -> None:
        """Begin with what was written down of the partitions that are ours now.

        Parameters
        ----------
        recovered
            By partition.
        ends
            Where the partitions end of all that is read.
        epoch
            Of which rebalance they are ours.
        """

    @abstractmethod
    async def save(self, *, everything: bool) -> None:
        """Write down what has changed: everything, or what it is time for."""

    async def wind_down(self) -> None:  # noqa: B027 - most have nothing to finish
        """Finish what is under way and cannot be taken back, before the last save."""

    @abstractmethod
    async def give_up(self) -> None:
        """Let go of all partitions."""

    @abstractmethod
    def rewrite(self, partition: int, key: str) -> None:
        """Write a row anew with the next save: somebody who is not in charge any more has written it."""
