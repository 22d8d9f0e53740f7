"""What the estimates find in cascades of known make."""

import gzip
from pathlib import Path

import msgspec
import numpy as np
import pytest

from streams.incidents.estimate import estimate, estimate_incidents
from streams.incidents.hawkes import DAY, DailyClock, Growth
from streams.incidents.parameters import (
    AppealLaw,
    BranchingLaw,
    FollowerLaw,
    KernelLaw,
    Parameters,
    bundled,
    read_parameters,
)
from streams.incidents.recipes import everyday_recipe, grow_from, wave_recipe

HOURLY = tuple([0.3] * 8 + [1.0] * 8 + [1.7] * 8)
TRUTH = Parameters(
    source="made up",
    estimated_on="",
    window_s=7 * DAY,
    wave=KernelLaw(7.5, 1.0, -0.2, 0.4, 0.3),
    inner=KernelLaw(6.0, 0.8, -0.4, 0.3, 0.2),
    everyday=KernelLaw(8.5, 1.0, 0.2, 0.3, 0.2),
    branching=BranchingLaw(6.0, 14.0),
    depth_one_share=0.7,
    authors=FollowerLaw((0.5, 0.5), (5.0, 8.0), (1.5, 1.2)),
    sharers=FollowerLaw((0.5, 0.5), (4.5, 7.0), (1.0, 1.0)),
    appeal=AppealLaw(-3.5, 0.45, 1.0),
    hourly=HOURLY,
    evidence={},
)


def write(path: Path, growth: Growth, roots: list[float | None], followers: list[int | None], *, trees: bool) -> None:
    lines = []
    for number, part in enumerate(growth.one_by_one()):
        columns = (part.time.tolist(), part.followers.tolist(), part.parent.tolist())
        events = [
            (time, None if trees else audience, parent if trees else None, "share")
            for time, audience, parent in zip(*columns, strict=True)
        ]
        cascade = {
            "id": f"{path.name}{number}",
            "root_time": roots[number],
            "root_followers": followers[number],
        }
        lines.append(msgspec.json.encode(cascade | {"events": events}))
    path.write_bytes(gzip.compress(b"\n".join(lines)))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "cascades").mkdir()
    rng = np.random.default_rng(11)
    clock = DailyClock(HOURLY)
    roots = 1.7e9 + rng.uniform(0, 20 * DAY, 400)
    waves = grow_from(rng, TRUTH, wave_recipe(rng, TRUTH, roots, np.full(400, 200.0)), clock=clock)
    write(folder / "cascades/waves.jsonl.gz", waves, roots.tolist(), [None] * 400, trees=True)
    times, followers = np.full(1_500, 1.7e9), TRUTH.authors.draw(rng, 1_500)
    small = grow_from(rng, TRUTH, everyday_recipe(rng, TRUTH, times, followers))
    write(folder / "cascades/small.jsonl.gz", small, [None] * 1_500, followers.tolist(), trees=False)
    return folder


@pytest.fixture(scope="module")
def found(data: Path) -> Parameters:
    return estimate(data, estimated_on="2026-01-31")


def test_the_branching_is_found_again(found: Parameters) -> None:
    assert found.branching.mean == pytest.approx(TRUTH.branching.mean, abs=0.03)
    assert found.depth_one_share == pytest.approx(TRUTH.depth_one_share, abs=0.03)


# Small cascades do not tell the children of reshares from those of the root, which makes them look slower.
@pytest.mark.parametrize(("memory", "blur"), [("wave", 0.2), ("inner", 0.2), ("everyday", 0.65)])
def test_the_memory_is_found_again(found: Parameters, memory: str, blur: float) -> None:
    law, truth = getattr(found, memory), getattr(TRUTH, memory)
    assert law.log_scale == pytest.approx(truth.log_scale, abs=blur)
    assert law.log_scale_sd == pytest.approx(truth.log_scale_sd, abs=0.4)
    assert law.log_exponent == pytest.approx(truth.log_exponent, abs=blur)


def test_the_rhythm_of_the_day_is_found_again(found: Parameters) -> None:
    hourly = np.array(found.hourly)
    assert hourly[1:7].mean() < 0.6
    assert hourly[17:23].mean() > 1.4
    assert hourly.mean() == pytest.approx(1.0, abs=0.01)


def test_the_appeal_is_found_again(found: Parameters) -> None:
    assert found.appeal.mark_exponent == pytest.approx(TRUTH.appeal.mark_exponent, abs=0.08)
    assert found.appeal.sd == pytest.approx(TRUTH.appeal.sd, abs=0.2)
    middle = found.appeal.intercept + found.appeal.mark_exponent * 6.5
    assert middle == pytest.approx(TRUTH.appeal.intercept + TRUTH.appeal.mark_exponent * 6.5, abs=0.25)


@pytest.mark.parametrize("whose", ["authors", "sharers"])
def test_audiences_are_found_again(found: Parameters, whose: str) -> None:
    draws = [getattr(p, whose).draw(np.random.default_rng(1), 20_000) for p in (found, TRUTH)]
    for quantile in (0.1, 0.5, 0.9):
        logs = [np.log1p(np.quantile(draw, quantile)) for draw in draws]
        assert logs[0] == pytest.approx(logs[1], abs=0.25)


def test_origin_and_evidence_are_noted(found: Parameters) -> None:
    assert found.source.startswith("small, waves;")
    assert found.estimated_on == "2026-01-31"
    assert found.evidence["waves"].cascades == 400
    assert found.evidence["small"].cascades == 1_500


def test_the_same_files_give_the_same_bytes(data: Path, tmp_path: Path, found: Parameters) -> None:
    out = tmp_path / "parameters.json"
    assert estimate_incidents(data, out, estimated_on="2026-01-31") == found
    assert read_parameters(out.read_bytes()) == found


def test_a_folder_without_the_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needed are a set of cascades with parents"):
        estimate(tmp_path)


def test_bundled_parameters_say_what_they_are_from() -> None:
    known = bundled()
    assert known.estimated_on
    assert known.evidence.keys() >= {"auspol", "liang_retweets", "twitter15_16"}
    assert known.depth_one_share == pytest.approx(1 - known.branching.mean, abs=0.02)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"window_s": 0}, r"window_s"),
        ({"hourly": [1.0]}, r"hourly"),
        ({"branching": {"a": -1, "b": 1}}, r"branching\.a"),
    ],
    ids=["window", "hours", "branching"],
)
def test_a_bad_parameter_is_named(change: dict[str, object], reason: str) -> None:
    text = msgspec.json.encode(msgspec.to_builtins(TRUTH) | change)
    with pytest.raises(ValueError, match=reason):
        read_parameters(text)
