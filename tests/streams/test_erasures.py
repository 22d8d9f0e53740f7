from dataclasses import dataclass

import pytest
from ledger_samples import DESK, apply, assessed
from typer.testing import CliRunner

from alerts.redaction import said_without
from scoring.complaint import Complaint
from streams.cli.main import app
from streams.erasures import IncidentsErased, Tally, ThreadsErased, erasure_of, read, write
from streams.order import LIVE, Envelope, OrderBuffer
from streams.worker.ledger import PartitionLedger

KIM = erasure_of("wish", 5.0, ["77", "kim"])


def answers(partitions):
    yield from (ThreadsErased("wish", partition, 1) for partition in range(partitions))
    for source in range(partitions):
        for partition in range(partitions):
            yield IncidentsErased("wish", source, partition, 1, 1, 2, 0)


def test_a_wish_does_not_say_whose_it_is():
    raw = write(KIM)
    assert b"kim" not in raw
    assert b"77" not in raw
    assert read(raw) == KIM
    assert ("kim" in KIM.people, "anna" in KIM.people) == (True, False)


@pytest.mark.parametrize("record", [*answers(1), KIM], ids=lambda record: type(record).__name__)
def test_what_is_written_is_read_back(record):
    assert read(write(record)) == record


@pytest.mark.parametrize("raw", [b"", b"{", b'{"type":"other"}', b"\xff", b"[]"])
def test_what_is_no_record_is_none(raw):
    assert read(raw) is None


def test_a_tally_is_complete_when_every_partition_has_answered_behind_every_source():
    tally = Tally("wish", 3)
    every = [*answers(3)]
    for record in [
        *every,
        *every,
        KIM,
        None,
        ThreadsErased("another", 0, 9),
        IncidentsErased("wish", 7, 0, 1, 1, 1, 1),
    ]:
        tally.add(record)
    assert (tally.left, tally.answered, tally.expected) == (0, 12, 12)
    assert (tally.threads, tally.incidents, tally.open, tally.texts, tally.waiting) == (3, 9, 9, 18, 0)
    late = Tally("wish", 3)
    for record in every[:-1]:
        late.add(record)
    assert late.left == 1


def test_what_waits_is_changed_and_stays_in_its_place():
    buffer = OrderBuffer(1, LIVE, 0.0)
    complaints = tuple(
        Complaint(f"t{n}", "b", 9.0 - n, 0.9, "x", "kim" if n == 1 else "anna", "slecht") for n in (1, 2)
    )
    buffer.take(0, Envelope(0, 20.0, complaints=complaints), complaints, 0.0)
    assert buffer.change(lambda item: said_without(item, KIM.people)) == 1
    released = [item for _, item in buffer.release(1.0)]
    assert [(item.thread_id, item.author, item.excerpt) for item in released] == [
        ("t2", "anna", "slecht"),
        ("t1", "", ""),
    ]


def test_a_partition_forgets_and_tells_of_it_once():
    ledger = PartitionLedger(DESK)
    told = apply(ledger, assessed(0.9)).told
    for each in told:
        ledger.sent(each)
    apply(ledger, assessed(0.9, thread="u", brand="c"), offset=1)
    ledger.unwritten()
    done, texts = ledger.erase(KIM.people)
    assert [outcome.decision.cause for outcome in done.outcomes] == ["erased", "erased"]
    assert ([each.news.notifies for each in done.told], texts) == ([False, False], 0)
    rows = dict(ledger.unwritten())
    assert b"slecht van t" not in rows["b\x1ft"]
    assert ledger.erase(KIM.people) == (([], [], 0), 0)
    assert not ledger.changed


@dataclass
class Refused:
    arguments: list
    said: str


@pytest.mark.parametrize(
    "wrong",
    [
        Refused(["@"], "AUTHOR is empty; allowed are ids and handles of one person"),
        Refused(["@Acme", "--desk", "DESK"], "AUTHOR is an account of a brand in the desk file; allowed are people"),
    ],
    ids=["nobody", "the brand"],
)
def test_only_people_are_forgotten(wrong, tmp_path):
    desk = tmp_path / "desk.toml"
    desk.write_text('[brands.acme.accounts]\nx = ["acme"]\n')
    ran = CliRunner().invoke(app, ["forget", *[str(desk) if one == "DESK" else one for one in wrong.arguments]])
    assert str(ran.exception) == wrong.said
