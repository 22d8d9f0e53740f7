"""Twenty kinds of broken input, with the reason that each is to be rejected for."""

from typing import NamedTuple

from tests.integration.mentions import line, post


class Broken(NamedTuple):
    """A record's value, the reason of its rejection, and what its detail names."""

    value: bytes
    reason: str
    names: str


def _changed(**more: object) -> bytes:
    return line({**post("kapot", 0.0, "tekst"), **more})


def _without(key: str) -> bytes:
    return line({k: v for k, v in post("kapot", 0.0, "tekst").items() if k != key})


BROKEN: dict[str, Broken] = {
    "nothing": Broken(b"", "empty", "no content"),
    "blank": Broken(b"  \n", "empty", "no content"),
    "half an object": Broken(_changed()[:40], "bad_json", "truncated"),
    "no JSON": Broken(b"hallo wereld", "bad_json", "malformed"),
    "not UTF-8": Broken(_changed().replace(b"tekst", b"\xff\xfe"), "not_utf8", "UTF-8"),
    "a list": Broken(b"[1, 2]", "wrong_type", "object"),
    "no id": Broken(_without("id"), "missing_field", "id"),
    "no brand": Broken(_without("brand"), "missing_field", "brand"),
    "no author": Broken(_without("author"), "missing_field", "author"),
    "empty id": Broken(_changed(id=""), "bad_value", "id"),
    "endless id": Broken(_changed(id="x" * 10_000), "bad_value", "id"),
    "id a number": Broken(_changed(id=7), "wrong_type", "id"),
    "unknown kind": Broken(_changed(kind="poll"), "wrong_type", "allowed is post"),
    "time in words": Broken(_changed(created_at="gisteren"), "bad_time", "created_at"),
    "time without zone": Broken(_changed(created_at="2026-05-01T10:00:00"), "bad_time", "created_at"),
    "time before 1970": Broken(_changed(created_at=-5), "bad_time", "created_at"),
    "time far ahead": Broken(_changed(created_at=4_102_444_800), "in_future", "created_at"),
    "negative followers": Broken(_changed(author={"id": "a", "followers": -3}), "bad_value", "followers"),
    "counts without numbers": Broken(_changed(kind="counts"), "missing_field", "counts"),
    "negative count": Broken(_changed(kind="counts", counts={"shares": -1}), "bad_value", "counts.shares"),
    "half a megabyte": Broken(_changed(text="a" * 500_000), "too_large", "bytes"),
}
