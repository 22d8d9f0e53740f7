from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.worker.reporting import Record, Said
from streams.worker.seals import VERSION, FoldedSeal, SealError, read_seal, write_seal

SEAL = FoldedSeal(VERSION, 17, b"engine", Said(3, (1, 0, 2)), (Record(1, b"k", b"v"),))


def test_a_seal_is_read_back_as_it_was_written():
    assert read_seal(write_seal(SEAL), end=17) == SEAL


@pytest.mark.parametrize(
    ("raw", "end", "why"),
    [
        pytest.param(write_seal(SEAL), 16, "offset 17, and the mentions end at 16", id="of another topic"),
        pytest.param(write_seal(replace(SEAL, version=VERSION + 1)), 99, "version", id="later"),
        pytest.param(msgspec.msgpack.encode([VERSION + 1, "else"]), 99, "no seal", id="of another form"),
        pytest.param(b"", 99, "no seal", id="empty"),
    ],
)
def test_a_seal_that_does_not_fit_is_refused(raw, end, why):
    with pytest.raises(SealError, match=why):
        read_seal(raw, end)


@given(st.binary(max_size=60))
def test_damage_is_refused_in_no_other_way(raw):
    with suppress(SealError):
        read_seal(raw, 99)
