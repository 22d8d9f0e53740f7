import asyncio
from types import SimpleNamespace

import msgspec

from scoring.complaint import Complaint
from scoring.engine import Heard, Scoring
from streams.order import Envelope
from streams.partition import partition_of
from streams.worker.outgoing import Outgoing
from streams.worker.reporting import Reporter, Said
from tests.streams.ledger_samples import AT, assessed

PARTITIONS = 3
NOTHING = Said(7, (0,) * PARTITIONS)


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


def source(topic, number=0, said=NOTHING, now=None):
    return Reporter(number, said, now, Outgoing(), topic)


def scored(assessment):
    return Scoring(assessment.thread_id, assessment.brand, assessment.at, 0.1, 0.1, 0.9, 80, assessment)


def brands_of(partition, count):
    return [name for name in map(str, range(100)) if partition_of(name, PARTITIONS) == partition][:count]


async def test_a_time_is_promised_only_with_the_last_of_a_partitions_news():
    topic = Topic()
    one, two = brands_of(1, 2)
    news = [scored(assessed(0.5, brand=brand)) for brand in (one, two)]
    reporter = source(topic, 2)
    await reporter.send(reporter.compose(news, engine(AT), caught_up=False))
    assert [(key, envelope.now) for key, envelope in topic.sent[1]] == [(one.encode(), None), (two.encode(), AT)]
    assert topic.sent[0] == topic.sent[2] == []
    assert all(envelope.source == 2 and len(envelope.items) == 1 for _, envelope in topic.sent[1])


async def test_who_has_caught_up_says_so_only_with_the_last_of_a_partitions_news():
    """Nobody waits long for a source that has caught up, and its time is the old one until the last record."""
    topic = Topic()
    news = [scored(assessed(0.5, brand=brand)) for brand in brands_of(1, 3)]
    reporter = source(topic)
    await reporter.send(reporter.compose(news, engine(AT), caught_up=True))
    assert [(envelope.now, envelope.caught_up) for _, envelope in topic.sent[1]] == [
        (None, False),
        (None, False),
        (AT, True),
    ]


async def test_those_that_had_no_news_are_told_the_time_once():
    topic = Topic()
    reporter = source(topic)
    (brand,) = brands_of(1, 1)
    await reporter.send(reporter.compose([scored(assessed(0.5, brand=brand))], engine(AT), caught_up=True))
    await reporter.tell_time(caught_up=True)
    await reporter.tell_time(caught_up=True)
    told = {number: [(e.now, e.caught_up) for _, e in records] for number, records in topic.sent.items()}
    assert told == {number: [(AT, True)] for number in range(PARTITIONS)}
    await reporter.tell_time(caught_up=False)
    assert [(e.now, e.caught_up) for _, e in topic.sent[0]] == [(AT, True), (AT, False)]


async def test_a_time_is_not_told_before_the_news_of_before_it_are_sent():
    topic = Topic()
    reporter = source(topic)
    await reporter.tell_time(caught_up=False)
    assert {e.now for records in topic.sent.values() for _, e in records} == {None}


async def test_complaints_and_scorings_of_a_brand_go_together():
    topic = Topic()
    (brand,) = brands_of(0, 1)
    complaint = Complaint("t", brand, AT, 0.9, "x", "kim", "slecht")
    calm = Scoring("u", brand, AT, 0.0, 0.0, 0.0, 1, None)
    news = [calm, scored(assessed(0.5, brand=brand))]
    reporter = source(topic)
    await reporter.send(reporter.compose(news, engine(AT, complaint), caught_up=True))
    ((_, envelope),) = topic.sent[0]
    assert [type(item).__name__ for item in envelope.items] == ["Complaint", "Assessment"]


async def test_numbers_follow_the_order_of_events_whatever_the_batches():
    """A brand's news come in one record, but what is said again in other batches must have the same numbers."""
    one, two = brands_of(1, 2)
    news = [scored(assessed(0.5, brand=brand, thread=thread)) for brand, thread in [(one, "a"), (two, "b"), (one, "c")]]

    async def numbers(*batches):
        topic = Topic()
        reporter = source(topic)
        for batch in batches:
            await reporter.send(reporter.compose(batch, engine(AT), caught_up=False))
        told = {
            item.thread_id: number
            for _, envelope in topic.sent[1]
            for item, number in zip(envelope.items, envelope.numbers, strict=True)
        }
        assert {envelope.life for _, envelope in topic.sent[1]} == {NOTHING.life}
        return told, reporter.said

    together = await numbers(news)
    assert together == ({"a": 1, "b": 2, "c": 3}, Said(7, (0, 3, 0)))
    assert await numbers(news[:1], news[1:2], news[2:]) == together


async def test_who_takes_over_goes_on_counting_and_knows_the_time():
    topic = Topic()
    (brand,) = brands_of(2, 1)
    reporter = source(topic, said=Said(3, (5, 5, 8)), now=AT)
    await reporter.tell_time(caught_up=False)
    await reporter.send(reporter.compose([scored(assessed(0.5, brand=brand))], engine(AT + 1), caught_up=True))
    assert [(e.now, e.life, e.numbers) for _, e in topic.sent[2]] == [(AT, 3, ()), (AT + 1, 3, (9,))]
    assert reporter.said == Said(3, (5, 5, 9))
