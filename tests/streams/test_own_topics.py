"""Records of our own topics that are broken or somebody else's are found to be so, and nothing but that is raised."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.click import Click, Command, Silence
from alerts.event import Notification
from alerts.incidents import decode_state
from alerts.ledger import LedgerError
from alerts.ledger import decode as decode_entry
from alerts.slack.delivery.store import Delivered
from scoring.unreadable import UNREADABLE
from streams.order import Envelope
from streams.worker.reporting import Said
from streams.worker.rows import read_incident
from streams.worker.seals import VERSION, FoldedSeal, SealError, read_seal, write_seal
from tests.streams.ledger_samples import AT, assessed, paged

LEDGER, _, TOLD = paged()
NOTIFICATION = TOLD[0].news
INCIDENT, STATE = (msgspec.json.decode(value) for _, value in LEDGER.unwritten())
ENVELOPE = Envelope(3, AT, True, (assessed(0.9),))
READERS = {
    "envelope": (msgspec.json.Decoder(Envelope).decode, ENVELOPE),
    "click": (msgspec.json.Decoder(Command).decode, Click("b", "i", "acknowledge", "anna", AT, "1")),
    "silence": (msgspec.json.Decoder(Command).decode, Silence("b", "anna", AT, AT + 60, "bekend", "2")),
    "notification": (msgspec.json.Decoder(Notification).decode, NOTIFICATION),
    "delivered": (msgspec.json.Decoder(Delivered).decode, Delivered("C1", "1.2", 3, (1, 2), ("anna",))),
    "entry": (decode_entry, INCIDENT["entry"]),
    "incident": (read_incident, INCIDENT),
    "state": (decode_state, STATE),
}
each_reader = pytest.mark.parametrize(("read", "sample"), READERS.values(), ids=READERS)


@each_reader
def test_good_ones_are_read(read, sample):
    assert read(msgspec.json.encode(sample)) is not None


def only_unreadable(read, raw):
    try:
        read(raw)
    except (LedgerError, SealError, *UNREADABLE):
        pass


def damaged(raw, damages):
    for at, length, patch in damages:
        place = at % (len(raw) + 1)
        raw = raw[:place] + patch + raw[place + length :]
    return raw


damages_ = st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 9), st.binary(max_size=5)), max_size=3)


@each_reader
@given(damages=damages_)
def test_damaged_ones(read, sample, damages):
    only_unreadable(read, damaged(msgspec.json.encode(sample), damages))


@given(damages_)
def test_damaged_seals(damages):
    seal = write_seal(FoldedSeal(VERSION, 7, b"an engine", Said(1, (2, 3))))
    only_unreadable(lambda raw: read_seal(raw, 10), damaged(seal, damages))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@each_reader
@given(data=st.data())
def test_ones_with_a_value_of_another_kind(read, sample, data):
    """Anywhere in the record, a value is replaced or a key is left out."""
    whole = msgspec.to_builtins(sample)
    at = whole
    while True:
        key = data.draw(st.sampled_from(sorted(at)) if isinstance(at, dict) else st.integers(0, len(at) - 1))
        inner = at[key]
        if not (isinstance(inner, dict | list) and inner and data.draw(st.booleans())):
            break
        at = inner
    if isinstance(at, dict) and data.draw(st.booleans()):
        del at[key]
    else:
        at[key] = data.draw(JSON)
    only_unreadable(read, msgspec.json.encode(whole))


@each_reader
@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"channel":"\xff","brand":"\xff","now":"\xff","version":1}', id="no UTF-8"),
        pytest.param(b'{"z":' + b"[" * 100_000, id="nested beyond measure"),
        pytest.param(b'{"version":' + b"9" * 5_000 + b"}", id="a version of 5,000 digits"),
    ],
)
def test_ones_that_are_somebody_elses(read, sample, raw):
    with pytest.raises((LedgerError, SealError, *UNREADABLE)):
        read(raw)


@pytest.mark.parametrize("read", [decode_entry, decode_state], ids=["entry", "state"])
@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'{"version":1,"brand":"\xff","silences":[{"brand":"\xff"}]}', id="no UTF-8"),
        pytest.param(b'{"version":1,"z":' + b"[" * 100_000, id="nested beyond measure"),
    ],
)
def test_what_is_written_down_is_refused_in_one_way(read, raw):
    with pytest.raises(LedgerError):
        read(raw)
