import asyncio
from types import SimpleNamespace

import msgspec

from scoring.complaint import Complaint
from scoring.engine import Heard, Scoring
from streams.order import Envelope
from streams.partition import partition_of
from streams.worker.outgoing import Outgoing
from streams.worker.reporting import Reporter
from tests.streams.ledger_samples import AT, assessed

PARTITIONS = 3


class Topic:
    """A topic that keeps what is sent to it, by partition."""

    def __init__(self):
        self.sent = {number: [] for number in range(PARTITIONS)}

    async def send(self, *, key, value, partition):
        self.sent[partition].append((key, msgspec.json.decode(value, type=Envelope)))
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done


def engine(now, *complaints):
    """What a reporter asks of an engine."""
    heard = [Heard(0, complaint) for complaint in complaints]
    return SimpleNamespace(now=now, take_complaints=lambda: heard)


def scored(assessment):
    return Scoring(assessment.thread_id, assessment.brand, assessment.at, 0.1, 0.1, 0.9, 80, assessment)


def brands_of(partition, count):
    return [name for name in map(str, range(100)) if partition_of(name, PARTITIONS) == partition][:count]


async def test_a_time_is_promised_only_with_the_last_of_a_partitions_news():
    topic = Topic()
    one, two = brands_of(1, 2)
    news = [scored(assessed(0.5, brand=brand)) for brand in (one, two)]
    await Reporter(2, PARTITIONS, Outgoing(), topic).publish(news, engine(AT), caught_up=False)
    assert [(key, envelope.now) for key, envelope in topic.sent[1]] == [(one.encode(), None), (two.encode(), AT)]
    assert topic.sent[0] == topic.sent[2] == []
    assert all(envelope.source == 2 and len(envelope.items) == 1 for _, envelope in topic.sent[1])


async def test_those_that_had_no_news_are_told_the_time_once():
    topic = Topic()
    reporter = Reporter(0, PARTITIONS, Outgoing(), topic)
    (brand,) = brands_of(1, 1)
    await reporter.publish([scored(assessed(0.5, brand=brand))], engine(AT), caught_up=True)
    await reporter.tell_time(caught_up=True)
    await reporter.tell_time(caught_up=True)
    told = {number: [(e.now, e.caught_up) for _, e in records] for number, records in topic.sent.items()}
    assert told == {number: [(AT, True)] for number in range(PARTITIONS)}
    await reporter.tell_time(caught_up=False)
    assert [(e.now, e.caught_up) for _, e in topic.sent[0]] == [(AT, True), (AT, False)]


async def test_a_time_is_not_told_before_the_news_of_before_it_are_sent():
    topic = Topic()
    reporter = Reporter(0, PARTITIONS, Outgoing(), topic)
    await reporter.tell_time(caught_up=False)
    assert {e.now for records in topic.sent.values() for _, e in records} == {None}


async def test_complaints_and_scorings_of_a_brand_go_together():
    topic = Topic()
    (brand,) = brands_of(0, 1)
    complaint = Complaint("t", brand, AT, 0.9, "x", "kim", "slecht")
    calm = Scoring("u", brand, AT, 0.0, 0.0, 0.0, 1, None)
    news = [calm, scored(assessed(0.5, brand=brand))]
    await Reporter(0, PARTITIONS, Outgoing(), topic).publish(news, engine(AT, complaint), caught_up=True)
    ((_, envelope),) = topic.sent[0]
    assert [type(item).__name__ for item in envelope.items] == ["Complaint", "Assessment"]
