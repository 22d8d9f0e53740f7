import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scoring.evaluation.result import Answer, AtBudget, Bin, Estimate, Pager
from streams.evaluation import drawings
from streams.evaluation.drawings import LEFT, RIGHT, WIDTH

parts = st.floats(0.0, 1.0)
estimates = st.lists(parts, min_size=3, max_size=3).map(sorted).map(lambda v: Estimate(v[1], v[0], v[2]))


@given(st.lists(st.lists(estimates, max_size=4), max_size=5))
def test_dots_stay_in_the_drawing_in_the_order_of_their_values(groups):
    figures = [(f"g{i}", [("SEISMIC", e) for e in one]) for i, one in enumerate(groups)]
    plot = drawings.dots("AUC", figures)
    if plot is None:
        assert not any(groups)
        return
    placed = sorted((dot for group in plot.groups for dot in group.dots), key=lambda dot: dot.estimate.value)
    assert len(placed) == sum(len(one) for one in groups)
    assert all(LEFT <= dot.x0 <= dot.x <= dot.x1 <= RIGHT and 0 < dot.y < plot.height for dot in placed)
    assert all(a.x <= b.x for a, b in pairwise(placed))
    assert len(plot.ticks) >= 2


def test_a_figure_that_does_not_exist_is_not_drawn():
    assert drawings.dots("AUC", [("g", [("SEISMIC", None)])]) is None


def test_what_came_true_as_said_is_on_the_diagonal():
    answer = Answer(method="Brandmelder", auc=None, bins=[Bin(10, 0.25, 0.25), Bin(40, 0.75, 0.75)])
    ((_, look, _, spots),) = drawings.reliability("all", "", [answer, None]).lines
    assert look == "ours"
    assert all(spot.x - drawings.MARGIN == drawings.SIDE + 8.0 - spot.y for spot in spots)
    assert spots[0].r < spots[1].r


@given(st.lists(st.tuples(parts, st.floats(0.0, 300.0)), min_size=1, max_size=20), st.sampled_from(["%", "min"]))
def test_curves_run_from_no_false_page_to_the_last(values, unit):
    curve = [(i, share, lead) for i, (share, lead) in enumerate(values)]
    pager = Pager("Brandmelder", "read", [AtBudget(2, 1, 0.5, None, None)], curve)
    plot = drawings.curves("lead", [pager], lambda point: point[1 if unit == "%" else 2], unit)
    numbers = [float(n) for n in re.findall(r"[\d.]+", plot.lines[0][2])]
    assert numbers[0] == drawings.CURVE_LEFT
    assert all(0 <= n <= WIDTH for n in numbers)
    assert plot.ys[0].label.startswith("0 ")


def test_without_a_curve_there_is_no_drawing():
    assert drawings.curves("lead", [Pager("Brandmelder", "read", [], [])], lambda point: point[1], "%") is None
