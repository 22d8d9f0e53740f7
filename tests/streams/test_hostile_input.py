"""Whatever comes in is a mention or a dead letter that says why; nothing raises, nothing takes long."""

import json
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scoring.mention import Mention
from streams.decode import MAX_BYTES, MAX_TEXT, MAX_URL, Rejection, decode
from tests.streams.event_samples import NOW, event, raw
from tests.streams.hostile_samples import HOSTILE
from tests.streams.sound import sound

SLOW_S = 0.25
"""CPU time, more than ten times what the slowest record takes."""


@pytest.mark.parametrize("one", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_record_is_a_mention_or_a_dead_letter_that_says_why(one):
    began = time.process_time()
    decoded = sound(decode(one.value, NOW))
    assert time.process_time() - began < SLOW_S
    if one.reason is None:
        assert isinstance(decoded, Mention), decoded
    else:
        assert isinstance(decoded, Rejection)
        assert decoded.reason == one.reason, decoded.detail
        assert one.names in decoded.detail


def test_what_nobody_can_use_of_a_mention_is_cut_off():
    decoded = decode(raw(text="é" * 40_000, url="https://x/" + "u" * MAX_URL), NOW)
    assert decoded.text == "é" * MAX_TEXT
    assert decoded.url is None


PIECES = {
    "an opening": b"[",
    "an object": b'{"id":',
    "an escape": rb"\u0000",
    "a surrogate": rb"\ud83d\ude00",
    "a quote": rb"\"",
    "a digit": b"9",
    "a space": b" ",
    "msgspec's own words": b" - at `$.created_at`",
    "three bytes": "…".encode(),
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
@pytest.mark.parametrize("key", ["id", "kind", "created_at", "author", "counts", "text", "z"])
@pytest.mark.parametrize("quoted", [pytest.param(b'"', id="text"), pytest.param(b"", id="bare")])
def test_time_grows_with_the_bytes_and_not_with_their_square(piece, key, quoted):
    value = quoted + piece * ((MAX_BYTES - 1_000) // len(piece)) + quoted
    record = raw(**{key: ...})[:-1] + b',"' + key.encode() + b'":' + value + b"}"
    began = time.process_time()
    sound(decode(record, NOW))
    assert time.process_time() - began < SLOW_S


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["2023-11-14T22:13:20Z", "post", "counts", "\x1f", "$.created_at", " - at `$.id`"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "followers", "shares", "brand", "z"]) | st.text(max_size=8), inner)
    ),
    max_leaves=8,
)
KEYS = [*event(), "parent_id", "counts", "lang", "url", "z"]
SEEDS = [raw(), *(one.value for one in HOSTILE.values() if len(one.value) < 1_000)]


@given(st.binary(max_size=300))
def test_no_bytes_raise(record):
    assert isinstance(sound(decode(record, NOW)), Rejection)


@given(JSON)
def test_no_json_of_another_shape_raises(value):
    decoded = sound(decode(json.dumps(value).encode(), NOW))
    assert isinstance(decoded, Rejection)


@given(st.lists(st.tuples(st.sampled_from(KEYS), JSON), max_size=5), st.booleans())
def test_no_value_under_any_key_raises_even_twice(members, whole):
    """Keys may be there twice: the last one holds, but the first wrong one is what is found."""
    written = b",".join(b"%s:%s" % (json.dumps(key).encode(), json.dumps(value).encode()) for key, value in members)
    record = b"{%s}" % b",".join(part for part in (raw()[1:-1] if whole else b"", written) if part)
    sound(decode(record, NOW))


@settings(suppress_health_check=[HealthCheck.too_slow])
@example(SEEDS[0], [(0, 0, b"\xef\xbb\xbf")])
@given(
    st.sampled_from(SEEDS),
    st.lists(
        st.tuples(
            st.integers(0, 999), st.integers(0, 8), st.binary(max_size=4) | st.sampled_from([b'"', b"\\u", b"{", b"e9"])
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_no_damaged_record_raises(record, damages):
    for at, length, patch in damages:
        place = at % (len(record) + 1)
        record = record[:place] + patch + record[place + length :]
    sound(decode(record, NOW))
