import msgspec

from alerts.slack.delivery.store import Delivered
from streams.partition import partition_of
from streams.worker.deliveries import HOME, Deliveries

PARTITIONS = 5
INCIDENT = "0b11f5b17346a360"
PARTITION = partition_of(INCIDENT, PARTITIONS)


def place(revision=1):
    return Delivered("C1", "1.2", revision)


def test_what_was_put_is_known_at_once_and_written_down_once():
    deliveries = Deliveries(PARTITIONS)
    deliveries.put(INCIDENT, place(1))
    deliveries.put(INCIDENT, place(2))
    assert deliveries.get(INCIDENT) == place(2)
    rows = deliveries.unwritten()
    assert [*rows] == [PARTITION]
    assert deliveries.unwritten() == {}
    again = Deliveries(PARTITIONS)
    again.recover({PARTITION: dict(rows[PARTITION])})
    assert again.get(INCIDENT) == place(2)
    assert again.unwritten() == {}


def test_notices_have_a_home_of_their_own():
    deliveries = Deliveries(PARTITIONS)
    deliveries.expect_notice("digest-1")
    deliveries.put("digest-1", place())
    assert [*deliveries.unwritten()] == [HOME]


def test_a_row_is_written_anew_on_request_whatever_it_is():
    deliveries = Deliveries(PARTITIONS)
    deliveries.recover({PARTITION: {INCIDENT: msgspec.json.encode(place())}})
    deliveries.rewrite(PARTITION, INCIDENT)
    deliveries.rewrite(2, "unknown")
    assert deliveries.unwritten() == {PARTITION: [(INCIDENT, msgspec.json.encode(place()))], 2: [("unknown", None)]}


def test_a_row_of_another_version_is_as_good_as_none():
    deliveries = Deliveries(PARTITIONS)
    deliveries.recover({PARTITION: {INCIDENT: b'{"channel":"C1"}', "b": msgspec.json.encode(place())}})
    assert deliveries.get(INCIDENT) is None
    assert deliveries.get("b") == place()


def test_recovering_begins_anew():
    deliveries = Deliveries(PARTITIONS)
    deliveries.put(INCIDENT, place())
    deliveries.recover({})
    assert deliveries.get(INCIDENT) is None
    assert deliveries.unwritten() == {}


def test_old_messages_are_forgotten_where_they_were_written_down():
    deliveries = Deliveries(PARTITIONS)
    old, notice = msgspec.json.encode(place()), msgspec.json.encode(Delivered("C1", "99.5", 1))
    deliveries.recover({PARTITION: {INCIDENT: old}, HOME: {"digest-1": notice}})
    deliveries.expire(1.0)
    assert deliveries.unwritten() == {}
    deliveries.expire(100.0)
    assert deliveries.get(INCIDENT) is deliveries.get("digest-1") is None
    assert deliveries.unwritten() == {PARTITION: [(INCIDENT, None)], HOME: [("digest-1", None)]}
