import asyncio
import logging
import time

import aiohttp
import pytest
from alert_samples import assessed
from msgspec.structs import replace

from alerts.decide import decide
from alerts.event import notifications
from alerts.policy import Policy
from alerts.slack.client import slack_client
from alerts.slack.sender import INCIDENT, PING, SlackSender
from alerts.slack.store import MemoryStore
from alerts.standin import Pace, StandIn
from alerts.standin.server import CHANNEL, TOKEN

POLICY = Policy()


def course(*looks, **changes):
    """The notifications of a thread seen at these (minute, risk) pairs."""
    entry, told = None, []
    for minute, risk in looks:
        assessment = assessed(minute, risk=risk, **changes)
        decision = decide(entry, assessment, POLICY)
        entry = decision.entry
        told += notifications(decision, assessment)
    return told


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def sender(slack, store):
    return SlackSender(slack_client(TOKEN, slack.api_url), CHANNEL, store, "<!here>")


async def results(sender, told):
    return [(await sender.send(one)).result for one in told]


async def test_an_incident_is_one_message_edited_in_place(slack, sender):
    told = course((0, 0.15), (2, 0.28), (3, 0.01), (123, 0.01))
    assert await results(sender, told) == ["posted", "updated", "updated", "updated"]
    (message,) = slack.messages
    assert message.edits == 3
    assert message.blocks[0]["text"]["text"] == "✅ RESOLVED · Albert Heijn"
    assert message.metadata == {
        "event_type": INCIDENT,
        "event_payload": {"incident_id": told[0].alert.incident_id, "revision": 4},
    }
    assert message.mentions == ()


async def test_each_climb_to_a_page_interrupts_once_in_the_thread(slack, sender):
    told = course((0, 0.15), (2, 0.5), (4, 0.9))
    assert await results(sender, told) == ["posted", "updated", "updated"]
    message, first, second = slack.messages
    assert [reply.mentions for reply in (first, second)] == [("!here",), ("!here",)]
    assert {first.thread_ts, second.thread_ts} == {message.ts}
    assert first.broadcast
    assert first.metadata["event_type"] == PING
    assert "PAGE" in first.text
    assert "CRITICAL" in second.text
    assert message.mentions == ()


async def test_what_opens_as_a_page_interrupts_with_its_only_message(slack, sender):
    await results(sender, course((0, 0.5), (2, 0.7)))
    (message,) = slack.messages
    assert "!here" not in message.mentions  # the edit has no use for it any more
    assert slack.calls[0][1]["text"].startswith("🔴 PAGE")
    assert "<!here>" in str(slack.calls[0][1]["blocks"])


async def test_incidents_do_not_share_a_message(slack, sender):
    await results(sender, course((0, 0.5)) + course((0, 0.5), thread_id="other"))
    assert len(slack.messages) == 2


async def test_older_news_than_delivered_is_dropped(slack, sender):
    first, second, third = course((0, 0.15), (2, 0.28), (4, 0.01))
    assert await results(sender, [first, third, second, third, first]) == [
        "posted",
        "updated",
        "stale",
        "stale",
        "stale",
    ]
    assert len(slack.calls) == 2


async def test_a_page_overtaken_by_a_later_edit_still_interrupts(slack, sender):
    watch, page, edit = course((0, 0.15), (2, 0.5), (4, 0.7))
    assert await results(sender, [watch, edit, page, page]) == ["posted", "updated", "pinged", "stale"]
    assert [message.mentions for message in slack.messages] == [(), ("!here",)]
    assert "risk 70 %" in slack.messages[0].text


async def test_a_page_that_nobody_waits_for_any_more_interrupts_nobody(slack, sender):
    told = course((0, 0.15), (2, 0.5), (3, 0.01), (123, 0.01))
    assert await results(sender, [told[0], told[-1], told[1]]) == ["posted", "updated", "stale"]
    assert len(slack.messages) == 1


async def test_the_first_that_arrives_of_a_page_interrupts_even_if_the_opening_was_lost(slack, sender):
    slack.fail("chat.postMessage", "channel_not_found")
    opening, edit = course((0, 0.5), (2, 0.7))
    assert await results(sender, [opening, edit]) == ["failed:channel_not_found", "posted"]
    assert slack.messages[0].mentions == ("!here",)


async def test_a_ping_goes_out_once_though_the_edit_after_it_fails(slack, sender):
    watch, page = course((0, 0.15), (2, 0.5))
    slack.fail("chat.update", "fatal_error")
    assert await results(sender, [watch, page, page, page]) == [
        "posted",
        "failed:fatal_error",
        "updated",
        "stale",
    ]
    assert [message.mentions for message in slack.messages] == [(), ("!here",)]


@pytest.mark.parametrize(
    ("risk", "next_risk"),
    [
        pytest.param(0.15, 0.28, id="edit of a watch"),
        pytest.param(0.15, 0.5, id="watch to page"),
        pytest.param(0.5, 0.9, id="page to critical"),
        pytest.param(0.5, 0.7, id="edit of a page"),
    ],
)
async def test_a_message_that_somebody_removed_is_posted_again(slack, sender, risk, next_risk):
    first, second = course((0, risk), (2, next_risk))
    await sender.send(first)
    slack.delete(slack.messages[0])
    assert (await sender.send(second)).result == "reposted"
    (message,) = slack.messages
    assert message.mentions == (("!here",) if second.notifies else ())


async def test_429_is_waited_out_and_nothing_is_lost(slack, sender):
    slack.fail("chat.postMessage", "ratelimited", status=429, retry_after=1)
    begun = time.monotonic()
    assert await results(sender, course((0, 0.5))) == ["posted"]
    assert time.monotonic() - begun >= 1
    assert (len(slack.calls), len(slack.messages)) == (2, 1)


async def test_a_burst_beyond_slack_s_pace_all_arrives(store):
    async with StandIn(pace=Pace(per_s=2, burst=2)) as slack:
        sender = SlackSender(slack_client(TOKEN, slack.api_url), CHANNEL, store)
        told = [course((0, 0.5), thread_id=str(n))[0] for n in range(3)]
        outcomes = await asyncio.gather(*map(sender.send, told))
        assert {outcome.result for outcome in outcomes} == {"posted"}
        assert [message.metadata["event_payload"]["incident_id"] for message in slack.messages] == [
            one.alert.incident_id for one in told
        ]


@pytest.mark.parametrize(
    ("error", "status", "result", "retryable"),
    [
        pytest.param("channel_not_found", 200, "failed:channel_not_found", False, id="wrong channel"),
        pytest.param("is_archived", 200, "failed:is_archived", False, id="archived"),
        pytest.param("token_revoked", 200, "failed:token_revoked", False, id="revoked"),
        pytest.param("internal_error", 200, "failed:internal_error", True, id="slack's own trouble"),
        pytest.param("service_unavailable", 502, "failed:service_unavailable", True, id="bad gateway"),
        pytest.param("Weird <b>\n" + "x" * 500, 200, "failed:unknown", False, id="no name for a metric"),
    ],
)
async def test_errors_are_labelled_and_never_raised(slack, sender, error, status, result, retryable):
    slack.fail("chat.postMessage", error, status=status)
    outcome = await sender.send(course((0, 0.5))[0])
    assert (outcome.result, outcome.retryable) == (result, retryable)
    assert (await sender.send(course((0, 0.5))[0])).result == "posted"


async def test_a_server_that_is_not_slack_is_a_failure_with_a_name(store):
    async def not_slack(_):
        return aiohttp.web.Response(status=404, text="<h1>no</h1>", content_type="text/html")

    app = aiohttp.web.Application()
    app.router.add_route("*", "/{any:.*}", not_slack)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        outcome = await SlackSender(slack_client(TOKEN, url), CHANNEL, store).send(course((0, 0.5))[0])
    finally:
        await runner.cleanup()
    assert (outcome.result, outcome.retryable) == ("failed:http_404", False)


async def test_an_unreachable_slack_is_worth_another_try(store):
    async with StandIn() as slack:
        url = slack.api_url
    outcome = await SlackSender(slack_client(TOKEN, url), CHANNEL, store).send(course((0, 0.5))[0])
    assert (outcome.result, outcome.retryable) == ("failed:connection", True)


async def test_the_token_and_people_s_words_stay_out_of_logs_and_outcomes(slack, store, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "xoxb-very-secret"
    sender = SlackSender(slack_client(secret, slack.api_url), CHANNEL, store)
    told = course((0, 0.5))[0]
    outcome = await sender.send(told)
    assert outcome.result == "failed:invalid_auth"
    for said in (secret, told.card.excerpt, told.card.author):
        assert said not in caplog.text + repr(outcome)


async def test_who_restarts_with_the_same_store_goes_on_with_the_same_message(slack, store):
    for one in course((0, 0.15), (2, 0.28), (4, 0.01)):
        sender = SlackSender(slack_client(TOKEN, slack.api_url), CHANNEL, store)
        await sender.send(replace(one))
    assert len(slack.messages) == 1
