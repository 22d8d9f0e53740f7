"""What a partition of the mentions has to say, to each partition of the assessments: its news, and how far it is."""

from math import inf
from typing import Any

import msgspec

from scoring.assessment import Assessment
from scoring.complaint import Complaint
from scoring.engine import Engine, Scoring
from streams.order import Envelope
from streams.partition import partition_of
from streams.worker.outgoing import Outgoing

_encode = msgspec.json.Encoder().encode


class Reporter:
    """Sends one source's envelopes; a time is promised only once all from before it was sent.

    Parameters
    ----------
    source
        The partition of the mentions.
    partitions
        Number of partitions of the assessments.
    outgoing, topic
        How and where to send.
    """

    def __init__(self, source: int, partitions: int, outgoing: Outgoing, topic: Any) -> None:
        self._source = source
        self._partitions = partitions
        self._outgoing = outgoing
        self._topic = topic
        self._told: dict[int, tuple[float | None, bool]] = {}
        self._now: float | None = None

    async def publish(self, scorings: list[Scoring], engine: Engine, *, caught_up: bool) -> None:
        """Send what is news, a record per brand, which costs Faust the same for one assessment as for many."""
        news: dict[int, dict[str, tuple[list[Assessment], list[Complaint]]]] = {}

        def of_brand(brand: str) -> tuple[list[Assessment], list[Complaint]]:
            return news.setdefault(partition_of(brand, self._partitions), {}).setdefault(brand, ([], []))

        for heard in engine.take_complaints():
            of_brand(heard.complaint.brand)[1].append(heard.complaint)
        for scoring in scorings:
            if scoring.assessment is not None:
                of_brand(scoring.brand)[0].append(scoring.assessment)
        now = engine.now if engine.now > -inf else None
        for partition, brands in news.items():
            last = next(reversed(brands))
            for brand, (assessments, complaints) in brands.items():
                # Only the last one may promise the time: what the others have to say comes before it.
                promised = now if brand == last else None
                envelope = Envelope(self._source, promised, caught_up, tuple(assessments), tuple(complaints))
                await self._outgoing.send(self._topic, brand.encode(), _encode(envelope), partition)
            self._told[partition] = (now, caught_up)
        self._now = now

    async def tell_time(self, *, caught_up: bool) -> None:
        """Tell those partitions how far the source is that do not know."""
        known = (self._now, caught_up)
        for partition in range(self._partitions):
            if self._told.get(partition) != known:
                await self._outgoing.send(self._topic, None, _encode(Envelope(self._source, *known)), partition)
                self._told[partition] = known
