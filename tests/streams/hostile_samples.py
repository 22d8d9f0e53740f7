"""Records that somebody wrote who means no good, or whose software does: what each is, and why it is refused."""

from typing import NamedTuple

from tests.streams.event_samples import NOW, raw

YEAR_S = 365 * 24 * 3600.0


class Hostile(NamedTuple):
    """A record's bytes; the reason of its rejection, None for a good mention; and what the sentence must name."""

    value: bytes
    reason: str | None = None
    names: str = ""


def put(key: str, value: bytes) -> bytes:
    """A good event but for one key, whose value is written as given."""
    return raw(**{key: ...})[:-1] + b',"' + key.encode() + b'":' + value + b"}"


def author(key: str, value: bytes) -> bytes:
    """A good event but for one key of its author."""
    return put("author", b'{"id":"a","' + key.encode() + b'":' + value + b"}")


def text(content: str | bytes) -> bytes:
    return b'"' + (content.encode() if isinstance(content, str) else content) + b'"'


SIZES = {
    "text of 250 kB": Hostile(put("text", text("x" * 250_000))),
    "text of 40,000 escapes": Hostile(put("text", text(rb"\u00e9" * 40_000))),
    "text of one letter's 80,000 accents": Hostile(put("text", text("e" + "\u0301" * 80_000))),
    "text beyond a record": Hostile(put("text", text("x" * 1_000_000)), "too_large", "bytes; at most"),
    "id of 10 kB": Hostile(put("id", text("i" * 10_000)), "bad_value", "id is 'iiii"),
    "thread of 10 kB": Hostile(put("thread_id", text("i" * 10_000)), "bad_value", "thread_id is 'iiii"),
    "parent of 10 kB": Hostile(put("parent_id", text("i" * 10_000)), "bad_value", "parent_id is 'iiii"),
    "author of 10 kB": Hostile(put("author", b'{"id":"' + b"i" * 10_000 + b'"}'), "bad_value", "author.id is 'iiii"),
    "handle of 200 kB": Hostile(author("handle", text("h" * 200_000)), "bad_value", "author.handle is 'hhhh"),
    "brand of an author of 10 kB": Hostile(author("brand", text("b" * 10_000)), "bad_value", "author.brand is 'bbbb"),
    "brand of 10 kB": Hostile(put("brand", text("b" * 10_000)), "bad_value", "brand is 'bbbb"),
    "platform of 10 kB": Hostile(put("platform", text("p" * 10_000)), "bad_value", "platform is 'pppp"),
    "language of 10 kB": Hostile(put("lang", text("l" * 10_000)), "bad_value", "lang is 'llll"),
    "kind of 200 kB": Hostile(put("kind", text("k" * 200_000)), "wrong_type", "(200000 characters)"),
    "address of 200 kB": Hostile(put("url", text("https://x/" + "u" * 200_000))),
    "key of 200 kB": Hostile(put("k" * 200_000, b"1")),
    "20,000 keys": Hostile(raw()[:-1] + b"".join(b',"k%d":1' % n for n in range(20_000)) + b"}"),
    "list of 100,000": Hostile(put("z", b"[" + b"1," * 100_000 + b"1]")),
    "spaces and nothing": Hostile(b" " * 250_000, "empty", "no content"),
    "spaces before": Hostile(b" " * 250_000 + raw()),
}
DEEP = {
    "lists in an unknown key": Hostile(put("z", b"[" * 100_000 + b"]" * 100_000), "bad_json", "too deep"),
    "objects in an unknown key": Hostile(put("z", b'{"a":' * 20_000), "bad_json", "too deep"),
    "objects in the author": Hostile(put("author", b'{"id":' * 20_000), "wrong_type", "author.id"),
    "lists in the counts": Hostile(put("counts", b"[" * 50_000), "wrong_type", "counts"),
    "lists only": Hostile(b"[" * 200_000, "wrong_type", "the record"),
}
NUMBERS = {
    "time not a number": Hostile(put("created_at", b"NaN"), "bad_json", "invalid character"),
    "time for ever": Hostile(put("created_at", b"Infinity"), "bad_json", "invalid character"),
    "time beyond a float": Hostile(put("created_at", b"1e400"), "bad_time", "created_at is 1e400"),
    "time long ago beyond a float": Hostile(put("created_at", b"-1e400"), "bad_time", "created_at is -1e400"),
    "time of 200,000 digits": Hostile(put("created_at", b"9" * 200_000), "bad_time", "created_at"),
    "time of 200,000 decimals": Hostile(put("created_at", b"1." + b"9" * 200_000)),
    "time too small for a float": Hostile(put("created_at", b"1e-400")),
    "minus nothing": Hostile(put("created_at", b"-0.0")),
    "just before 1970": Hostile(put("created_at", b"-1e-9"), "bad_time", "created_at is -1e-09"),
    "a year ahead": Hostile(put("created_at", b"%f" % (NOW + YEAR_S)), "in_future", "created_at is 1731536000.0"),
    "time as a string": Hostile(put("created_at", b'"1700000000"'), "bad_time", "created_at is '1700000000'"),
    "date of 200 kB": Hostile(put("created_at", text("2" * 200_000)), "bad_time", "created_at is '2222"),
    "the first year, east of here": Hostile(
        put("created_at", b'"0001-01-01T00:00:00+23:59"'), "bad_time", "created_at is -621"
    ),
    "the last year, west of here": Hostile(
        put("created_at", b'"9999-12-31T23:59:59-23:59"'), "in_future", "created_at is 2534"
    ),
    "a leap second": Hostile(put("created_at", b'"2016-12-31T23:59:60Z"'), "bad_time", "2016-12-31T23:59:60Z"),
    "Arabic digits": Hostile(put("created_at", text("٢٠٢٣-11-14T22:13:20Z")), "bad_time", "created_at is"),
    "10**30 followers": Hostile(author("followers", b"1" + b"0" * 30), "bad_value", "author.followers is 1000"),
    "400 digits of followers": Hostile(author("followers", b"9" * 400), "bad_value", "(400 digits)"),
    "200,000 digits of followers": Hostile(author("followers", b"9" * 200_000), "wrong_type", "author.followers"),
    "1e400 followers": Hostile(author("followers", b"1e400"), "wrong_type", "author.followers is 1e400"),
    "1e5 followers": Hostile(author("followers", b"1e5"), "wrong_type", "author.followers is 1e5"),
    "negative followers": Hostile(author("followers", b"-1"), "bad_value", "author.followers is -1"),
    "followers as a string": Hostile(author("followers", b'"12"'), "wrong_type", "author.followers is '12'"),
    "followers yes": Hostile(author("followers", b"true"), "wrong_type", "author.followers is true"),
    "verified 1": Hostile(author("verified", b"1"), "wrong_type", "author.verified is 1; allowed is true or false"),
    "negative shares": Hostile(put("counts", b'{"shares":-1}'), "bad_value", "counts.shares is -1"),
    "views beyond a float": Hostile(put("counts", b'{"views":1e999}'), "wrong_type", "counts.views is 1e999"),
}
CHARACTERS = {
    "byte order mark": Hostile(b"\xef\xbb\xbf" + raw(), "bad_json", "byte order mark"),
    "UTF-16": Hostile(raw().decode().encode("utf-16"), "bad_json", "no JSON"),
    "half an escape": Hostile(put("text", text(rb"\u")), "bad_json", "no JSON"),
    "upper half of a pair": Hostile(put("text", text(rb"\ud83d")), "bad_json", "no JSON"),
    "lower half of a pair": Hostile(put("text", text(rb"\ude00")), "bad_json", "surrogate"),
    "halves the wrong way round": Hostile(put("id", text(rb"\ude00\ud83d")), "bad_json", "surrogate"),
    "half a pair in UTF-8": Hostile(put("text", text(b"\xed\xa0\xbd")), "not_utf8", "UTF-8"),
    "overlong null": Hostile(put("text", text(b"\xc0\x80")), "not_utf8", "UTF-8"),
    "null byte": Hostile(put("id", text(b"\x00")), "bad_json", "invalid character"),
    "null in a text": Hostile(put("text", text(rb"a\u0000b"))),
    "text that writes backwards": Hostile(put("text", text("\u202eb\u2066a"))),
    "null in an id": Hostile(put("id", text(rb"\u0000")), "bad_value", r"id is '\x00'; allowed is text"),
    "seal of a changelog as a thread": Hostile(put("thread_id", text(rb"\u0000seal")), "bad_value", "thread_id is"),
    "newline in a parent": Hostile(put("parent_id", text(rb"a\nb")), "bad_value", r"parent_id is 'a\nb'"),
    "key of a ledger as a brand": Hostile(put("brand", text(rb"acme\u001ft1")), "bad_value", r"brand is 'acme\x1ft1'"),
    "escape codes in a platform": Hostile(put("platform", text(rb"\u001b[2J")), "bad_value", "platform is"),
    "C1 in a handle": Hostile(author("handle", text(rb"\u009b2J")), "bad_value", "author.handle is"),
    "emoji, joined": Hostile(put("id", text("👩\u200d👩\u200d👧")), None),
    "no-break space in a brand": Hostile(put("brand", text("a\u00a0b")), None),
}
SHAPES = {
    "null": Hostile(b"null", "wrong_type", "the record is null; allowed is an object"),
    "a bare string": Hostile(b'"' + b"x" * 100_000 + b'"', "wrong_type", "the record is 'xxxx"),
    "an id twice, the last holds": Hostile(raw()[:-1] + b',"id":"second"}'),
    "an id twice, once wrong": Hostile(b'{"id":5,' + raw()[1:], "wrong_type", "id is"),
    "an author twice, once wrong": Hostile(
        b'{"author":{"id":5},' + raw(author=...)[1:-1] + b',"author":"x"}', "wrong_type", "author.id"
    ),
    "wrong, and then no JSON": Hostile(b'{"id":5,' + b"\xff" * 20, "wrong_type", "id"),
    "a kind that ends like a message": Hostile(
        put("kind", text("x - at `$.created_at`")), "wrong_type", "kind is 'x - at `$.created_at`'"
    ),
    "a kind that lacks a field": Hostile(
        put("kind", text("Object missing required field `id`")), "wrong_type", "kind is 'Object"
    ),
    "author is a list": Hostile(put("author", b"[]"), "wrong_type", "author is a list; allowed is an object"),
    "its own parent": Hostile(raw(id="1", parent_id="1", kind="reply")),
    "its own thread's parent": Hostile(raw(id="2", thread_id="1", parent_id="2", kind="share")),
    "a parent without a name": Hostile(raw(id="2", parent_id="", kind="reply")),
}
HOSTILE = {
    f"{group}: {name}": one
    for group, records in {
        "sizes": SIZES,
        "deep": DEEP,
        "numbers": NUMBERS,
        "characters": CHARACTERS,
        "shapes": SHAPES,
    }.items()
    for name, one in records.items()
}
