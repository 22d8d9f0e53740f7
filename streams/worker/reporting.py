"""What a partition of the mentions has to say, to each partition of the assessments: its news, and how far it is."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

import msgspec

from scoring.assessment import Assessment
from scoring.complaint import Complaint
from scoring.engine import Engine, Heard, Scoring
from streams.erasures import Erasure
from streams.order import Envelope
from streams.partition import partition_of
from streams.worker.outgoing import Outgoing

_encode = msgspec.json.Encoder().encode


class Said(msgspec.Struct, frozen=True, array_like=True):
    """How much a source has said: the last number given to each partition of the assessments, in this life of it."""

    life: int
    numbers: tuple[int, ...]


class Record(msgspec.Struct, frozen=True, array_like=True):
    """A record of the assessments."""

    partition: int
    key: bytes
    value: bytes


class _News:
    """What a record is to carry."""

    __slots__ = ("assessments", "complaints", "heard", "numbers")

    def __init__(self) -> None:
        self.assessments: list[Assessment] = []
        self.complaints: list[Complaint] = []
        self.numbers: list[int] = []
        self.heard: list[int] = []

    def add(self, item: Assessment | Complaint, number: int) -> None:
        if isinstance(item, Complaint):
            self.complaints.append(item)
            self.heard.append(number)
        else:
            self.assessments.append(item)
            self.numbers.append(number)


class Reporter:
    """Sends one source's envelopes; a time is promised only once all from before it was sent.

    What is said gets numbers in the order in which it came about, which neither batches nor a crash change.

    Parameters
    ----------
    source
        The partition of the mentions.
    said
        What it has said so far, for each partition of the assessments.
    now
        Event time up to which all is said, None for not known.
    outgoing, topic
        How and where to send.
    """

    def __init__(self, source: int, said: Said, now: float | None, outgoing: Outgoing, topic: Any) -> None:
        self._source = source
        self._life = said.life
        self._numbers = list(said.numbers)
        self._outgoing = outgoing
        self._topic = topic
        self._told: dict[int, tuple[float | None, bool]] = {}
        self._now = now

    @property
    def said(self) -> Said:
        """What it has said so far."""
        return Said(self._life, tuple(self._numbers))

    def compose(self, scorings: Sequence[Scoring], engine: Engine, *, caught_up: bool) -> list[Record]:
        """Make records of what is news, one per brand, which costs Faust the same for one assessment as for many."""
        partitions = len(self._numbers)
        news: dict[int, dict[str, _News]] = {}
        for item in _in_order(scorings, engine.take_complaints()):
            partition = partition_of(item.brand, partitions)
            self._numbers[partition] += 1
            news.setdefault(partition, {}).setdefault(item.brand, _News()).add(item, self._numbers[partition])
        self._now = engine.now if engine.now > -inf else None
        records = []
        for partition, brands in news.items():
            last = next(reversed(brands))
            for brand, carried in brands.items():
                # Only the last one may promise the time, and say that nothing more is to come for now: whoever
                # hears of that before it hears of the rest would not wait for the rest.
                ends = brand == last
                envelope = Envelope(
                    self._source,
                    self._now if ends else None,
                    caught_up and ends,
                    tuple(carried.assessments),
                    tuple(carried.complaints),
                    self._life,
                    (*carried.heard, *carried.numbers),
                )
                records.append(Record(partition, brand.encode(), _encode(envelope)))
            self._told[partition] = (self._now, caught_up)
        return records

    def pass_on(self, erasure: Erasure, *, caught_up: bool) -> list[Record]:
        """Make records of a wish, for every partition: behind what was said before, and all else comes behind it."""
        envelope = Envelope(self._source, None, caught_up, life=self._life, erasures=(erasure,))
        return [Record(partition, b"", _encode(envelope)) for partition in range(len(self._numbers))]

    async def send(self, records: Sequence[Record]) -> None:
        """Send what was composed, before anything else is composed."""
        for record in records:
            await self._outgoing.send(self._topic, record.key, record.value, record.partition)

    async def tell_time(self, *, caught_up: bool) -> None:
        """Tell those partitions how far the source is that do not know."""
        known = (self._now, caught_up)
        for partition in range(len(self._numbers)):
            if self._told.get(partition) != known:
                envelope = Envelope(self._source, *known, life=self._life)
                await self._outgoing.send(self._topic, None, _encode(envelope), partition)
                self._told[partition] = known


def _in_order(scorings: Sequence[Scoring], heard: Sequence[Heard]) -> Iterator[Assessment | Complaint]:
    """What is news, in the order in which it came about."""
    place = 0
    for before, complaint in heard:
        yield from _assessments(scorings[place:before])
        yield complaint
        place = before
    yield from _assessments(scorings[place:])


def _assessments(scorings: Sequence[Scoring]) -> Iterator[Assessment]:
    return (scoring.assessment for scoring in scorings if scoring.assessment is not None)
