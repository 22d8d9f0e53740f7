"""What a run leaves behind, as files that can be compared: sorted, and without what may differ."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import msgspec
from kafka import KafkaConsumer, TopicPartition

from alerts.event import Notification
from alerts.incidents import decode_state, encode_state
from streams.changelog.reading import Reading
from streams.changelog.records import mark_in
from streams.desk import Desk
from streams.topics import lag
from streams.worker.ledger import PartitionLedger
from streams.worker.rows import is_brand, read_incident

_notification = msgspec.json.Decoder(Notification)
_decode = msgspec.json.decode
READ_MS = 500


class Record(NamedTuple):
    """A record of a topic."""

    partition: int
    offset: int
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


def read_topic(bootstrap: str, topic: str) -> Iterator[Record]:
    """All records of a topic, partition by partition, in order."""
    ends = {number: part.end for number, part in lag(bootstrap, f"{topic}.read", topic).items()}
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest", enable_auto_commit=False
    )
    try:
        for number, end in sorted(ends.items()):
            part = TopicPartition(topic, number)
            consumer.assign([part])
            consumer.seek_to_beginning(part)
            while consumer.position(part) < end:
                for records in consumer.poll(timeout_ms=READ_MS).values():
                    for one in records:
                        yield Record(number, one.offset, one.key or b"", one.value, tuple(one.headers))
    finally:
        consumer.close()


class Alerts(NamedTuple):
    """The notifications of a run: one for each revision of each incident.

    `repeats` were sent more than once with the same content, `contradictions` with another.
    """

    told: list[Notification]
    lines: list[bytes]
    repeats: int
    contradictions: list[str]


def alerts(bootstrap: str, topic: str) -> Alerts:
    """Read what people were to be told."""
    found: dict[tuple[str, int], bytes] = {}
    repeats, contradictions = 0, []
    for record in read_topic(bootstrap, topic):
        value = record.value or b""
        one = _notification.decode(value)
        name = (one.alert.incident_id, one.revision)
        if name in found:
            repeats += 1
            if found[name] != value:
                contradictions.append(f"incident {name[0]} has two revisions {name[1]}")
        found.setdefault(name, value)
    lines = [found[name] for name in sorted(found)]
    told = sorted(map(_notification.decode, lines), key=lambda n: (n.alert.at, n.alert.incident_id, n.revision))
    return Alerts(told, lines, repeats, contradictions)


def incidents(bootstrap: str, topic: str, desk: Desk, now: float) -> list[bytes]:
    """The ledger as whoever takes over would go on with it: incidents, and what is remembered of each brand.

    Time that passes is not worth a row as long as nothing comes of it, so rows are of different times: it passes here.
    How late it was for a brand when something last fell due is left out: it depends on when somebody looked.
    """
    rows = state(bootstrap, topic).items()
    ledger = PartitionLedger(
        desk,
        [(key, read_incident(value)) for key, value in rows if not is_brand(key)],
        [(key, decode_state(value)) for key, value in rows if is_brand(key)],
    )
    late = ledger.advance(now).told
    lines = [{"row": "unsent", "number": len(ledger.unsent()), "late": len(late)}]
    lines += [{"row": entry.incident_id, "entry": entry} for entry in ledger.entries()]
    for brand, known in ledger.states().items():
        remembered = _decode(encode_state(known))
        del remembered["now"]
        lines.append({"row": brand, "state": remembered})
    return [msgspec.json.encode(line, order="sorted") for line in sorted(lines, key=itemgetter("row"))]


def threads(bootstrap: str, topic: str) -> list[bytes]:
    """The threads as they are written down at the end: bytes, so only their hashes tell whether they are alike."""
    rows = state(bootstrap, topic)
    return [
        msgspec.json.encode({"thread": key, "bytes": len(rows[key]), "hash": _hash(rows[key])}) for key in sorted(rows)
    ]


def state(bootstrap: str, topic: str) -> dict[str, bytes]:
    """What is valid in a changelog, by key; nothing that somebody wrote who was not in charge any more."""
    parts: dict[int, Reading] = defaultdict(Reading)
    for one in read_topic(bootstrap, topic):
        parts[one.partition].feed(one.offset, one.key, one.value, mark_in(one.headers))
    return {key: value for part in parts.values() for key, value in part.result().rows.items()}


def write(path: Path, lines: list[bytes]) -> None:
    """Write lines."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _hash(value: bytes) -> str:
    return hashlib.blake2b(value, digest_size=16).hexdigest()
