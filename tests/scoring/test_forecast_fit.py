import json

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from scoring.cascades import Cascade, CascadeError
from scoring.features import STATE, TARGET
from scoring.forecast import FOREVER_S, Forecaster
from scoring.forecast.datasets import DataSet
from scoring.forecast.snapshots import snap
from scoring.forecast.train import TrainingSet, fit_sets, read_sets
from scoring.modelfile import ModelFileError, ModelMeta, load, save


def write_set(folder, name="own", n=30, seed=0, timed=False):
    """Cascades whose later size depends on how fast they start."""
    rng = np.random.default_rng(seed)
    path = folder / "cascades" / f"{name}.jsonl"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        for i in range(n):
            pace = float(rng.choice([20.0, 2_000.0]))
            times = np.cumsum(rng.exponential(pace, int(rng.integers(0, 90 if pace < 100 else 12))))
            events = [
                [round(float(t), 1), int(rng.integers(1, 500)), int(rng.integers(-1, j)), "share"]
                for j, t in enumerate(times)
            ]
            line = {"id": f"{name}-{i}", "root_time": 1e9 + i if timed else None, "root_followers": 50}
            file.write(json.dumps({**line, "events": events}) + "\n")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    write_set(folder)
    said = []
    with threadpool_limits(1, user_api="openmp"):  # on a busy machine threads wait for each other
        return fit_sets(read_sets(folder), seed=1, tell=said.append), said


def test_a_small_set_of_ones_own_gives_a_model_that_forecasts(fitted, tmp_path):
    payload, said = fitted
    path = tmp_path / "m.skops"
    save(path, payload, ModelMeta("forecast", "1", "2025-01-01"))
    forecaster = Forecaster(*load(path, "forecast"))
    rows = np.full((1, len(STATE)), np.nan)
    rows[0, :2] = np.log(10), np.log(300)
    assert 0.0 <= forecaster.p_reach(rows, np.array([20.0]), np.array([3_600.0]))[0] <= 1.0
    assert payload["sharp_features"] == [*STATE, *TARGET]
    assert set(payload["steady_features"]) < {*STATE, *TARGET}
    assert "looking at own" in said


def test_a_model_knows_the_cascades_that_it_was_fitted_on(fitted, tmp_path):
    save(tmp_path / "m.skops", fitted[0], ModelMeta("forecast", "1", "2025-01-01"))
    forecaster = Forecaster(*load(tmp_path / "m.skops", "forecast"))
    assert forecaster.has_fitted(["own-3", "other-3", "own-29"]).tolist() == [True, False, True]


def test_a_model_that_does_not_know_says_so(fitted):
    payload = {name: value for name, value in fitted[0].items() if name != "fitted_ids"}
    forecaster = Forecaster(payload, ModelMeta("forecast", "1", "2025-01-01"))
    with pytest.raises(ModelFileError, match="does not say what it was fitted on"):
        forecaster.has_fitted(["own-3"])


def test_data_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"cascades: no \.jsonl"):
        read_sets(tmp_path)


def test_a_bad_line_stops_the_fit_with_its_place(tmp_path):
    write_set(tmp_path, n=2)
    with (tmp_path / "cascades" / "own.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(CascadeError, match=r"own\.jsonl, line 3"):
        read_sets(tmp_path)


def alike(grows):
    """Cascades that start alike; those whose id is in `grows` go on and double many times."""
    sizes = {f"c{i}": 64 if f"c{i}" in grows else 6 for i in range(40)}
    return [
        Cascade(name, [(60.0 * (j + 1), 10, j - 1, "share") for j in range(size)], root_followers=50)
        for name, size in sizes.items()
    ]


def test_cascades_that_weigh_more_are_followed_more():
    grows = {f"c{i}" for i in range(0, 40, 2)}

    def p_double(emphasis):
        with threadpool_limits(1, user_api="openmp"):
            payload = fit_sets([TrainingSet(DataSet("own", ""), alike(grows), emphasis)])
        forecaster = Forecaster(payload, ModelMeta("forecast", "1", "2025-01-01"))
        row = snap(alike(grows)[:1], sizes=()).rows[:1]
        return forecaster.p_reach(row, np.array([10.0]), np.array([FOREVER_S]))[0]

    assert p_double(dict.fromkeys(grows, 6.0)) > p_double({}) + 0.1


def test_cascades_without_emphasis_count_once():
    one = TrainingSet(DataSet("own", ""), alike(()), {"c1": 6.0, "elsewhere": 3.0})
    assert one.counting().tolist() == [1.0, 6.0, *[1.0] * 38]
