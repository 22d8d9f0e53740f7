from prometheus_client import generate_latest

from alerts.click import Silence
from scoring.profile import BrandProfile
from streams.desk import Desk
from streams.metrics import Metrics
from streams.worker.counting import MOST_OTHERS, count_brands, count_command, count_decisions, count_incidents
from streams.worker.ledger import PartitionLedger
from tests.streams.ledger_samples import AT, apply, assessed, click, paged


def text(metrics):
    return generate_latest(metrics.registry).decode().splitlines()


def test_decisions_are_counted_and_how_long_somebody_was_waited_for():
    metrics = Metrics()
    ledger, incident, _ = paged()
    count_decisions(metrics, ledger.do(click("acknowledge", incident, at=90.0), at_once=False).outcomes)
    assert 'brandmelder_decisions_total{cause="acknowledged"} 1.0' in text(metrics)
    assert "brandmelder_acknowledge_seconds_sum 90.0" in text(metrics)
    assert 'brandmelder_acknowledge_seconds_bucket{le="60.0"} 0.0' in text(metrics)


def test_clicks_are_counted_by_what_came_of_them():
    metrics = Metrics()
    ledger, incident, _ = paged()
    for number in (1, 1, 2):
        command = click("acknowledge", incident, number)
        count_command(metrics, command, ledger.do(command, at_once=True).outcomes)
    silence = Silence("b", "anna", AT, AT + 60, "x", "s")
    count_command(metrics, silence, ledger.do(silence, at_once=True).outcomes)
    counted = [line for line in text(metrics) if line.startswith("brandmelder_clicks_total")]
    assert counted[0] == 'brandmelder_clicks_total{action="acknowledge",result="acknowledged"} 1.0'
    assert 'brandmelder_clicks_total{action="acknowledge",result="repeated"} 1.0' in counted
    assert 'brandmelder_clicks_total{action="silence",result="noted"} 1.0' in counted


def test_open_incidents_are_counted_by_state_and_what_is_over_is_not():
    metrics = Metrics()
    ledger, incident, _ = paged()
    apply(ledger, assessed(0.15, thread="u"), offset=1)
    count_incidents(metrics, ledger.entries())
    assert 'brandmelder_open_incidents{severity="critical",state="open"} 1.0' in text(metrics)
    assert 'brandmelder_open_incidents{severity="watch",state="open"} 1.0' in text(metrics)
    ledger.do(click("resolve", incident), at_once=True)
    count_incidents(metrics, ledger.entries())
    assert 'brandmelder_open_incidents{severity="critical",state="open"} 0.0' in text(metrics)


def test_a_page_that_is_kept_back_is_counted_by_what_holds_it():
    metrics, ledger = Metrics(), PartitionLedger(Desk())
    ledger.do(Silence("b", "anna", AT, AT + 7_200, "x", "s"), at_once=True)
    apply(ledger, assessed(0.5))
    ledger.advance(AT + 120)
    count_incidents(metrics, ledger.entries())
    assert 'brandmelder_held_pages{holder="silence"} 1.0' in text(metrics)
    assert 'brandmelder_held_pages{holder="budget"} 0.0' in text(metrics)


def test_pages_are_told_by_brand_and_a_brand_that_went_elsewhere_no_more():
    metrics = Metrics()
    ledger, _, _ = paged()
    count_brands(metrics, Desk(), ledger.states())
    assert 'brandmelder_shift_pages{brand="b"} 1.0' in text(metrics)
    assert 'brandmelder_page_threshold{brand="b"} 0.35' in text(metrics)
    assert not any(line.startswith("brandmelder_page_budget{") for line in text(metrics)), "it has none"
    count_brands(metrics, Desk(), {})
    assert not any('brand="b"' in line for line in text(metrics))


def test_brands_that_somebody_invents_do_not_make_metrics_without_end():
    metrics, ledger = Metrics(), PartitionLedger(Desk())
    for number in range(3 * MOST_OTHERS):
        apply(ledger, assessed(0.9 if number % 7 == 0 else 0.1, brand=f"b{number}"), offset=number)
    count_brands(metrics, Desk(brands={"b1": BrandProfile()}), ledger.states())
    told = [line for line in text(metrics) if line.startswith("brandmelder_shift_pages{")]
    assert len(told) == 1 + MOST_OTHERS
    assert 'brandmelder_shift_pages{brand="b1"} 0.0' in told, "the desk's own"
    assert sum(line.endswith(" 1.0") for line in told) == len(range(0, 3 * MOST_OTHERS, 7)), "and all that paged"
