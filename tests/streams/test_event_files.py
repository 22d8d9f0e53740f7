import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.events import ByteCount, EventFileError, batches, read_lines, total_bytes
from tests.streams.event_samples import write_lines


def at(seconds, name="x"):
    return json.dumps({"created_at": seconds, "id": name}).encode()


def ids(paths):
    return [json.loads(line)["id"] for line in read_lines(paths, ByteCount())]


@given(st.lists(st.lists(st.integers(0, 50).map(float)).map(sorted), min_size=1, max_size=4))
def test_several_files_are_merged_by_time_and_each_keeps_its_order(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("events")
    paths = [
        write_lines(folder / f"{i}.jsonl", [at(t, f"{i}.{j}") for j, t in enumerate(times)])
        for i, times in enumerate(files)
    ]
    merged = [json.loads(line) for line in read_lines(paths, ByteCount())]
    assert [e["created_at"] for e in merged] == sorted(t for times in files for t in times)
    for i, times in enumerate(files):
        assert [e["id"] for e in merged if e["id"].startswith(f"{i}.")] == [f"{i}.{j}" for j in range(len(times))]


def test_one_file_is_read_as_it_stands(tmp_path):
    path = write_lines(tmp_path / "a.jsonl", [at(9, "late"), b"no JSON", b"", b"  ", at(1, "early")])
    assert [line.strip() for line in read_lines([path], ByteCount())] == [at(9, "late"), b"no JSON", at(1, "early")]


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_plain_and_gzipped_files_are_read(tmp_path, ending):
    path = write_lines(tmp_path / f"a.{ending}", [at(1, "a"), at(2, "b")])
    count = ByteCount()
    assert len(list(read_lines([path], count))) == 2
    assert count.read == total_bytes([path]) == path.stat().st_size


def test_dates_and_seconds_are_merged_with_each_other(tmp_path):
    dated = write_lines(tmp_path / "a.jsonl", [at("2023-11-14T22:13:20Z", "date")])
    plain = write_lines(tmp_path / "b.jsonl", [at(1_699_999_999, "before"), at(1_700_000_001.5, "after")])
    assert ids([dated, plain]) == ["before", "date", "after"]


@pytest.mark.parametrize(
    "odd",
    [b"no JSON", b"{}", b'{"created_at":null}', b'{"created_at":"\xff"}', b'{"created_at":1,"z":' + b"[" * 100_000],
    ids=["no JSON", "no time", "null", "not UTF-8", "nested beyond measure"],
)
def test_a_line_without_a_readable_time_goes_with_the_line_before_it(tmp_path, odd):
    first = write_lines(tmp_path / "a.jsonl", [at(5, "a"), odd, at(9, "b")])
    second = write_lines(tmp_path / "b.jsonl", [at(4, "c"), at(6, "d")])
    lines = [line.strip() for line in read_lines([first, second], ByteCount())]
    assert lines == [at(4, "c"), at(5, "a"), odd, at(6, "d"), at(9, "b")]


def damaged(tmp_path, damage):
    path = tmp_path / "bad.jsonl.gz"
    path.write_bytes(damage(gzip.compress(b"".join(at(i) + b"\n" for i in range(500)))))
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:10] + b"\xff" + raw[11:],
        lambda raw: raw[:-8] + b"\0" * 8,
        lambda raw: b"plain text\n",
    ],
    ids=["cut off", "no deflate stream", "wrong checksum", "no gzip"],
)
@pytest.mark.parametrize("more", [0, 1], ids=["alone", "with another"])
def test_a_damaged_gzip_file_is_named(tmp_path, damage, more):
    paths = [damaged(tmp_path, damage), *[write_lines(tmp_path / "good.jsonl", [at(1)])] * more]
    with pytest.raises(EventFileError, match=r"bad\.jsonl\.gz: .+"):
        list(read_lines(paths, ByteCount()))


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()], ids=["missing", "a folder"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, make):
    path = tmp_path / "nowhere.jsonl"
    make(path)
    with pytest.raises(EventFileError, match=r"nowhere\.jsonl: (No such file|Is a directory)"):
        list(read_lines([path], ByteCount()))


def test_a_missing_file_is_known_before_anything_is_read(tmp_path):
    with pytest.raises(EventFileError, match=r"nowhere\.jsonl: No such file"):
        total_bytes([write_lines(tmp_path / "a.jsonl", []), tmp_path / "nowhere.jsonl"])


def test_batches_are_full_but_for_the_last():
    assert list(batches(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batches([], 3)) == []
