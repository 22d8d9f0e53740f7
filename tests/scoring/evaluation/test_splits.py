import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.cascades import Cascade
from scoring.evaluation.splits import by_cascade, by_model, by_time
from scoring.forecast.datasets import DataSet
from scoring.forecast.train import TrainingSet

times = st.one_of(st.none(), st.integers(0, 50).map(float))
sets_of = st.lists(st.lists(times, max_size=40), min_size=1, max_size=3)


def sets_from(roots):
    return [
        TrainingSet(DataSet(f"s{i}", ""), [Cascade(f"{i}-{j}", [], root) for j, root in enumerate(one)])
        for i, one in enumerate(roots)
    ]


@pytest.mark.parametrize("split", [by_cascade, by_time], ids=["cascade", "time"])
@given(roots=sets_of)
def test_every_cascade_is_on_exactly_one_side(split, roots):
    sets = sets_from(roots)
    division = split(sets)
    for one, fitted, judged, part in zip(sets, division.fitted, division.judged, division.parts, strict=True):
        a, b = {c.id for c in fitted.cascades}, {c.id for c in judged.cascades}
        assert not a & b
        assert a | b == {c.id for c in one.cascades}
        assert (part.fitted, part.judged) == (len(a), len(b))


@given(roots=st.lists(st.integers(0, 50).map(float), min_size=1, max_size=40))
def test_in_a_split_by_time_all_that_is_judged_began_later(roots):
    division = by_time(sets_from([roots]))
    assert division.parts[0].by == "time"
    latest = max(c.root_time for c in division.fitted[0].cascades)
    assert all(c.root_time > latest for c in division.judged[0].cascades)


@pytest.mark.parametrize("split", [by_cascade, by_time], ids=["cascade", "time"])
def test_judged_cascades_keep_their_weight_on_either_side(split):
    (one,) = sets_from([[float(i) for i in range(40)]])
    division = split([one._replace(emphasis={"0-1": 6.0, "0-39": 3.0})])
    weights = [w for part in (*division.fitted, *division.judged) for w in part.counting()]
    assert sorted(weights) == [1.0] * 38 + [3.0, 6.0]


def test_the_latest_fifth_is_judged():
    division = by_time(sets_from([[float(i) for i in range(100)]]))
    assert [c.root_time for c in division.judged[0].cascades] == [float(i) for i in range(80, 100)]


def test_a_set_in_which_a_time_is_missing_is_split_by_cascade():
    sets = sets_from([[1.0, None] * 30])
    assert by_time(sets).parts == by_cascade(sets).parts


def test_a_model_is_judged_on_what_it_has_not_seen():
    class Seen:
        def has_fitted(self, ids):
            return np.isin(ids, ["0-1", "0-2"])

    division = by_model(sets_from([[None] * 4]), Seen())
    assert [c.id for c in division.judged[0].cascades] == ["0-0", "0-3"]
    assert division.parts[0].by == "model"
