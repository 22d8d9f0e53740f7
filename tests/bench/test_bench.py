"""The benchmark measures what it says; how fast anything is, no test asserts."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from pathlib import Path

import msgspec
import pytest

from scoring.mention import Mention
from tests.bench.arena import Arena, arena
from tests.bench.contestants import Contestant
from tests.bench.events import from_file, made_up
from tests.bench.progress import Counted, Sample
from tests.bench.race import ContestantFailed, Result, run, watch
from tests.bench.recovery import WITHIN_S, recovery_s, write_down
from tests.bench.report import as_json

PRINTS = """
import time
from tests.bench.apps.counter import Counter
counter = Counter({events})
for _ in range({events}):
    counter.add()
    time.sleep(0.05)
time.sleep(60)
"""


COUNTS = """
import os, time
from prometheus_client import start_http_server
from streams.metrics import Metrics
metrics = Metrics()
start_http_server(int(os.environ["PORT"]), "127.0.0.1", metrics.registry)
while True:
    metrics.events.labels("share", "folded").inc(2)
    metrics.events.labels("any", "repeated").inc()
    time.sleep(0.2)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with arena(made_up(1_000), tmp_path_factory.mktemp("arena")) as ready:
        yield ready


def test_made_up_events_are_mentions_keyed_by_thread_and_always_the_same() -> None:
    events = list(made_up(500))
    mentions = [msgspec.json.decode(value, type=Mention) for _, value in events]
    assert [mention.thread_id.encode() for mention in mentions] == [key for key, _ in events]
    assert len({mention.id for mention in mentions}) == 500
    assert events == list(made_up(500))


@pytest.mark.parametrize("name", ["events.jsonl", "events.jsonl.gz"])
def test_events_from_a_file(name: str, tmp_path: Path) -> None:
    lines = b"".join(value + b"\n" for _, value in made_up(20))
    (tmp_path / name).write_bytes(gzip.compress(lines) if name.endswith("gz") else lines)
    assert list(from_file(tmp_path / name, 10)) == list(made_up(10))


class Scripted:
    """Progress that goes through given counts, a second apart, and stays at the last."""

    def __init__(self, *counts: int) -> None:
        self._samples = chain(
            (Sample(float(at), count) for at, count in enumerate(counts)),
            repeat(Sample(float(len(counts) - 1), counts[-1])),
        )

    def __call__(self) -> Sample:
        return next(self._samples)

    def close(self) -> None:
        """Nothing is held."""


def running_for(asks: int) -> Callable[[], bool]:
    answers = chain(repeat(True, asks), repeat(False))
    return lambda: next(answers)


def test_the_clock_runs_from_the_first_progress_to_the_last_event() -> None:
    first, last = watch(Scripted(0, 0, 0, 10, 10, 60, 110), 100, running_for(99), pause_s=0)
    assert Result("any", last.events - first.events, last.at - first.at).rate == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        pytest.param((0, 10, 60), "ended after 60 of 100 events", id="ended early"),
        pytest.param((0, 100), "did 100 events at once", id="nothing between start and end"),
    ],
)
def test_what_cannot_be_timed_says_why(counts: tuple[int, ...], says: str) -> None:
    with pytest.raises(ContestantFailed, match=says):
        watch(Scripted(*counts), 100, running_for(5), pause_s=0)


def test_a_contestant_is_timed_by_what_it_prints(place: Arena) -> None:
    result = run(Contestant("prints", ("{python}", "-c", PRINTS), events=20), place)
    assert result.name == "prints"
    assert 0 < result.events < 20
    assert 0 < result.rate < 20 / 0.05


def test_a_contestant_that_fails_shows_the_end_of_its_log(place: Arena) -> None:
    broken = Contestant(
        "broken", ("{python}", "-c", "import os; os.environ['X'].index('?')"), events=20, env={"X": "{topic}"}
    )
    with pytest.raises(ContestantFailed, match=r"broken ended after 0 of 20 events\n(?s:.*)substring not found"):
        run(broken, place)


def test_a_contestant_is_timed_by_what_it_counts(place: Arena) -> None:
    result = run(
        Contestant("counts", ("{python}", "-c", COUNTS), events=20, env={"PORT": "{port}"}, counts=True), place
    )
    assert 0 < result.events < 60
    assert 0 < result.rate < 60 / 0.05


def test_nobody_there_has_counted_nothing() -> None:
    assert Counted(1)().events == 0


def test_the_report_compares_with_the_first() -> None:
    results = [Result("slow", 100, 2.0), Result("fast", 900, 3.0)]
    assert [(entry["name"], entry["events_per_s"], entry["ratio"]) for entry in as_json(results)["results"]] == [
        ("slow", 50, 1.0),
        ("fast", 300, 6.0),
    ]


def test_a_worker_recovers_what_the_benchmark_wrote_down(place: Arena) -> None:
    assert asyncio.run(write_down(place, threads=40, shares=2)) > 40 * 200
    assert 0 < recovery_s(place) < WITHIN_S
