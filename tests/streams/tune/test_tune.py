"""The search for a page threshold: what counts, what is chosen, what is refused."""

import json

import pytest
from msgspec.structs import replace

from alerts.oncall import Calendar, OnCall
from alerts.policy import Band, Policy
from scoring.errors import UserError
from scoring.verdicts import VerdictError
from streams.desk import Desk
from streams.tune import Allowance, read_allowance, read_truth, tune
from streams.tune.trial import Page, Past, judge_pages, shifts_between
from streams.tune.truth import TruthError

HOUR, DAY = 3600.0, 24 * 3600.0
START = 20_000 * DAY
UTC = Calendar(OnCall(timezone="UTC", morning="00:00"))


@pytest.mark.parametrize(
    ("written", "read"),
    [("2/shift", (2, "shift")), (" 10 / week", (10, "week")), ("0.5/day", (0.5, "day"))],
)
def test_an_allowance_is_a_number_per_span(written, read):
    assert read_allowance(written) == read
    assert read_allowance(str(read_allowance(written))) == read


@pytest.mark.parametrize("written", ["", "2", "2/hour", "0/shift", "-1/day", "two/shift", "nan/day"])
def test_anything_else_is_refused_with_what_is_allowed(written):
    with pytest.raises(UserError, match="allowed is a number above 0 per shift, day or week"):
        read_allowance(written)


def test_a_truth_says_which_threads_failed_and_when(tmp_path):
    path = tmp_path / "truth.json"
    path.write_text(json.dumps({"a": True, "b": False, "c": 1_700_000_000}))
    assert read_truth(path) == {"a": None, "c": 1_700_000_000.0}


def test_verdicts_are_a_truth_too(tmp_path):
    path = tmp_path / "verdicts.jsonl"
    lines = [("a", "real"), ("b", "false_alarm"), ("c", "too_late")]
    path.write_text("".join(json.dumps({"thread_id": t, "at": 1.0, "verdict": v}) + "\n" for t, v in lines))
    assert read_truth(path) == {"a": None, "c": None}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("{", "not JSON", id="no JSON"),
        pytest.param("[1]", "is no object", id="a list"),
        pytest.param('{"a": "yes"}', "a = 'yes'; allowed is true, false", id="a word"),
        pytest.param('{"a": -1}', "a = -1; allowed is true, false", id="before 1970"),
    ],
)
def test_a_wrong_truth_is_refused_with_the_thread_and_the_value(tmp_path, content, message):
    path = tmp_path / "truth.json"
    path.write_text(content)
    with pytest.raises(TruthError, match=message):
        read_truth(path)


def test_a_truth_that_is_not_there_or_no_verdict_is_refused(tmp_path):
    with pytest.raises(TruthError, match="No such file"):
        read_truth(tmp_path / "none.json")
    path = tmp_path / "verdicts.jsonl"
    path.write_text('{"thread_id": "a"}\n')
    with pytest.raises(VerdictError):
        read_truth(path)


def page(hour, *threads):
    return Page(START + hour * HOUR, f"{threads}{hour}", frozenset(threads))


def test_pages_are_judged_by_what_their_threads_became():
    past = Past({"late": START + HOUR, "early": START + 5 * HOUR, "missed": START + 9 * HOUR}, 2 * DAY, 2)
    pages = [page(2, "late"), page(3, "other", "early"), page(4, "early"), page(30, "nothing")]
    trial = judge_pages(0.4, pages, past, Allowance(2, "shift"), UTC)
    assert (trial.pages, trial.false_pages, trial.rate, trial.busiest) == (4, 1, 2.0, 3)
    assert (trial.fails, trial.caught, trial.recall) == (3, 1, 1 / 3)
    assert trial.lead_s == 0.0  # the median of 0, 0 and two hours


def test_shifts_are_counted_that_the_past_touches():
    assert shifts_between(START + HOUR, START + 25 * HOUR, UTC) == 2
    assert shifts_between(START, START + HOUR, UTC) == 1


class Scored:
    """A recording whose pages are those of threads that score at least the threshold."""

    first_at, last_at = START, START + 10 * DAY

    def __init__(self, risks):
        self.risks = risks
        self.threads = set(risks)
        self.passed_at = dict.fromkeys(risks, START + 6 * HOUR)

    def pages(self, settings):
        opens = settings.policy.page.open
        return [page(1, thread) for thread, risk in self.risks.items() if risk >= opens]


def test_the_lowest_false_pages_are_chosen_among_those_that_catch_most():
    risks = {f"noise{n}": 0.2 + n / 100 for n in range(20)} | {"fail": 0.5, "quiet fail": 0.3}
    found = tune(Scored(risks), Desk(), {"fail": None, "quiet fail": None}, Allowance(1.3, "day"))
    assert (found.before.threshold, found.before.caught) == (0.35, 1)
    assert (found.after.caught, found.after.false_pages) == (2, 11)
    assert found.after.threshold == 0.29
    assert found.band.close == pytest.approx(found.band.open * 0.2 / 0.35, abs=1e-3)
    assert found.kept


def test_a_tighter_budget_gives_up_what_costs_too_much():
    risks = {f"noise{n}": 0.3 + n / 1000 for n in range(40)} | {"fail": 0.5, "quiet fail": 0.3}
    found = tune(Scored(risks), Desk(), {"fail": None, "quiet fail": None}, Allowance(0.2, "day"))
    assert (found.after.caught, found.after.pages) == (1, 1)
    assert found.kept


def test_the_desks_own_threshold_stays_when_nothing_is_better():
    found = tune(Scored({"fail": 0.7}), Desk(), {"fail": None, "unknown": None}, Allowance(2, "shift"))
    assert found.after is found.before
    assert found.unheard == 1


def test_what_no_threshold_keeps_is_said():
    found = tune(Scored({f"t{n}": 0.99 for n in range(50)}), Desk(), {}, Allowance(1, "shift"))
    assert not found.kept
    assert found.after.pages == 50


def test_the_band_of_a_desk_of_its_own_keeps_its_shape():
    desk = replace(Desk(), alerts=Policy(page=Band(0.4, 0.1)))
    found = tune(Scored({"fail": 0.2}), desk, {"fail": None}, Allowance(1, "shift"))
    assert found.band.close == pytest.approx(found.band.open / 4, abs=1e-3)
