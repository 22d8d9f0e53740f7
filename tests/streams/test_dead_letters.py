"""What is written to the topic `mentions.rejected`."""

import base64
from typing import NamedTuple

import msgspec
import pytest
from faust.types import TP
from prometheus_client import generate_latest
from structlog.testing import capture_logs

from streams.decode import decode
from streams.metrics import Metrics
from streams.rejection import Rejection
from streams.worker.dead_letters import KEPT, DeadLetters
from tests.streams.event_samples import NOW
from tests.streams.hostile_samples import HOSTILE

MENTIONS = TP("mentions", 3)
BROKER_TAKES = 1_000_000
"""What a Kafka broker takes of one record unless told otherwise, less what goes with it."""


class Record(NamedTuple):
    offset: int
    value: bytes | None
    key: bytes | None = b"t1"
    timestamp: int = 0


def rejected(value):
    (letter,) = DeadLetters(MENTIONS, 1, Metrics()).write([(Record(7, value), Rejection("bad_json", "no JSON"))], NOW)
    return letter


def test_a_letter_says_why_and_where_and_keeps_the_record():
    letter = rejected(b'{"id":')
    assert letter.key == b"t1"
    assert msgspec.json.decode(letter.value) == {
        "reason": "bad_json",
        "detail": "no JSON",
        "topic": "mentions",
        "partition": 3,
        "offset": 7,
        "raw": '{"id":',
    }


def test_where_nothing_may_be_kept_of_what_people_wrote_it_says_why_and_where():
    letters = DeadLetters(MENTIONS, 1, Metrics(), raw=False)
    (letter,) = letters.write([(Record(7, b"kim is slecht"), Rejection("bad_json", "kim is slecht"))], NOW)
    assert letter.key is None
    assert msgspec.json.decode(letter.value) == {
        "reason": "bad_json",
        "topic": "mentions",
        "partition": 3,
        "offset": 7,
    }


def test_what_is_no_text_goes_as_base64():
    letter = msgspec.json.decode(rejected(b"\xff\xfe").value)
    assert base64.b64decode(letter["raw_base64"]) == b"\xff\xfe"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param(b"x" * 5_000_000, "x" * KEPT, id="letters"),
        pytest.param(b"x" + "é".encode() * KEPT, "x" + "é" * ((KEPT - 1) // 2), id="cut within a character"),
    ],
)
def test_a_long_record_is_cut_and_its_size_told(value, kept):
    letter = msgspec.json.decode(rejected(value).value)
    assert letter["raw"] == kept
    assert letter["cut_from_bytes"] == len(value)


@pytest.mark.parametrize(
    "value",
    [
        *(pytest.param(one.value, id=name) for name, one in HOSTILE.items() if one.reason is not None),
        pytest.param(b"\x00" * 900_000, id="control characters, sixfold in JSON"),
        pytest.param(b"\xff" * 900_000, id="no text"),
        pytest.param(b'"' * 900_000, id="quotes"),
    ],
)
def test_no_letter_is_more_than_a_broker_takes(value):
    rejection = decode(value, NOW)
    (letter,) = DeadLetters(MENTIONS, 1, Metrics()).write([(Record(1, value, b"k" * 900_000), rejection)], NOW)
    assert len(letter.value) + len(letter.key) < BROKER_TAKES
    assert msgspec.json.decode(letter.value)["reason"] == rejection.reason


def flood(letters, number, now, first=0):
    rejections = [Rejection("bad_json" if n % 3 else "empty", "x") for n in range(number)]
    return letters.write([(Record(first + 2 * n, b"x"), each) for n, each in enumerate(rejections)], now)


def test_beyond_the_bound_one_letter_stands_for_many_and_everybody_is_told():
    metrics = Metrics()
    with capture_logs() as logs:
        letters = DeadLetters(MENTIONS, 10, metrics)
        assert letters.rest(NOW) == []
        assert len(flood(letters, 1_000, NOW)) == 10
        assert len(flood(letters, 500, NOW + 1, first=2_000)) == 0
        (rest,) = letters.rest(NOW + 5)
        assert letters.rest(NOW + 10) == []
    told = msgspec.json.decode(rest.value)
    assert told.pop("detail").startswith("1490 bad records between offsets 20 and 2998 got no letter of their own")
    assert told == {
        "reason": "withheld",
        "topic": "mentions",
        "partition": 3,
        "from_offset": 20,
        "to_offset": 2_998,
        "withheld": 1_490,
        "reasons": {"bad_json": 993, "empty": 497},
    }
    assert [log["log_level"] for log in logs] == ["error"], "once"
    counted = generate_latest(metrics.registry).decode()
    assert 'brandmelder_rejected_events_total{reason="bad_json"} 999.0' in counted
    assert 'brandmelder_withheld_dead_letters_total{reason="bad_json"} 993.0' in counted
    assert 'brandmelder_dead_letters_withheld_now{partition="3"} 1.0' in counted


def test_when_it_is_over_that_is_told_too():
    metrics = Metrics()
    letters = DeadLetters(MENTIONS, 10, metrics)
    flood(letters, 1_000, NOW)
    with capture_logs() as logs:
        letters.rest(NOW + 120)
        assert len(flood(letters, 3, NOW + 121)) == 3
    assert [log["log_level"] for log in logs] == ["warning"]
    assert 'brandmelder_dead_letters_withheld_now{partition="3"} 0.0' in generate_latest(metrics.registry).decode()
    letters.close()
    assert 'partition="3"' not in generate_latest(metrics.registry).decode()
