"""An outbox that is not sure, or about to end, begins nothing."""

import asyncio

from alert_samples import incident, notified
from msgspec.structs import replace
from outboxes import outbox_at, until

from alerts.severity import Severity
from alerts.slack.delivery.store import MemoryStore

PAGE = incident(Severity.PAGE)


def told(revision, cause):
    return notified(replace(PAGE, revision=revision), cause, who=("anna",), minute=float(revision))


async def test_nothing_is_delivered_while_somebody_else_may_be_in_charge(slack):
    sure = False
    async with outbox_at(slack, MemoryStore(), may=lambda: sure) as outbox:
        delivered = outbox.add(told(1, "opened"))
        await asyncio.sleep(0.5)
        assert slack.calls == []
        sure = True
        assert (await asyncio.wait_for(delivered, 5.0)).result == "posted"


async def test_what_is_under_way_is_finished_and_nothing_more_is_begun(slack):
    slack.delay("chat.postMessage", 0.5)
    async with outbox_at(slack, MemoryStore()) as outbox:
        first = outbox.add(told(1, "opened"))
        await until(lambda: len(slack.calls) > 0)
        await asyncio.wait_for(outbox.wind_down(), 5.0)
        assert len(slack.messages) == 1
        assert first.done()
        second = outbox.add(told(2, "refreshed"))
        await asyncio.sleep(0.5)
        assert not second.done()
        assert slack.messages[0].edits == 0
