import pytest
from alert_samples import assessed
from hypothesis import given
from hypothesis import strategies as st

from alerts.policy import Band, Policy
from alerts.severity import AGGRAVATING, Severity, band_of, judge

POLICY = Policy()
NOTICE, WATCH, PAGE, CRITICAL = Severity
chance = st.floats(0, 1)


def test_severities_are_ordered_from_mild_to_bad():
    assert sorted([CRITICAL, NOTICE, PAGE, WATCH]) == [NOTICE, WATCH, PAGE, CRITICAL]


@pytest.mark.parametrize(
    ("risk", "current", "band"),
    [
        pytest.param(0.09, None, None, id="under every band"),
        pytest.param(0.10, None, WATCH, id="opens a watch"),
        pytest.param(0.06, WATCH, WATCH, id="a watch keeps down to its close"),
        pytest.param(0.04, WATCH, None, id="a watch closes under it"),
        pytest.param(0.34, WATCH, WATCH, id="does not open a page yet"),
        pytest.param(0.35, WATCH, PAGE, id="opens a page"),
        pytest.param(0.21, PAGE, PAGE, id="a page keeps down to its close"),
        pytest.param(0.19, PAGE, WATCH, id="a page closes to a watch"),
        pytest.param(0.06, CRITICAL, WATCH, id="a fall through two bands still keeps the watch"),
        pytest.param(0.80, None, CRITICAL, id="straight to critical"),
        pytest.param(0.61, CRITICAL, CRITICAL, id="critical keeps down to its close"),
        pytest.param(0.59, CRITICAL, PAGE, id="critical closes to a page"),
    ],
)
def test_bands_open_high_and_close_low(risk, current, band):
    assert band_of(risk, current, POLICY) is band


@pytest.mark.parametrize("signal", sorted(AGGRAVATING))
@pytest.mark.parametrize(
    ("risk", "lifted"),
    [
        pytest.param(0.01, WATCH, id="nothing to watch"),
        pytest.param(0.12, PAGE, id="watch to page"),
        pytest.param(0.40, CRITICAL, id="page to critical"),
        pytest.param(0.90, CRITICAL, id="never above critical"),
    ],
)
def test_conduct_lifts_a_seen_complaint_by_one_band(signal, risk, lifted):
    judgement = judge(assessed(risk=risk, conduct=(signal,)), None, POLICY)
    assert judgement.severity is lifted
    assert judgement.conduct == ((signal,) if risk < 0.8 else ())


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"shares": 9}, id="nobody has seen it"),
        pytest.param({"p_negative": 0.49}, id="not clearly a complaint"),
        pytest.param({"conduct": ("canned_reply",)}, id="a signal that is no misconduct"),
    ],
)
def test_conduct_does_not_lift(changes):
    assessment = assessed(**{"risk": 0.12, "conduct": ("harsh_reply",), **changes})
    assert judge(assessment, None, POLICY).severity is WATCH


def test_conduct_pages_nobody_when_the_thread_goes_nowhere():
    waiting = ("unanswered", "banter")
    assert judge(assessed(risk=0.049, conduct=waiting), None, POLICY).severity is WATCH
    assert judge(assessed(risk=0.05, conduct=waiting), None, POLICY).severity is PAGE


def test_severity_raised_by_conduct_is_not_taken_for_a_risk_at_the_next_look():
    harsh = {"conduct": ("harsh_reply",)}
    first = judge(assessed(risk=0.25, **harsh), None, POLICY)
    again = judge(assessed(risk=0.25, **harsh), first.band, POLICY)
    assert first.severity is again.severity is PAGE


@pytest.mark.parametrize("shares", [0, 9, 74, 5000])
def test_unanswered_alone_is_a_watch_and_never_more(shares):
    judgement = judge(assessed(risk=0.02, shares=shares, conduct=("unanswered",)), None, POLICY)
    assert (judgement.severity, judgement.ground) == (WATCH, "unanswered")


@given(risk=chance, p_viral=chance, p_negative=st.floats(0, 0.2999), shares=st.integers(0, 10**6))
def test_praise_is_a_notice_and_never_pages(risk, p_viral, p_negative, shares):
    everything = (*sorted(AGGRAVATING), "unanswered")
    praise = assessed(risk=risk, p_viral=p_viral, p_negative=p_negative, shares=shares, conduct=everything)
    for band in (None, *Severity):
        assert judge(praise, band, POLICY).severity is (NOTICE if p_viral >= 0.10 else None)


@given(low=chance, high=chance, current=st.sampled_from((None, *Severity)))
def test_more_risk_is_never_milder(low, high, current):
    low, high = sorted((low, high))
    rank = {severity: n for n, severity in enumerate((None, *Severity))}
    assert rank[band_of(low, current, POLICY)] <= rank[band_of(high, current, POLICY)]


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        pytest.param(
            {"page": Band(0.2, 0.3)},
            r"^page\.open is 0\.2; .* page\.close \(0\.3\) to 1",
            id="crossed",
        ),
        pytest.param({"page": Band(0.09, 0.05)}, r"^page\.open is 0\.09; .* \(0\.1\)", id="under the watch"),
        pytest.param({"watch": Band(1.2, 0.1)}, r"^watch\.open is 1\.2", id="no probability"),
        pytest.param({"watch": Band(0.1, 0.0)}, r"^watch\.close is 0\.0", id="never closes"),
        pytest.param({"praise": 0.6}, r"^praise is 0\.6; .* complaint \(0\.5\)", id="praise over complaint"),
        pytest.param({"hold_s": -1}, r"^hold_s is -1; allowed is 0 or more", id="negative time"),
        pytest.param({"recovery_s": 60}, r"^recovery_s is 60; allowed is hold_s", id="resolves too soon"),
        pytest.param({"refresh_risk": float("nan")}, r"^refresh_risk is nan", id="not a number"),
    ],
)
def test_a_wrong_policy_is_refused_with_key_value_and_what_is_allowed(settings, complaint):
    with pytest.raises(ValueError, match=complaint):
        Policy(**settings)


@pytest.mark.parametrize(
    ("shares", "severity"),
    [
        pytest.param(0, WATCH, id="nobody has passed it on"),
        pytest.param(14, WATCH, id="a blip"),
        pytest.param(15, CRITICAL, id="enough to be woken for"),
    ],
)
def test_risk_alone_wakes_nobody_for_a_few_shares(shares, severity):
    assert judge(assessed(risk=0.9, shares=shares), None, POLICY).severity is severity


@pytest.mark.parametrize(
    ("shares", "severity"),
    [pytest.param(24, WATCH, id="hardly anybody has seen it"), pytest.param(25, PAGE, id="it is passed on")],
)
def test_several_slips_together_are_a_page_whatever_the_forecast_says(shares, severity):
    slips = ("own_goal", "harsh_reply")
    assert judge(assessed(risk=0.004, shares=shares, conduct=slips), None, POLICY).severity is severity


def test_a_thread_that_is_over_needs_nobody_however_large_it_became():
    assert judge(assessed(risk=0.95, shares=4_000, over=True), CRITICAL, POLICY).severity is None
