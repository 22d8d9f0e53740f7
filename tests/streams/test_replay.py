import json
from collections import Counter

import pytest
from hypothesis import given, settings

import streams.replay
from alerts.likeness import Likeness
from alerts.storm import StormPolicy
from scoring.engine import Models
from scoring.mention import Mention
from streams.desk import Desk, load_desk
from streams.incidents import scene
from streams.replay import Replay, replay_files
from tests.scoring.scoring_samples import HOUR, T0, answer, burst, post, spread
from tests.scoring.scoring_samples import streams as streams_of_mentions
from tests.streams.event_samples import lines_of, raw, write_lines

NOW = T0 + 30 * 24 * HOUR
DESK = load_desk(None)


def stormy():
    """Four threads at once: two complaints that spread, praise, and a question that nobody answers."""
    mentions: list[Mention] = [
        *burst(300, thread="fire", step=11.0),
        *burst(120, thread="smoke", step=37.0),
        *burst(200, thread="praise", step=13.0, root_text="top bedankt"),
        answer("own", T0 + 900, thread="fire", parent="fire", text="Jammer dan."),
        post("question", T0 + 60, text="@b waarom? wacht"),
    ]
    return sorted(mentions, key=lambda m: m.created_at)


def outputs(folder, paths, models, **how):
    alerts, trace = folder / "alerts.jsonl", folder / "trace.jsonl"
    summary = replay_files(paths, models, DESK, now=NOW, alerts=alerts, trace=trace, **how)
    return alerts.read_bytes(), trace.read_bytes(), summary


@pytest.fixture(scope="module")
def whole(tmp_path_factory, models):
    folder = tmp_path_factory.mktemp("whole")
    path = write_lines(folder / "events.jsonl", lines_of(stormy()))
    return outputs(folder, [path], models), path


def test_lines_have_the_form_of_the_contract(whole):
    (alerts, trace, _), _ = whole
    for line in alerts.splitlines():
        alert = json.loads(line)
        assert list(alert) == [
            "alert_id",
            "incident_id",
            "thread_id",
            "brand",
            "event",
            "severity",
            "at",
            "risk",
            "reasons",
            "forecast",
        ]
        assert set(alert["forecast"]) == {"expected", "low", "high", "horizon_s"}
        assert all(set(reason) == {"signal", "value", "text"} for reason in alert["reasons"])
    for line in trace.splitlines():
        assert list(json.loads(line)) == ["thread_id", "at", "risk", "p_viral", "p_negative", "shares", "severity"]


def test_a_fire_is_paged_and_praise_is_not(whole):
    (alerts, _, summary), _ = whole
    worst = {}
    for line in alerts.splitlines():
        alert = json.loads(line)
        worst.setdefault(alert["thread_id"], set()).add(alert["severity"])
    assert worst["fire"] & {"page", "critical"}
    assert worst["question"] == {"watch"}
    assert worst.get("praise", {"notice"}) == {"notice"}
    assert summary.threads == 4
    assert summary.events == len(stormy())
    assert (summary.first_at, summary.last_at) == (stormy()[0].created_at, stormy()[-1].created_at)


def test_alerts_stand_in_the_order_of_time(whole):
    (alerts, _, summary), _ = whole
    times = [json.loads(line)["at"] for line in alerts.splitlines()]
    assert times == sorted(times)
    assert len(times) == len(summary.alerts) > 3
    assert len({json.loads(line)["alert_id"] for line in alerts.splitlines()}) == len(times)


def test_two_replays_write_the_same_bytes(whole, tmp_path, models):
    (alerts, trace, _), path = whole
    assert outputs(tmp_path, [path], models)[:2] == (alerts, trace)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_size_of_batches_changes_no_decision(whole, tmp_path, models, monkeypatch, size):
    (alerts, trace, _), path = whole
    monkeypatch.setattr(streams.replay, "BATCH", size)
    again = outputs(tmp_path, [path], models)
    assert again[0] == alerts
    assert sorted(again[1].splitlines()) == sorted(trace.splitlines())


@pytest.mark.parametrize("partitions", [1, 3, 8])
def test_the_number_of_partitions_changes_no_decision(whole, tmp_path, models, partitions):
    (alerts, trace, _), path = whole
    assert outputs(tmp_path, [path], models, partitions=partitions)[:2] == (alerts, trace)


def outage():
    """Forty customers within ten minutes, and one a day later about something else; some of it spreads."""
    texts = (
        "storing in {}, slecht",
        "slecht , storing ({})",
        "@b storing! {} ligt plat, wacht",
        "storing {} schande",
    )
    crowd = [post(f"o{i}", T0 + 14 * i, text=texts[i % 4].format(f"straat{i}"), author=f"k{i}") for i in range(40)]
    spreading = [m for m in burst(150, thread="o3", start=T0 + 700, step=5.0) if m.kind == "share"]
    later = post("later", T0 + 24 * HOUR, text="@b waarom? wacht", author="bakker")
    return [*crowd, *spreading, later, spread("s", T0 + 30 * HOUR, thread="later", parent="later")]


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_forty_complaints_at_once_are_one_storm_and_one_page(tmp_path, models, monkeypatch, size):
    monkeypatch.setattr(streams.replay, "BATCH", size)
    _, _, summary = outputs(tmp_path, [write_lines(tmp_path / "a.jsonl", lines_of(outage()))], models)
    pages = [n for n in summary.alerts if n.page]
    storms = {n.alert.incident_id for n in summary.alerts if n.incident.kind == "storm"}
    assert {n.incident.kind for n in pages} == {"storm"}
    assert len(storms) == 1
    ended = [n for n in summary.alerts if n.incident.kind == "storm"][-1]
    assert (ended.cause, ended.incident.threads) == ("recovered", 40)
    assert {n.alert.thread_id for n in summary.alerts if n.incident.thread_id == "later"} == {"later"}


ALONE = Desk(
    storm=StormPolicy(threads=1_000_000, critical_threads=1_000_000), grouping=Likeness(window_s=0.0, hashtags=False)
)


@pytest.mark.parametrize(("rate", "hours", "seed"), [(40.0, 27, 1), (40.0, 27, 2), (400.0, 8, 3)])
def test_ordinary_traffic_neither_melts_together_nor_is_a_storm(tmp_path, shipped, rate, hours, seed):
    events = scene(["sanoma", "xs4all"], seed, T0, duration=hours * HOUR, rate=rate)
    path = write_lines(tmp_path / "scene.jsonl", lines_of(events))
    together, alone = (replay_files([path], shipped, desk, now=NOW) for desk in (DESK, ALONE))
    assert {n.incident.kind for n in together.alerts} == {"thread"}
    assert together.alerts == alone.alerts
    assert any(n.page and n.alert.brand == "sanoma" for n in together.alerts)


@pytest.fixture(scope="module")
def shipped():
    return Models.load()


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_several_files_are_one_stream(whole, tmp_path, models, ending):
    (alerts, trace, _), _ = whole
    mentions = stormy()
    paths = [write_lines(tmp_path / f"{i}.{ending}", lines_of(mentions[i::3])) for i in range(3)]
    again = outputs(tmp_path, paths, models)
    assert again[0] == alerts
    assert sorted(again[1].splitlines()) == sorted(trace.splitlines())


def test_bad_lines_are_counted_by_reason_and_change_nothing_else(whole, tmp_path, models):
    (alerts, trace, _), path = whole
    lines = path.read_bytes().splitlines()
    bad = [b"{", b"[]", raw(kind="like"), raw(created_at=NOW * 2), raw(id="")]
    mixed = [line for i, good in enumerate(lines) for line in (good, *bad[i : i + 1])]
    again = outputs(tmp_path, [write_lines(tmp_path / "mixed.jsonl", mixed)], models)
    assert again[:2] == (alerts, trace)
    assert again[2].rejected == Counter(bad_json=1, wrong_type=2, in_future=1, bad_value=1)
    assert "truncated" in again[2].first_rejection
    assert again[2].events == len(mixed)


def test_repeats_are_counted_and_change_nothing_else(whole, tmp_path, models):
    (alerts, trace, _), path = whole
    lines = path.read_bytes().splitlines()
    twice = outputs(tmp_path, [write_lines(tmp_path / "twice.jsonl", [x for x in lines for _ in "ab"])], models)
    assert twice[:2] == (alerts, trace)
    assert twice[2].repeats == len(lines)


@pytest.mark.parametrize("lines", [[], [b"no JSON"]], ids=["empty", "nothing good"])
def test_files_without_a_mention_give_nothing(tmp_path, models, lines):
    alerts, trace, summary = outputs(tmp_path, [write_lines(tmp_path / "a.jsonl", lines)], models)
    assert (alerts, trace, summary.threads, summary.events) == (b"", b"", 0, len(lines))


def test_progress_is_told_after_each_batch(tmp_path, models, monkeypatch):
    monkeypatch.setattr(streams.replay, "BATCH", 10)
    told = []
    path = write_lines(tmp_path / "a.jsonl", lines_of(burst(24)))
    outputs(tmp_path, [path], models, tell=lambda summary: told.append(summary.events))
    assert told == [10, 20, 25]


@settings(max_examples=15)
@given(streams_of_mentions(most=40))
def test_any_stream_is_decided_alike_in_batches_of_any_size(models, mentions):
    def decided(size):
        replay, lines, scored = Replay(models, DESK), lines_of(mentions), []
        for start in range(0, len(lines), size):
            scored += replay.feed(lines[start : start + size], NOW)
        scored += replay.finish()
        return sorted(scored, key=repr), replay.summary.alerts

    assert decided(3) == decided(1_000)
