"""Real cascades become mention events that a replay can read."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import streams.cascades
from scoring.mention import Mention
from streams.cascades import SYNTHETIC_WINDOW, Imported, import_cascades

EARLY = {
    "id": "early",
    "root_time": 1000.5,
    "root_followers": 12,
    "events": [
        [0.0, None, -1, "share"],
        [60, 7, 0, "reply"],
        [60.0, 0, 1, "quote"],
        [900.0, 3, None, "share"],
    ],
}
LATE = {"id": "late", "root_time": 1030, "root_followers": None, "events": [[10.0, None, None, "share"]]}
TIMELESS = {"id": "timeless", "root_time": None, "root_followers": 5, "events": [[8.0, 2, None, "share"]]}

WriteCascades = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteCascades:
    def write_cascades(name: str, *cascades: Any) -> Path:
        path = tmp_path / name
        lines = "".join(json.dumps(cascade) + "\n" for cascade in cascades).encode()
        path.write_bytes(gzip.compress(lines) if name.endswith(".gz") else lines)
        return path

    return write_cascades


def mentions(path: Path) -> list[Mention]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [msgspec.json.decode(line, type=Mention, strict=True) for line in data.splitlines()]


def test_a_cascade_becomes_a_thread_in_the_order_of_all_events(write: WriteCascades, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    files = [write("a.jsonl", EARLY), write("b.jsonl.gz", LATE)]

    assert import_cascades(files, out, brand="graanhof", platform="weibo") == Imported(cascades=2, events=7)

    found = mentions(out)
    assert [(m.id, m.thread_id, m.kind, m.created_at, m.parent_id) for m in found] == [
        ("early", "early", "post", 1000.5, None),
        ("early:0", "early", "share", 1000.5, "early"),
        ("late", "late", "post", 1030.0, None),
        ("late:0", "late", "share", 1040.0, None),
        ("early:1", "early", "reply", 1060.5, "early:0"),
        ("early:2", "early", "quote", 1060.5, "early:1"),
        ("early:3", "early", "share", 1900.5, None),
    ]
    assert [m.author.followers if m.author else -1 for m in found] == [12, None, None, None, 7, 0, 3]
    assert len({m.author.id for m in found if m.author}) == len(found)
    assert {(m.brand, m.platform) for m in found} == {("graanhof", "weibo")}


def test_order_holds_over_runs_on_disk(write: WriteCascades, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cascades = [EARLY | {"id": f"c{i}", "root_time": float((i * 37) % 50)} for i in range(40)]
    source = write("a.jsonl", *cascades)
    import_cascades([source], tmp_path / "once.jsonl")
    monkeypatch.setattr(streams.cascades, "EVENTS_PER_RUN", 12)
    import_cascades([source], tmp_path / "runs.jsonl")

    found = mentions(tmp_path / "runs.jsonl")
    assert [m.created_at for m in found] == sorted(m.created_at for m in found)
    assert (tmp_path / "runs.jsonl").read_bytes() == (tmp_path / "once.jsonl").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.jsonl", "once.jsonl", "runs.jsonl"]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz"])
def test_same_seed_same_bytes(write: WriteCascades, tmp_path: Path, name: str) -> None:
    source = write("a.jsonl", TIMELESS, EARLY)
    first, again, other = (tmp_path / f"{folder}-{name}" for folder in ("first", "again", "other"))
    for out, seed in ((first, 1), (again, 1), (other, 2)):
        import_cascades([source], out, seed=seed)
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes() != other.read_bytes()


def test_a_cascade_without_time_keeps_its_place_in_the_window(write: WriteCascades, tmp_path: Path) -> None:
    alone, among = tmp_path / "alone.jsonl", tmp_path / "among.jsonl"
    import_cascades([write("a.jsonl", TIMELESS)], alone, seed=4)
    import_cascades([write("b.jsonl", LATE, EARLY, TIMELESS)], among, seed=4)

    root, share = mentions(alone)
    assert SYNTHETIC_WINDOW[0] <= root.created_at <= SYNTHETIC_WINDOW[1]
    assert share.created_at == pytest.approx(root.created_at + 8.0)
    assert [m for m in mentions(among) if m.thread_id == "timeless"] == [root, share]


def test_the_limit_takes_from_the_files_in_turn(write: WriteCascades, tmp_path: Path) -> None:
    files = [
        write("a.jsonl", EARLY, EARLY | {"id": "second"}),
        write("b.jsonl", LATE, LATE | {"id": "fourth"}),
    ]
    out = tmp_path / "out.jsonl"
    assert import_cascades(files, out, limit=2).cascades == 2
    assert {m.thread_id for m in mentions(out)} == {"early", "late"}


def test_progress_ends_at_all_there_is(write: WriteCascades, tmp_path: Path) -> None:
    source = write("a.jsonl.gz", EARLY, LATE)
    seen: list[tuple[str, int, int]] = []
    import_cascades([source], tmp_path / "out.jsonl", progress=lambda *step: seen.append(step))
    size = source.stat().st_size
    assert [step for step in seen if step[0] == "read"][-1] == ("read", size, size)
    assert seen[-1] == ("write", 7, 7)


BAD_LINES = {
    "not JSON": ("{oops", "malformed"),
    "unknown kind": (json.dumps(EARLY | {"events": [[1.0, None, -1, "like"]]}), "'like'"),
    "parent to come": (json.dumps(EARLY | {"events": [[1.0, None, 0, "share"]]}), "parent_index 0"),
}


@pytest.mark.parametrize(("line", "reason"), BAD_LINES.values(), ids=list(BAD_LINES))
def test_a_bad_line_is_named_and_nothing_is_left_behind(
    write: WriteCascades, tmp_path: Path, line: str, reason: str
) -> None:
    source = write("bad.jsonl", LATE)
    source.write_bytes(source.read_bytes() + b"\n" + line.encode() + b"\n")
    with pytest.raises(ValueError, match=r"bad\.jsonl, line 3: ") as caught:
        import_cascades([source], tmp_path / "out.jsonl")
    assert reason in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["bad.jsonl"]


def test_ids_are_unique_over_all_files(write: WriteCascades, tmp_path: Path) -> None:
    files = [write("a.jsonl", EARLY), write("b.jsonl", EARLY)]
    with pytest.raises(ValueError, match="cascade early occurs twice"):
        import_cascades(files, tmp_path / "out.jsonl")


@pytest.mark.parametrize(
    ("setting", "reason"),
    [({"limit": -1}, "limit is -1"), ({"window": (5.0, 4.0)}, r"window is \(5.0, 4.0\)")],
    ids=["limit", "window"],
)
def test_an_impossible_setting_is_refused(tmp_path: Path, setting: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        import_cascades([], tmp_path / "out.jsonl", **setting)


@st.composite
def cascades(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        times = sorted(draw(st.lists(st.floats(0, 1e6), max_size=6)))
        events = [
            [
                time,
                draw(st.none() | st.integers(0, 10**8)),
                draw(st.none() | st.integers(-1, index - 1)),
                draw(st.sampled_from(["share", "reply", "quote"])),
            ]
            for index, time in enumerate(times)
        ]
        root_time = draw(st.none() | st.floats(0, 1.5e9))
        found.append({"id": f"c{number}", "root_time": root_time, "root_followers": None, "events": events})
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(sets=cascades())
def test_every_event_arrives_once_after_its_parent(
    write: WriteCascades, tmp_path: Path, sets: list[dict[str, Any]]
) -> None:
    out = tmp_path / "out.jsonl"
    written = import_cascades([write("in.jsonl", *sets)], out)
    found = mentions(out)
    assert written.events == len(found) == sum(1 + len(c["events"]) for c in sets)
    place = {m.id: index for index, m in enumerate(found)}
    assert len(place) == len(found)
    assert all(place[m.parent_id] < place[m.id] for m in found if m.parent_id)
    assert [m.created_at for m in found] == sorted(m.created_at for m in found)
