import msgspec

from alerts.slack.delivery.store import Delivered
from streams.partition import partition_of
from streams.worker.deliveries import HOME, DeliveryTable

PARTITIONS = 5
INCIDENT = "0b11f5b17346a360"


class Table:
    """A compacted table that keeps what is written."""

    def __init__(self, rows=()):
        self.rows = dict(rows)
        self.written = []

    def recovered(self):
        yield from self.rows.items()

    async def write(self, partition, key, value):
        self.written.append((partition, key))
        self.rows[key] = value


def place(revision=1):
    return Delivered("C1", "1.2", revision)


async def test_what_was_put_is_known_at_once_and_written_down_once():
    table = Table()
    deliveries = DeliveryTable(table, PARTITIONS)
    deliveries.put(INCIDENT, place(1))
    deliveries.put(INCIDENT, place(2))
    assert deliveries.get(INCIDENT) == place(2)
    await deliveries.write()
    await deliveries.write()
    assert table.written == [(partition_of(INCIDENT, PARTITIONS), INCIDENT)]
    again = DeliveryTable(table, PARTITIONS)
    again.recover()
    assert again.get(INCIDENT) == place(2)


async def test_notices_have_a_home_of_their_own():
    table = Table()
    deliveries = DeliveryTable(table, PARTITIONS)
    deliveries.expect_notice("digest-1")
    deliveries.put("digest-1", place())
    await deliveries.write()
    assert table.written == [(HOME, "digest-1")]


def test_a_row_of_another_version_is_as_good_as_none():
    old = msgspec.json.encode({"channel": "C1"})
    deliveries = DeliveryTable(Table({INCIDENT: old, "b": msgspec.json.encode(place())}), PARTITIONS)
    deliveries.recover()
    assert deliveries.get(INCIDENT) is None
    assert deliveries.get("b") == place()


def test_recovering_begins_anew():
    table = Table()
    deliveries = DeliveryTable(table, PARTITIONS)
    deliveries.put(INCIDENT, place())
    deliveries.recover()
    assert deliveries.get(INCIDENT) is None
