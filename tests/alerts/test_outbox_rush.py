"""Five hundred incidents at once under Slack's limits."""

import asyncio
from statistics import quantiles

from alert_samples import NOON, assessed, incident, notified
from msgspec.structs import replace
from outboxes import Clock, outbox_at

from alerts.severity import Severity
from alerts.slack.delivery.outbox import SLACKS_PACE
from alerts.slack.delivery.store import MemoryStore
from alerts.standin import StandIn, as_slack

SPEED = 30.0  # the tests' seconds last so much less; a request takes so much longer in them
INCIDENTS, EVERY = 500, 25  # one in so many is a page, one in five of those critical


def rush():
    """All openings in the order that incidents happen, then two edits of each."""
    entries = []
    for number in range(INCIDENTS):
        severity = Severity.WATCH
        if number % EVERY == EVERY - 1:
            severity = Severity.CRITICAL if number % (5 * EVERY) == 5 * EVERY - 1 else Severity.PAGE
        entries.append(incident(severity, assessed(thread_id=str(number))))
    opened = [notified(one, "opened", who=("here",) if one.severity.interrupts else ()) for one in entries]
    edits = [notified(replace(one, revision=revision), "refreshed") for revision in (2, 3) for one in entries]
    return opened, edits


async def test_pages_go_first_and_nothing_is_lost_or_sent_twice(record_property, capsys):
    clock = Clock(SPEED)
    opened, edits = rush()
    async with (
        StandIn(pace=as_slack(), clock=clock.wall) as slack,
        outbox_at(slack, MemoryStore(), clock=clock, pacing=SLACKS_PACE) as outbox,
    ):
        begun = clock.now()
        waits = [outbox.add(one) for one in opened]
        late = [outbox.add(one) for one in edits[:100]]
        await asyncio.sleep(0.5)
        late += [outbox.add(one) for one in edits[100:]]
        assert outbox.depth <= INCIDENTS
        outcomes = [await one for one in waits]
        await outbox.at_rest()
        assert all(one.done() for one in late)

        assert len(slack.messages) == INCIDENTS
        assert len({one.metadata["event_payload"]["incident_id"] for one in slack.messages}) == INCIDENTS
        assert {one.metadata["event_payload"]["revision"] for one in slack.messages} == {3}
        severe = [next((mark for mark in "🚨🔴" if one.text.startswith(mark)), "") for one in slack.messages]
        posts = [given for method, given in slack.calls if method == "chat.postMessage"]

    # A watch may have been on its way before the first page was there.
    assert "".join(severe).startswith("🚨" * 4 + "🔴" * 16)
    assert sum(map(bool, severe[:21])) == 20
    assert len(posts) <= INCIDENTS * 1.05
    arrived = [float(one.ts) - NOON - begun for one in slack.messages]
    loud = sorted(at for at, mark in zip(arrived, severe, strict=True) if mark)
    said = {"pages": (loud[9], loud[-1]), "all": tuple(quantiles(arrived, n=100)[place] for place in (49, 98))}
    assert loud[-1] < 60.0
    assert max(arrived) < 2.0 * INCIDENTS
    assert max(one.waited_s for one, told in zip(outcomes, opened, strict=True) if told.notifies) < 60.0
    with capsys.disabled():
        print("\nseconds from handing in to Slack, 500 incidents at once at a message a second:")  # noqa: T201
        for name, (half, most) in said.items():
            record_property(f"{name} p50 and p99, s", f"{half:.0f}, {most:.0f}")
            print(f"  {name}: p50 {half:.0f}, p99 {most:.0f}")  # noqa: T201
