"""One strict reader: what a line may be, and what is said of one that is not."""

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.cascades import Cascade, CascadeError, read_as, read_cascades
from scoring.forecast.batch import Truncated

GOOD = {"id": "c", "root_time": 1e9, "root_followers": 3, "events": [[0.0, None, -1, "share"], [60, 7, 0, "reply"]]}


def with_event(*event):
    return GOOD | {"events": [[0.0, None, -1, "share"], list(event)]}


BAD = {
    "no id": ({"events": []}, "`id`"),
    "empty id": (GOOD | {"id": ""}, "length >= 1"),
    "no events": ({"id": "c"}, "`events`"),
    "unknown kind": (with_event(1.0, None, -1, "like"), "'like'.*allowed are share, reply, quote"),
    "negative time": (with_event(-1.0, None, -1, "share"), ">= 0"),
    "time that is no number": (with_event("soon", None, -1, "share"), "float"),
    "negative root time": (GOOD | {"root_time": -1.0}, ">= 0"),
    "negative followers": (with_event(1.0, -5, -1, "share"), ">= 0"),
    "negative followers of the root": (GOOD | {"root_followers": -5}, ">= 0"),
    "parent before the root": (with_event(1.0, None, -2, "share"), ">= -1"),
    "own parent": (with_event(1.0, None, 1, "share"), "event 1 has parent_index 1; allowed are -1"),
    "parent to come": (with_event(1.0, None, 7, "share"), "event 1 has parent_index 7; allowed are -1"),
    "out of order": (
        GOOD | {"events": [[9.0, None, -1, "share"], [3.0, None, -1, "share"]]},
        r"event 1 is at t = 3\.0.*time order",
    ),
}


@pytest.mark.parametrize("kind", [Cascade, Truncated], ids=["whole", "truncated"])
@pytest.mark.parametrize(("bad", "message"), BAD.values(), ids=BAD)
def test_a_bad_line_is_named_with_what_is_allowed(tmp_path, kind, bad, message):
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(one | {"observed_at": 99.0}) + "\n" for one in (GOOD, bad)))
    with pytest.raises(CascadeError, match=rf"set\.jsonl, line 2: .*{message}"):
        list(read_as(path, kind))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_times_are_finite(tmp_path, number):
    path = tmp_path / "set.jsonl"
    path.write_text(f'{{"id":"c","events":[[{number},null,-1,"share"]]}}\n')
    with pytest.raises(CascadeError, match=r"set\.jsonl, line 1: "):
        list(read_cascades(path))


@st.composite
def cascades(draw):
    times = sorted(draw(st.lists(st.floats(0, 1e7), max_size=8)))
    people = st.none() | st.integers(0, 10**8)
    kinds = st.sampled_from(["share", "reply", "quote"])
    events = [(t, draw(people), draw(st.none() | st.integers(-1, i - 1)), draw(kinds)) for i, t in enumerate(times)]
    return Cascade(draw(st.text(min_size=1, max_size=5)), events, draw(st.none() | st.floats(0, 2e9)), draw(people))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(cascades(), max_size=4))
def test_what_is_written_is_read(tmp_path, written):
    path = tmp_path / "set.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in written))
    assert list(read_cascades(path)) == written


def test_progress_ends_at_the_end_of_the_file(tmp_path):
    path, seen = tmp_path / "set.jsonl", []
    path.write_text(f"{json.dumps(GOOD)}\n" * 3)
    list(read_cascades(path, seen.append))
    assert len(seen) == 3
    assert seen[-1] == path.stat().st_size
