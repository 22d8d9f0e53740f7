import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.mention import Author, Counts, Mention
from streams.decode import DAY_S, MAX_BYTES, REASONS, Rejection, decode
from streams.rejection import MAX_ID
from tests.streams.event_samples import NOW, event, raw

COUNTS = {"kind": "counts", "author": ..., "counts": {"shares": 5}}

REJECTED = {
    "a tombstone": (None, "empty", "no content"),
    "nothing": (b"", "empty", "no content"),
    "blanks": (b" \r\n", "empty", "no content"),
    "Latin-1": (raw(text="x").replace(b'"x"', b'"\xe9"', 1), "not_utf8", "UTF-8"),
    "half a record": (raw()[:-9], "bad_json", "truncated"),
    "two records": (raw() + raw(), "bad_json", "trailing"),
    "half a surrogate pair": (raw(text=...)[:-1] + b',"text":"\\ud800\\u0020"}', "bad_json", "malformed"),
    "nested beyond measure": (raw()[:-1] + b',"z":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "bad_json", "too deep"),
    "a list": (b"[]", "wrong_type", "the record is a list; allowed is an object"),
    "a number": (b"7", "wrong_type", "the record is 7; allowed is an object"),
    "no id": (raw(id=...), "missing_field", "id is missing; allowed is text of 1 to 512 characters"),
    "no brand": (raw(brand=...), "missing_field", "brand is missing; allowed is text of 1 to 64 characters"),
    "no time": (raw(created_at=...), "missing_field", "created_at is missing; allowed is epoch seconds"),
    "no author": (raw(author=...), "missing_field", "author is missing; a post must have it"),
    "author without id": (raw(author={}), "missing_field", "author.id is missing"),
    "counts without counts": (raw(kind="counts"), "missing_field", "counts is missing"),
    "a numeric id": (raw(id=5), "wrong_type", "id is 5; allowed is text of 1 to 512 characters"),
    "unknown kind": (raw(kind="retweet"), "wrong_type", "kind is 'retweet'; allowed is post, reply, share"),
    "kind that looks like a time": (raw(kind="$.created_at"), "wrong_type", "allowed is post"),
    "kind that looks like a lack": (raw(kind="missing required field"), "wrong_type", "allowed is post"),
    "followers in words": (
        raw(author={"id": "a", "followers": "many"}),
        "wrong_type",
        "author.followers is 'many'; allowed",
    ),
    "half a follower": (raw(author={"id": "a", "followers": 1.5}), "wrong_type", "author.followers is 1.5; allowed"),
    "huge share count": (raw(**COUNTS | {"counts": {"shares": 10**30}}), "bad_value", "counts.shares is 1000"),
    "empty id": (raw(id=""), "bad_value", "id is ''; allowed is text of 1 to 512 characters"),
    "empty thread": (raw(thread_id=""), "bad_value", "thread_id is ''"),
    "empty author": (raw(author={"id": ""}), "bad_value", "author.id is ''"),
    "long id": (raw(id="i" * (MAX_ID + 1)), "bad_value", "(513 characters)"),
    "long parent": (raw(parent_id="i" * (MAX_ID + 1)), "bad_value", "parent_id"),
    "long brand": (raw(brand="b" * 65), "bad_value", "brand is 'bbbb"),
    "no platform": (raw(platform=""), "bad_value", "platform is ''"),
    "negative followers": (
        raw(author={"id": "a", "followers": -1}),
        "bad_value",
        "author.followers is -1; allowed is a whole number from 0",
    ),
    "negative count": (raw(**COUNTS | {"counts": {"likes": -3}}), "bad_value", "counts.likes is -3"),
    "count beyond a float": (raw(**COUNTS | {"counts": {"views": 2**53}}), "bad_value", "counts.views"),
    "time before 1970": (raw(created_at=-1), "bad_time", "created_at is -1.0; allowed is epoch seconds since 1970"),
    "time in words": (raw(created_at="yesterday"), "bad_time", "created_at is 'yesterday'; allowed"),
    "time without a zone": (raw(created_at="2023-11-14T22:13:20"), "bad_time", "with a zone"),
    "thirteenth month": (raw(created_at="2023-13-14T22:13:20Z"), "bad_time", "2023-13-14T22:13:20Z"),
    "no time at all": (raw(created_at=None), "bad_time", "created_at is null"),
    "a true time": (raw(created_at=True), "bad_time", "created_at is true"),
    "more than a day ahead": (raw(created_at=NOW + DAY_S + 1), "in_future", "more than a day ahead"),
    "milliseconds": (raw(created_at=NOW * 1000), "in_future", "more than a day ahead"),
    "too large": (raw(text="x" * MAX_BYTES), "too_large", f"at most {MAX_BYTES}"),
}


@pytest.mark.parametrize(("record", "reason", "detail"), REJECTED.values(), ids=REJECTED)
def test_a_bad_record_is_rejected_with_its_reason(record, reason, detail):
    rejection = decode(record, NOW)
    assert isinstance(rejection, Rejection)
    assert rejection.reason == reason
    assert detail in rejection.detail


def test_every_reason_there_is_has_an_example():
    assert {reason for _, reason, _ in REJECTED.values()} == set(REASONS)


ACCEPTED = {
    "the least": (
        event(author={"id": "a"}, text=...),
        Mention("1", "1", "post", NOW, "x", "b", Author("a")),
    ),
    "an offset": (event(created_at="2023-11-14T23:13:20+01:00"), None),
    "zulu": (event(created_at="2023-11-14T22:13:20Z"), None),
    "fractions of a second": (event(created_at="2023-11-14T22:13:20.000Z"), None),
    "a whole number": (event(created_at=int(NOW)), None),
    "unknown fields": (event(mood="sour", author={"id": "kim", "handle": "kim", "followers": 10, "x": [1]}), None),
    "nulls": (event(parent_id=None, lang=None, url=None), None),
    "counts": (event(**COUNTS), Mention("1", "1", "counts", NOW, "x", "b", text="slecht", counts=Counts(shares=5))),
    "a day ahead": (event(created_at=NOW + DAY_S), None),
}


@pytest.mark.parametrize(("record", "mention"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_good_record_is_a_mention(record, mention):
    decoded = decode(json.dumps(record).encode(), NOW)
    expected = Mention("1", "1", "post", NOW, "x", "b", Author("kim", "kim", 10), text="slecht")
    if record["created_at"] == NOW + DAY_S:
        expected.created_at += DAY_S
    assert decoded == (mention or expected)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
AUTHORS = st.builds(
    Author, NAMES, st.none() | NAMES, st.none() | st.integers(0, 2**50), st.booleans(), st.none() | NAMES
)
TOTALS = st.none() | st.integers(0, 2**50)
MENTIONS = st.builds(
    Mention,
    id=NAMES,
    thread_id=NAMES,
    kind=st.sampled_from(["post", "reply", "share", "quote"]),
    created_at=st.floats(0, NOW),
    platform=NAMES,
    brand=NAMES,
    author=AUTHORS,
    parent_id=st.none() | NAMES,
    text=st.none() | NAMES,
    lang=st.none() | NAMES,
    url=st.none() | NAMES,
) | st.builds(
    Mention,
    id=NAMES,
    thread_id=NAMES,
    kind=st.just("counts"),
    created_at=st.floats(0, NOW),
    platform=NAMES,
    brand=NAMES,
    counts=st.builds(Counts, TOTALS, TOTALS, TOTALS, TOTALS),
)


@given(MENTIONS)
def test_a_mention_is_read_back_as_it_was_written(mention):
    assert decode(msgspec.json.encode(mention), NOW) == mention


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.binary(max_size=200))
def test_no_bytes_raise(record):
    assert isinstance(decode(record, NOW), Rejection)


@given(st.dictionaries(st.sampled_from([*event(), "parent_id", "counts", "lang", "url"]), JSON, max_size=4))
def test_no_field_of_any_kind_raises(changes):
    decoded = decode(raw(**changes), NOW)
    assert isinstance(decoded, Mention) or decoded.reason in REASONS


@given(st.integers(0, 300), st.binary(min_size=1, max_size=3))
def test_no_damaged_record_raises(at, damage):
    record = raw()
    at %= len(record)
    decoded = decode(record[:at] + damage + record[at + len(damage) :], NOW)
    assert isinstance(decoded, Mention | Rejection)
