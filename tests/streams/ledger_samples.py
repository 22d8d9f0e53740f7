"""Assessments, clicks and a ledger with an incident that paged."""

from alerts.click import Click
from alerts.event import Notification
from scoring.assessment import Assessment, Card, Forecast, Reason
from streams.desk import Desk
from streams.order import Key
from streams.worker.ledger import PartitionLedger

AT = 1_790_000_000.0
DESK = Desk()


def assessed(risk, at=0.0, *, brand="b", thread="t", shares=80):
    return Assessment(
        thread_id=thread,
        brand=brand,
        at=AT + at,
        risk=risk,
        p_viral=min(1.0, risk / 0.9),
        p_negative=0.9,
        shares=shares,
        reasons=(Reason("share_velocity", 3.0, "80 shares in 20 min"),),
        forecast=Forecast(200.0, 100.0, 900.0, 86_400.0),
        conduct=(),
        card=Card(f"slecht van {thread}", "kim", 10, "x", None, AT - 1_200, 4_000),
    )


def apply(ledger, assessment, offset=0, read=None):
    key = Key(assessment.at, assessment.thread_id, offset, 0)
    return ledger.apply([(key, assessment)], offset + 1 if read is None else read)


def click(action, incident_id, number=1, at=60.0):
    return Click("b", incident_id, action, "anna", AT + at, f"click-{number}")


def paged(disk=None):
    """A ledger with an incident that paged, its id, and what was told of it."""
    ledger = PartitionLedger(DESK)
    told = apply(ledger, assessed(0.9)).told
    assert [type(each.news) for each in told] == [Notification]
    return ledger, told[0].news.alert.incident_id, told
