import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.cascades import Cascade, CascadeError, CascadeFold, read_cascades
from scoring.forecast.batch import DAY_S, Truncated, forecast_file, outlooks

KEYS = ["id", "observed_at", "p_double", "expected_final", "low", "high", "p_reach"]


def line(name="c", n=30, observed_at=900.0, **extra):
    events = [[20.0 * (i + 1), 100, -1, "share"] for i in range(n)]
    return json.dumps(
        {
            "id": name,
            "observed_at": observed_at,
            "root_time": None,
            "root_followers": 9,
            "events": events,
            **extra,
        }
    )


def forecast(tmp_path, forecaster, *lines, name="in.jsonl"):
    source, out = tmp_path / name, tmp_path / "out.jsonl"
    raw = "\n".join(lines).encode()
    source.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    assert forecast_file(source, out, forecaster) == len(out.read_bytes().splitlines())
    return [json.loads(answer) for answer in out.read_bytes().splitlines()]


@pytest.mark.parametrize("name", ["in.jsonl", "in.jsonl.gz"])
def test_each_line_is_answered_in_the_form_of_the_contract(tmp_path, forecaster, name):
    answers = forecast(tmp_path, forecaster, line("a"), "", line("b", n=0, observed_at=60.0), name=name)
    assert [answer["id"] for answer in answers] == ["a", "b"]
    for answer in answers:
        assert list(answer) == KEYS
        assert {"100", "500", "1000"} <= set(answer["p_reach"])


def test_more_lines_than_a_batch_are_all_answered(tmp_path, forecaster):
    answers = forecast(tmp_path, forecaster, *(line(f"c{i}", n=2) for i in range(600)))
    assert [answer["id"] for answer in answers] == [f"c{i}" for i in range(600)]
    assert len({json.dumps({**answer, "id": ""}) for answer in answers}) == 1


@settings(max_examples=25)
@given(st.lists(st.floats(0.0, 2 * DAY_S), max_size=150).map(sorted), st.floats(0.0, 2 * DAY_S))
def test_forecasts_are_sound(forecaster, times, observed_at):
    events = [(t, None, None, "share") for t in times if t <= observed_at]
    answer = outlooks([Truncated("c", events, observed_at=observed_at)], forecaster)[0]
    assert len(events) <= answer.low <= answer.expected_final <= answer.high
    reach = list(answer.p_reach.values())
    assert reach == sorted(reach, reverse=True)
    assert all(0.0 <= p <= 1.0 for p in [*reach, answer.p_double])
    within = sum(t <= DAY_S for t in times if t <= observed_at)
    for goal, p in answer.p_reach.items():
        assert (p == 1.0) == (within >= int(goal)) or p > 0.999
        if observed_at >= DAY_S:
            assert p == (within >= int(goal))


@pytest.mark.parametrize("name", ["c", "5", "0", "root", ""])
def test_every_listed_event_counts_whatever_the_cascade_is_called(name):
    cascade = Cascade(name, [(float(i), 5, i - 1, "share") for i in range(20)])
    thread = CascadeFold(cascade).until(100.0)
    assert (thread.spread, thread.tree.max_depth) == (20, 20)


def test_kinds_are_told_apart_and_all_count():
    cascade = Cascade("c", [(1.0, None, None, "share"), (2.0, None, None, "reply"), (3.0, None, None, "quote")])
    thread = CascadeFold(cascade).until(2.5)
    assert (thread.spread, thread.replies) == (2, 1)
    assert CascadeFold(cascade).grown_to(3).quotes == 1


BAD = {
    "no JSON": ("{", "truncated"),
    "another form": ("[1]", "object"),
    "no events": ('{"id":"x","observed_at":1}', "events"),
    "unknown kind": ('{"id":"x","observed_at":1,"events":[[1,null,null,"like"]]}', "like"),
    "short event": ('{"id":"x","observed_at":1,"events":[[1,null]]}', "length"),
    "nested beyond measure": ('{"id":"x","observed_at":1,"events":[],"z":' + "[" * 100_000, "recursion"),
}


@pytest.mark.parametrize(("bad", "message"), BAD.values(), ids=BAD)
def test_a_bad_line_is_named_by_file_and_number(tmp_path, forecaster, bad, message):
    with pytest.raises(CascadeError, match=rf"in\.jsonl, line 3: .*{message}"):
        forecast(tmp_path, forecaster, line(), "", bad)


@pytest.mark.parametrize(
    "damage",
    [lambda raw: raw[:-20], lambda raw: raw[:10] + b"\xff" + raw[11:], lambda raw: b"plain text"],
    ids=["cut off", "no deflate stream", "no gzip"],
)
def test_a_damaged_gzip_file_is_named(tmp_path, damage):
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(damage(gzip.compress("\n".join(line(f"c{i}") for i in range(9)).encode())))
    with pytest.raises(CascadeError, match=r"set\.jsonl\.gz, after line \d+: damaged gzip file"):
        list(read_cascades(path))


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(read_cascades(tmp_path / "nowhere.jsonl"))


def test_cascades_are_read_with_what_is_unknown_left_open(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text(
        '{"id":"a","events":[[1.5,null,null,"share"]],"label":"x"}\n\n{"id":"b","events":[],"root_followers":3}\n'
    )
    assert list(read_cascades(path)) == [
        Cascade("a", [(1.5, None, None, "share")]),
        Cascade("b", [], None, 3),
    ]
