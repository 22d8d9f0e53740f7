import json
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.compare import MOST, differences
from tests.chaos.faults import Rhythm, schedule


def folder(path: Path, **files: list[dict[str, Any]]) -> Path:
    path.mkdir()
    for name, rows in files.items():
        (path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def thread(name: str, **more: Any) -> dict[str, Any]:
    return {"thread": name, "hash": "a", **more}


def test_equal_files_do_not_differ(tmp_path: Path) -> None:
    rows = [thread("one"), thread("two")]
    assert differences(folder(tmp_path / "calm", threads=rows), folder(tmp_path / "chaos", threads=rows)) == []


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        pytest.param([thread("one")], [thread("one", hash="b")], 'one.hash: "a" / "b"', id="another value"),
        pytest.param(
            [thread("one", x=[1, {"y": 2}])], [thread("one", x=[1, {"y": 3}])], "one.x[1].y: 2 / 3", id="deep"
        ),
        pytest.param([thread("one"), thread("two")], [thread("one")], "two only in calm", id="missing"),
        pytest.param([], [thread("one")], "one only in chaos", id="too many"),
    ],
)
def test_what_differs_is_named(tmp_path: Path, here: list[Any], there: list[Any], said: str) -> None:
    found = differences(folder(tmp_path / "calm", threads=here), folder(tmp_path / "chaos", threads=there))
    assert found[0].startswith("threads.jsonl: 1 of ")
    assert found[1:] == [f"threads.jsonl: {said}"]


def test_a_missing_file_is_a_difference(tmp_path: Path) -> None:
    found = differences(folder(tmp_path / "calm", threads=[]), folder(tmp_path / "chaos"))
    assert found == ["threads.jsonl: only in calm"]


def test_only_some_of_many_differences_are_told(tmp_path: Path) -> None:
    rows = [thread(str(number)) for number in range(100)]
    found = differences(folder(tmp_path / "calm", threads=rows), folder(tmp_path / "chaos", threads=[]))
    assert found[0] == "threads.jsonl: 100 of 100 lines differ (calm / chaos)"
    assert len(found) == 1 + MOST


def test_schedules_are_the_same_for_the_same_seed_and_restart_the_broker_once() -> None:
    rhythm = Rhythm(number=20)
    one = schedule(3, ("one", "two"), rhythm, broker=True)
    assert one == schedule(3, ("one", "two"), rhythm, broker=True)
    assert one != schedule(4, ("one", "two"), rhythm, broker=True)
    assert [fault.kind for fault in one].count("broker") == 1
    assert {fault.whom for fault in one} == {"one", "two", "the broker"}
    assert all(1.0 <= fault.for_s <= 10.0 for fault in one if fault.kind == "freeze")
