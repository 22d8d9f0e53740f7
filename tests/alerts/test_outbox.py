"""What arrives at Slack, over HTTP, when all goes well."""

import asyncio

import pytest
from alert_samples import assessed, incident, notified
from msgspec.structs import replace
from outboxes import Clock, outbox_at, results, until

from alerts.ledger import Handled
from alerts.severity import Severity
from alerts.slack.delivery.heal import INCIDENT, PING
from alerts.slack.delivery.notice import Notice
from alerts.slack.delivery.outbox import Pacing
from alerts.slack.delivery.store import MemoryStore

PEOPLE = {"anna": "U0ANNA001", "bram": "U0BRAM001"}
WATCH = incident(Severity.WATCH)
PAGE = incident(Severity.PAGE)
CALL = {"opened": ("anna",), "climbed": ("anna",), "escalated": ("bram",), "reminded": ("anna",)}


def told(revision, cause="refreshed", entry=PAGE, **changes):
    return notified(
        replace(entry, revision=revision, **changes), cause, who=CALL.get(cause, ()), minute=float(revision)
    )


def ended(revision):
    return told(revision, "recovered", state="resolved", resolved_at=1.0)


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
async def outbox(slack, store):
    async with outbox_at(slack, store, people=PEOPLE) as outbox:
        yield outbox


async def test_an_incident_is_one_message_edited_in_place(slack, outbox):
    course = [told(1, "opened"), told(2), told(3), ended(4)]
    assert await results(outbox, *course) == ["posted", "updated", "updated", "updated"]
    (message,) = slack.messages
    assert message.edits == 3
    assert message.blocks[0]["text"]["text"] == "✅ RESOLVED · Albert Heijn"
    payload = {"incident_id": PAGE.incident_id, "revision": 4, "pings": [1]}
    assert message.metadata == {"event_type": INCIDENT, "event_payload": payload}
    assert outbox.depth == 0
    assert outbox.oldest_waiting_s == 0.0


async def test_each_climb_and_each_step_of_the_chain_interrupts_once_in_the_thread(slack, outbox):
    watch = replace(told(1, entry=WATCH), cause="opened")
    course = [watch, told(2, "climbed"), told(3, "escalated")]
    assert await results(outbox, *course) == ["posted", "updated", "updated"]
    message, first, second = slack.messages
    assert [reply.mentions for reply in (first, second)] == [("@U0ANNA001",), ("@U0BRAM001",)]
    assert {first.thread_ts, second.thread_ts} == {message.ts}
    assert first.broadcast
    payload = {"incident_id": PAGE.incident_id, "revision": 3, "pings": [3]}
    assert second.metadata == {"event_type": PING, "event_payload": payload}
    assert message.mentions == ()
    assert "Calling Bram" in str(message.blocks)


async def test_a_reminder_is_for_one_person_and_stays_in_the_thread(slack, outbox):
    await results(outbox, told(1, "opened"), told(2, "reminded", handled=Handled("anna", 0.0, Severity.PAGE)))
    assert not slack.messages[1].broadcast
    assert slack.messages[1].mentions == ("@U0ANNA001",)


async def test_what_opens_as_a_page_interrupts_with_its_only_message(slack, outbox):
    await results(outbox, told(1, "opened"), told(2))
    (message,) = slack.messages
    assert message.mentions == ()  # the edit has no use for it any more
    assert slack.calls[0][1]["text"].startswith("🔴 PAGE")
    assert "<@U0ANNA001>" in str(slack.calls[0][1]["blocks"])
    assert "Calling Anna" in str(message.blocks)  # who was called is still to be seen


async def test_incidents_do_not_share_a_message(slack, outbox):
    other = incident(Severity.PAGE, assessed(thread_id="other"))
    await results(outbox, told(1, "opened"), told(1, "opened", other))
    assert len(slack.messages) == 2


async def test_older_news_than_delivered_is_dropped(slack, outbox):
    course = [told(1, "opened"), told(3), told(2), told(3), told(1, "opened")]
    assert await results(outbox, *course) == ["posted", "updated", "stale", "stale", "stale"]
    assert len(slack.calls) == 2


async def test_edits_that_wait_become_one(slack, outbox):
    await results(outbox, told(1, "opened"))
    waits = [outbox.add(told(revision)) for revision in range(2, 30)]
    outcomes = [(await one).result for one in waits]
    assert outcomes == ["coalesced"] * 27 + ["updated"]
    assert [method for method, _ in slack.calls] == ["chat.postMessage", "chat.update"]


async def test_interruptions_that_wait_become_one_that_names_everybody(slack, outbox):
    await results(outbox, told(1, entry=WATCH))
    waits = [outbox.add(one) for one in (told(2, "climbed"), told(3, "escalated"), told(4))]
    assert [(await one).result for one in waits] == ["pinged", "pinged", "updated"]
    (ping,) = slack.messages[1:]
    assert ping.mentions == ("@U0ANNA001", "@U0BRAM001")


async def test_a_page_that_nobody_waits_for_any_more_interrupts_nobody(slack, outbox):
    await results(outbox, told(1, entry=WATCH))
    over = told(3, "recovered", state="resolved", resolved_at=notified(PAGE, minute=3).alert.at)
    assert await results(outbox, over, told(2, "climbed")) == ["updated", "moot"]
    assert len(slack.messages) == 1


@pytest.mark.parametrize("loud", [False, True], ids=["quiet", "interrupting"])
@pytest.mark.parametrize("first", [WATCH, PAGE], ids=["watch", "page"])
async def test_a_message_that_somebody_removed_is_posted_again(slack, outbox, first, loud):
    await results(outbox, told(1, entry=first))
    slack.delete(slack.messages[0])
    assert await results(outbox, told(2, "climbed" if loud else "refreshed")) == ["reposted"]
    (message,) = slack.messages
    assert message.mentions == (("@U0ANNA001",) if loud else ())


async def test_who_restarts_with_the_same_store_goes_on_with_the_same_message(slack, store):
    for one in (told(1, "opened"), told(2), ended(3)):
        async with outbox_at(slack, store) as outbox:
            await results(outbox, one)
    assert len(slack.messages) == 1


async def test_a_notice_is_posted_edited_and_interrupts_if_it_has_to(slack, outbox):
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Digest*"}}
    silent = Notice("feed", 1, "no mention for 30 min", (section,), True, ("anna",))
    quiet, loud = Notice("feed", 2, "still none"), Notice("feed", 3, "none for 2 h", (section,), True, ("here",))
    assert await results(outbox, silent, quiet, loud) == ["posted", "updated", "updated"]
    message, ping = slack.messages
    assert "<@U0ANNA001>" in str(slack.calls[0][1]["blocks"])
    assert message.blocks == [section]
    assert (ping.mentions, ping.thread_ts) == (("!here",), message.ts)


async def test_an_edit_that_hangs_does_not_keep_other_incidents_pages_waiting(slack, outbox):
    await results(outbox, told(1, "opened"))
    slack.delay("chat.update", 3.0)
    edit = outbox.add(told(2))
    await until(lambda: slack.calls[-1][0] == "chat.update")
    other = incident(Severity.PAGE, assessed(thread_id="other"))
    outcome = await asyncio.wait_for(outbox.add(told(1, "opened", other)), 1.0)
    assert outcome.result == "posted"
    assert not edit.done()


async def test_depth_and_age_tell_what_waits(slack, store):
    async with outbox_at(slack, store, clock=Clock(10.0), pacing=Pacing(posts_per_s=0.1)) as outbox:
        others = [incident(assessment=assessed(thread_id=str(n))) for n in range(3)]
        waits = [outbox.add(told(1, "opened", one)) for one in others]
        assert outbox.depth == 3
        await waits[1]
        assert outbox.depth == 1
        assert 10.0 <= outbox.oldest_waiting_s < 20.0
        assert (await waits[2]).waited_s >= 20.0
        await outbox.at_rest()
