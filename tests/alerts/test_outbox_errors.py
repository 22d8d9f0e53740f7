"""Whatever Slack answers, or does not: nothing is lost, nothing is sent twice, and somebody is told."""

import asyncio
import logging

import aiohttp
import pytest
from alert_samples import assessed, incident, notified
from msgspec.structs import replace
from outboxes import Clock, outbox_at, results, until

from alerts.severity import Severity
from alerts.slack.delivery.store import Delivered, MemoryStore
from alerts.standin.server import CHANNEL

FAST = 50.0
WATCH, PAGE = incident(Severity.WATCH), incident(Severity.PAGE)
OTHER = incident(Severity.PAGE, assessed(thread_id="other"))


def page(revision=1, entry=PAGE):
    return notified(replace(entry, revision=revision), "opened" if revision == 1 else "climbed", who=("here",))


def edit(revision, entry=PAGE):
    return notified(replace(entry, revision=revision), "refreshed")


def shown(slack):
    """What each message shows and whom each reply interrupted for, by metadata."""
    return [
        (message.metadata["event_payload"]["revision"], tuple(message.metadata["event_payload"]["pings"]))
        for message in slack.messages
    ]


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
async def outbox(slack, store):
    async with outbox_at(slack, store, clock=Clock(FAST)) as outbox:
        yield outbox


async def test_429_is_waited_out_and_nothing_is_lost(slack, outbox):
    slack.fail("chat.postMessage", "ratelimited", status=429, retry_after=20)
    outcome = await outbox.add(page())
    assert outcome.result == "posted"
    assert 20.0 <= outcome.waited_s < 40.0
    assert len(slack.messages) == 1
    assert outbox.counted == ["limited", "posted"]


async def test_edits_that_slack_limits_do_not_delay_a_page(slack, outbox):
    await results(outbox, page())
    slack.fail("chat.update", "ratelimited", status=429, retry_after=60)
    slow = outbox.add(edit(2))
    await until(lambda: "limited" in outbox.counted)
    outcome = await outbox.add(page(1, OTHER))
    assert (outcome.result, outcome.waited_s < 20.0, slow.done()) == ("posted", True, False)
    assert (await slow).waited_s >= 60.0


async def test_a_page_that_comes_while_slack_limits_goes_before_what_waited(slack, outbox):
    slack.fail("chat.postMessage", "ratelimited", status=429, retry_after=20)
    waits = [outbox.add(edit(1, incident(Severity.WATCH, assessed(thread_id=str(n))))) for n in range(3)]
    await until(lambda: "limited" in outbox.counted)
    await asyncio.gather(outbox.add(page()), *waits)
    assert slack.messages[0].text.startswith("🔴 PAGE")


@pytest.mark.parametrize("after", [False, True], ids=["before it was done", "after it was done"])
@pytest.mark.parametrize("loss", ["drop", "502", "internal_error", "fatal_error", "timeout"])
@pytest.mark.parametrize("what", ["post", "ping", "edit"])
async def test_an_answer_that_never_comes_neither_loses_nor_doubles(slack, store, what, loss, after):
    async with outbox_at(slack, store, clock=Clock(FAST), timeout_s=1) as outbox:
        await results(outbox, *([] if what == "post" else [edit(1, WATCH)]))
        method = "chat.update" if what == "edit" else "chat.postMessage"
        if loss == "drop":
            slack.drop(method, after=after)
        elif loss == "502":
            slack.fail(method, "bad_gateway", status=502, after=after)
        elif loss == "timeout":
            slack.delay(method, 1.5)
        else:
            slack.fail(method, loss, after=after)
        told = {"post": page(), "ping": page(2), "edit": edit(2)}[what]
        outcome = await asyncio.wait_for(outbox.add(told), 10.0)
        await outbox.at_rest()
    assert outcome.result in ("posted", "updated", "pinged", "healed")
    expected = {"post": [(1, (1,))], "ping": [(2, (2,)), (2, (2,))], "edit": [(2, ())]}[what]
    assert shown(slack) == expected
    assert any(one.startswith("retried:") for one in outbox.counted)


async def test_many_lost_answers_are_looked_up_in_one_go(slack, outbox):
    slack.drop("chat.postMessage", after=True, times=3)
    others = [incident(Severity.PAGE, assessed(thread_id=str(n))) for n in range(3)]
    slack.drop("conversations.history", times=1)
    outcomes = await asyncio.gather(*(outbox.add(page(1, one)) for one in others))
    assert len(slack.messages) == 3
    assert {outcome.result for outcome in outcomes} == {"healed"}
    assert [method for method, _ in slack.calls].count("chat.postMessage") == 3


@pytest.mark.parametrize("what", ["post", "ping"])
async def test_an_answer_that_comes_too_late_doubles_nothing(slack, store, what):
    async with outbox_at(slack, store, clock=Clock(0.5), timeout_s=1) as outbox:
        await results(outbox, *([] if what == "post" else [edit(1, WATCH)]))
        slack.delay("chat.postMessage", 1.5)  # a second passes before it is looked for
        told = page() if what == "post" else page(2)
        outcome = await asyncio.wait_for(outbox.add(told), 10.0)
        await outbox.at_rest()
    assert shown(slack) == ([(1, (1,))] if what == "post" else [(2, (2,)), (2, (2,))])
    assert outbox.counted.count("retried:timeout") == 1
    assert outcome.waited_s >= 1.0


async def test_a_look_goes_through_every_page_of_the_history(slack, outbox):
    others = [edit(1, incident(Severity.WATCH, assessed(thread_id=str(n)))) for n in range(230)]
    await results(outbox, page())
    await asyncio.gather(*(outbox.add(one) for one in others))
    async with outbox_at(slack, MemoryStore()) as restarted:
        assert await results(restarted, page(), again=True) == ["healed"]
    assert len(slack.messages) == 231
    assert [method for method, _ in slack.calls].count("conversations.history") == 2


async def test_an_unreachable_slack_is_tried_until_it_is_there(store):
    async with outbox_at(Nowhere, store, clock=Clock(FAST)) as outbox:
        wait = outbox.add(page())
        await until(lambda: outbox.counted.count("retried:unreachable") >= 3)
        assert not wait.done()
        assert outbox.depth == 1
        assert outbox.oldest_waiting_s > 2.0


class Nowhere:
    api_url = "http://127.0.0.1:9/api/"


@pytest.mark.parametrize(
    "error",
    [
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "token_revoked",
        "account_inactive",
        "missing_scope",
        "odd_one",
    ],
)
async def test_what_an_administrator_must_mend_is_kept_and_said_once(slack, store, caplog, error):
    slack.fail("chat.postMessage", error, times=4)
    async with outbox_at(slack, store, clock=Clock(200.0)) as outbox:
        waits = [outbox.add(page()), outbox.add(page(1, OTHER))]
        await until(lambda: outbox.counted.count(f"parked:{error}") >= 3)
        assert not any(wait.done() for wait in waits)
        outcomes = [await wait for wait in waits]
    assert [outcome.result for outcome in outcomes] == ["posted", "posted"]
    assert max(outcome.waited_s for outcome in outcomes) >= 5 + 10 if error != "odd_one" else True
    assert len(slack.messages) == 2
    complaints = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(complaints) == 1
    assert error in complaints[0].getMessage()
    assert "again" in caplog.records[-1].getMessage()


async def test_a_revoked_token_loses_nothing(slack, store):
    async with outbox_at(slack, store, clock=Clock(FAST)) as outbox:
        await results(outbox, page())
        slack.revoke()
        waits = [outbox.add(edit(2)), outbox.add(page(1, OTHER))]
        await until(lambda: len([one for one in outbox.counted if one.startswith("parked:")]) >= 2)
        assert not any(wait.done() for wait in waits)


async def test_one_message_that_slack_will_not_have_does_not_keep_the_others(slack, outbox):
    slack.fail("chat.postMessage", "some_policy")
    first = outbox.add(page())
    await until(lambda: outbox.counted)
    assert (await outbox.add(page(1, OTHER))).result == "posted"
    assert (await first).result == "posted"


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "metadata_too_large"])
async def test_a_message_whose_blocks_slack_refuses_goes_out_as_text(slack, outbox, error):
    slack.fail("chat.postMessage", error)
    assert await results(outbox, page()) == ["posted"]
    (message,) = slack.messages
    assert message.blocks == []
    assert message.text.startswith("<!here> 🔴 PAGE · Albert Heijn")
    assert message.mentions == ("!here",)
    assert outbox.counted == [f"simplified:{error}", "posted"]
    assert await results(outbox, edit(2)) == ["updated"]
    assert message.blocks


async def test_what_slack_refuses_even_as_text_is_given_up_and_counted(slack, outbox):
    slack.fail("chat.postMessage", "msg_too_long", times=2)
    assert await results(outbox, page()) == ["failed:msg_too_long"]
    assert outbox.depth == 0
    assert await results(outbox, page(2)) == ["posted"]


async def test_a_layout_that_breaks_does_not_lose_the_alert(slack, outbox, caplog):
    broken = replace(page(), alert=replace(page().alert, reasons=(None,)))
    assert await results(outbox, broken) == ["posted"]
    assert slack.messages[0].text.startswith("<!here> 🔴 PAGE")
    assert "could not be laid out" in caplog.text


async def test_messages_in_a_channel_that_the_desk_has_left_are_posted_in_the_new_one(slack, outbox, store):
    store.put(PAGE.incident_id, Delivered("C0OLD", "1700000000.000001", 1, (1,)))
    assert await results(outbox, edit(2)) == ["reposted"]
    assert slack.messages[0].channel == CHANNEL
    assert slack.messages[0].mentions == ()


async def test_who_may_not_look_messages_up_is_told_and_goes_on(slack, outbox, caplog):
    slack.fail("conversations.history", "missing_scope")
    assert await results(outbox, page(), again=True) == ["posted"]
    assert "unseen:missing_scope" in outbox.counted
    assert "sent twice" in caplog.text


async def test_nothing_is_posted_while_it_cannot_be_told_whether_it_was(slack, outbox):
    slack.fail("conversations.history", "invalid_auth", times=2)
    assert await results(outbox, page(), again=True) == ["posted"]
    assert [method for method, _ in slack.calls] == ["conversations.history"] * 3 + ["chat.postMessage"]


async def test_a_server_that_is_not_slack_is_kept_away_from(store):
    async def not_slack(_):
        return aiohttp.web.Response(status=404, text="<h1>no</h1>", content_type="text/html")

    async def plain(_):
        return aiohttp.web.Response(status=200, text="hello")

    app = aiohttp.web.Application()
    app.router.add_route("*", "/html/{any:.*}", not_slack)
    app.router.add_route("*", "/text/{any:.*}", plain)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        for path, counted in (("html", "parked:http_404"), ("text", "retried:unforeseen")):
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/{path}/"
            server = type("Server", (), {"api_url": url})
            async with outbox_at(server, MemoryStore(), clock=Clock(FAST)) as outbox:
                wait = outbox.add(page())
                await until(lambda counted=counted, outbox=outbox: counted in outbox.counted)
                assert not wait.done()
    finally:
        await runner.cleanup()


async def test_the_token_and_people_s_words_stay_out_of_logs_and_outcomes(slack, store, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "xoxb-very-secret"
    async with outbox_at(slack, store, token=secret) as outbox:
        outbox.add(page())
        await until(lambda: outbox.counted)
        assert outbox.counted[0] == "parked:invalid_auth"
    for said in (secret, PAGE.assessment.card.excerpt, PAGE.assessment.card.author):
        assert said not in caplog.text + repr(outbox.counted)
