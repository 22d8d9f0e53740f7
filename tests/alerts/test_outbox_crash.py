"""A worker that dies at any moment and hands everything in again: one message, one interruption."""

import asyncio

import pytest
from alert_samples import assessed, incident, notified
from msgspec.structs import replace
from outboxes import Clock, outbox_at, results

from alerts.severity import Severity
from alerts.slack.delivery.store import MemoryStore
from alerts.standin import StandIn

WATCH, PAGE = incident(Severity.WATCH), incident(Severity.PAGE)


class Killed(BaseException):
    pass


class DyingStore(MemoryStore):
    """Kills whoever writes to it for the `write`-th time, before it has written."""

    def __init__(self, write):
        super().__init__()
        self._left = write

    def put(self, incident_id, delivered, /):
        self._left -= 1
        if self._left == 0:
            raise Killed
        super().put(incident_id, delivered)


def course(entry=PAGE):
    return [
        notified(replace(entry, severity=Severity.WATCH), "opened"),
        notified(replace(entry, revision=2), "climbed", who=("here",), minute=1.0),
        notified(replace(entry, revision=3), "refreshed", minute=2.0),
        notified(replace(entry, revision=4), "escalated", who=("U0BRAM001",), minute=3.0),
    ]


def interrupted(slack):
    """The revisions that interrupted people, by message and reply."""
    first = [one for one in slack.calls if one[0] == "chat.postMessage"]
    return sorted(revision for _, given in first for revision in given["metadata"]["event_payload"]["pings"])


@pytest.mark.parametrize("write", range(1, 7))
async def test_a_crash_between_slack_s_answer_and_the_write_is_healed(slack, write):
    store, waiting = DyingStore(write), []
    async with outbox_at(slack, store, clock=Clock(50.0)) as outbox:
        for one in course():
            waiting.append((one, outbox.add(one)))
            done, _ = await asyncio.wait([waiting[-1][1]], timeout=0.3)
            if not done:
                break
    assert waiting[-1][1].done() is (write > 6)
    async with outbox_at(slack, store, clock=Clock(50.0)) as outbox:
        again = [outbox.add(one, again=True) for one, done in waiting if not done.done()]
        await asyncio.wait_for(asyncio.gather(*again), 5.0)
        await results(outbox, *course()[len(waiting) :])
    roots = [message for message in slack.messages if message.thread_ts is None]
    assert [message.metadata["event_payload"]["revision"] for message in roots] == [4]
    assert interrupted(slack) == [2, 4]


async def test_what_is_handed_in_again_after_all_was_delivered_does_nothing(slack):
    store = MemoryStore()
    async with outbox_at(slack, store) as outbox:
        await results(outbox, *course())
    calls = len(slack.calls)
    async with outbox_at(slack, store) as outbox:
        assert await results(outbox, *course(), again=True) == ["stale"] * 4
    assert len(slack.calls) == calls


async def test_a_lost_store_is_made_up_for_by_looking():
    clock = Clock(200.0)
    async with StandIn(clock=clock.wall) as slack:
        async with outbox_at(slack, MemoryStore(), clock=clock) as outbox:
            await results(outbox, *course())
        before = len(slack.messages)
        async with outbox_at(slack, MemoryStore(), clock=clock) as outbox:
            await asyncio.gather(*(outbox.add(one, again=True) for one in course()))
            await results(outbox, notified(replace(PAGE, revision=5), "refreshed", minute=4.0))
        oldest = {float(given["oldest"]) for method, given in slack.calls if method == "conversations.history"}
    assert oldest == {PAGE.opened_at - 120.0}
    assert len(slack.messages) == before
    assert slack.messages[0].metadata["event_payload"] == {
        "incident_id": PAGE.incident_id,
        "revision": 5,
        "pings": [2, 4],
    }


async def test_a_restart_with_much_under_way_looks_once_for_all(slack):
    entries = [incident(Severity.PAGE, assessed(thread_id=str(n))) for n in range(40)]
    told = [notified(entry, "opened", who=("here",)) for entry in entries]
    async with outbox_at(slack, MemoryStore()) as outbox:
        await asyncio.gather(*(outbox.add(one) for one in told[:25]))
    async with outbox_at(slack, MemoryStore()) as outbox:
        outcomes = await asyncio.gather(*(outbox.add(one, again=True) for one in told))
    assert [outcome.result for outcome in outcomes] == ["healed"] * 25 + ["posted"] * 15
    assert len(slack.messages) == 40
    methods = [method for method, _ in slack.calls]
    assert methods.count("conversations.history") == 1
    assert "conversations.replies" not in methods
