import pytest
from alert_samples import assessed
from brand_life import BrandLife
from hypothesis import given
from hypothesis import strategies as st

from alerts.budget import PageBudget
from alerts.incidents.spending import judge_within, moved
from alerts.policy import Policy
from alerts.severity import Severity, judge

POLICY = Policy()
TWO = PageBudget(pages=2, highest=0.6)
DAY = 24 * 60
MIDNIGHT = 24 * 60 - (22 * 60 + 13) - 20 / 60
"""Minutes from noon of the samples, 22:13:20 UTC in truth, to the end of the day's only shift."""


@pytest.mark.parametrize(
    ("budget", "pages", "opens"),
    [
        (PageBudget(), 9, 0.35),
        (TWO, 0, 0.35),
        (TWO, 1, 0.475),
        (TWO, 2, 0.6),
        (TWO, 9, 0.6),
        (PageBudget(pages=5, highest=0.6), 1, 0.40),
        (PageBudget(pages=0, highest=0.6), 0, 0.6),
        (PageBudget(pages=2, highest=0.2), 2, 0.35),
    ],
)
def test_the_threshold_rises_evenly_with_each_page(budget, pages, opens):
    policy = moved(POLICY, budget, pages)
    assert policy.page.open == pytest.approx(opens)
    assert policy.page.open - policy.page.close == pytest.approx(0.15)


@given(
    st.floats(0.01, 1), st.integers(0, 9), st.integers(0, 20), st.floats(0, 1), st.sampled_from([None, *Severity][:4])
)
def test_only_a_page_by_risk_alone_is_ever_kept_back(highest, budget, pages, risk, band):
    assessment = assessed(risk=risk, p_viral=risk)
    unmoved = judge(assessment, band, POLICY)
    judged = judge_within(assessment, band, POLICY, PageBudget(budget, highest), pages, paged=False)
    assert moved(POLICY, PageBudget(budget, highest), pages).page.open < POLICY.critical.open
    assert judged.spared == (judged.severity is not unmoved.severity)
    if judged.spared:
        assert (unmoved.severity, unmoved.ground, judged.severity) == (Severity.PAGE, "risk", Severity.WATCH)


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        pytest.param({"risk": 0.4}, Severity.WATCH, id="risk alone"),
        pytest.param({"risk": 0.7}, Severity.PAGE, id="above the highest threshold"),
        pytest.param({"risk": 0.85}, Severity.CRITICAL, id="critical"),
        pytest.param({"risk": 0.2, "conduct": ("harsh_reply",)}, Severity.PAGE, id="a page by conduct"),
        pytest.param({"risk": 0.4, "conduct": ("harsh_reply",)}, Severity.CRITICAL, id="critical by conduct"),
    ],
)
def test_what_is_kept_back_with_the_budget_spent(changes, severity):
    assert judge_within(assessed(**changes), None, POLICY, TWO, 2, paged=False).severity is severity


def test_what_has_paged_already_stays_a_page():
    assert judge_within(assessed(risk=0.4), Severity.PAGE, POLICY, TWO, 2, paged=True).severity is Severity.PAGE


@pytest.fixture
def life():
    return BrandLife(budget=TWO)


def use(life):
    return life.incidents.status.budget


def test_pages_of_a_shift_are_counted_and_what_is_spared_is_told(life):
    life.sees("one", 0, risk=0.4)
    assert use(life) == (1, 2, pytest.approx(0.475), 0)
    life.sees("two", 1, risk=0.4)
    life.sees("two", 2, risk=0.41)
    assert use(life) == (1, 2, pytest.approx(0.475), 1)
    assert life.told[-1].incident.judgement.spared
    life.sees("three", 3, risk=0.5)
    assert use(life) == (2, 2, pytest.approx(0.6), 1)
    assert len(life.pages) == 2


def test_the_next_shift_begins_anew_and_judges_again_what_was_spared(life):
    life.sees("one", 0, risk=0.4)
    life.sees("two", 1, risk=0.45)
    life.sees("three", 2, risk=0.4)
    life.sees("four", 3, risk=0.4)
    assert [n.alert.thread_id for n in life.pages] == ["one"]
    life.passes(MIDNIGHT - 0.01)
    assert len(life.pages) == 1
    life.passes(MIDNIGHT)
    assert [n.alert.thread_id for n in life.pages] == ["one", "two"], "the worst first, and it costs a page too"
    assert use(life) == (1, 2, pytest.approx(0.475), 2)


def test_many_that_wait_for_being_no_blip_do_not_all_page():
    life = BrandLife(budget=TWO, policy=POLICY)
    for number in range(20):
        life.sees(f"t{number}", number / 100, risk=0.45)
    life.passes(2)
    assert [n.alert.thread_id for n in life.pages] == ["t0"]
    assert use(life).spared == 19


def test_what_paged_is_not_let_go_because_others_did(life):
    life.sees("one", 0, risk=0.36)
    life.sees("two", 1, risk=0.9)
    life.sees("three", 2, risk=0.9)
    for minute in range(3, 60, 5):
        life.sees("one", minute, risk=0.36)
    assert life.incidents.incident_of("one").severity is Severity.PAGE


def test_a_critical_one_pages_whatever_was_spent(life):
    for number in range(6):
        life.sees(f"t{number}", number, risk=0.9)
    assert len(life.pages) == 6
    assert use(life) == (6, 2, pytest.approx(0.6), 0)


def test_without_a_budget_nothing_is_moved():
    life = BrandLife()
    for number in range(6):
        life.sees(f"t{number}", number, risk=0.36)
    assert len(life.pages) == 6
    assert use(life) == (6, None, 0.35, 0)
