"""What a method's limits, the token's scopes and a bad line do to calls."""

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from standin_clients import client, eventually, refused

from alerts.standin import StandIn, as_slack
from alerts.standin.server import APP_TOKEN, CHANNEL, SCOPES, TOKEN

NOW = 1_700_000_000.0


async def taken_within(seconds, call, now):
    """How many of as many calls as can be are taken within so many seconds of the clock."""
    end, count = now[0] + seconds, 0
    while now[0] < end:
        try:
            await call()
        except SlackApiError as error:
            now[0] += waits(error.response)
        else:
            count += 1
    return count


def waits(answer):
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    return int(answer.headers["Retry-After"])


@pytest.mark.parametrize(
    ("method", "given", "least", "most"),
    [
        pytest.param("chat.postMessage", {"channel": CHANNEL, "text": "x"}, 60, 63, id="a message a second"),
        pytest.param("conversations.history", {"channel": CHANNEL}, 50, 71, id="tier 3"),
        pytest.param("users.info", {"user": "U0ANNA"}, 100, 121, id="tier 4"),
    ],
)
async def test_each_method_has_its_own_limit(method, given, least, most):
    now = [NOW]
    async with StandIn(pace=as_slack(), clock=lambda: now[0]) as slack:
        web = client(slack)
        assert least <= await taken_within(60, lambda: web.api_call(method, params=given), now) <= most
        await web.auth_test()


async def test_a_busy_channel_does_not_hold_up_another_one_and_edits_not_messages():
    async with StandIn(pace=as_slack(), channels={"C1": "one", "C2": "two"}, clock=lambda: NOW) as slack:
        web = client(slack)
        posted = [await web.chat_postMessage(channel="C1", text="x") for _ in range(3)]
        assert (await refused(web.chat_postMessage(channel="C1", text="x"))).status_code == 429
        await web.chat_postMessage(channel="C2", text="x")
        for _ in range(20):
            await web.chat_update(channel="C1", ts=posted[0]["ts"], text="y")
        assert (await refused(web.chat_update(channel="C1", ts=posted[0]["ts"], text="y"))).status_code == 429


async def test_a_missing_scope_is_named():
    scopes = [scope for scope in SCOPES if scope != "files:write"]
    async with StandIn(scopes=scopes) as slack:
        web = client(slack)
        answer = await refused(web.files_getUploadURLExternal(filename="a.png", length=1))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "files:write")
        assert answer["provided"].split(",") == scopes
        assert answer.headers["x-accepted-oauth-scopes"] == "files:write"
        told = await web.auth_test()
        assert told.headers["x-oauth-scopes"].split(",") == scopes


async def test_revoked_and_mistaken_tokens_are_told_apart(slack):
    assert (await refused(client(slack, APP_TOKEN).auth_test()))["error"] == "not_allowed_token_type"
    opening = client(slack, TOKEN).apps_connections_open(app_token=TOKEN)
    assert (await refused(opening))["error"] == "not_allowed_token_type"
    slack.revoke()
    assert (await refused(client(slack).auth_test()))["error"] == "token_revoked"
    opening = client(slack).apps_connections_open(app_token=APP_TOKEN)
    assert (await refused(opening))["error"] == "token_revoked"


@pytest.mark.parametrize(("after", "arrived"), [(False, 0), (True, 1)], ids=["before", "after"])
async def test_a_connection_can_be_lost_before_and_after_the_effect(slack, after, arrived):
    slack.drop("chat.postMessage", after=after)
    web = client(slack)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await web.chat_postMessage(channel=CHANNEL, text="x")
    assert len(slack.messages) == arrived
    await web.chat_postMessage(channel=CHANNEL, text="y")
    assert len(slack.messages) == arrived + 1


async def test_an_error_can_come_after_the_effect(slack):
    slack.fail("chat.postMessage", "internal_error", status=500, after=True, times=2)
    for _ in range(2):
        assert (await refused(client(slack).chat_postMessage(channel=CHANNEL, text="x"))).status_code == 500
    assert len(slack.messages) == 2


async def test_a_call_can_be_kept_waiting(slack):
    slack.delay("auth.test", 0.2)
    begun = time.monotonic()
    await client(slack).auth_test()
    assert time.monotonic() - begun >= 0.2
    slack.delay("chat.postMessage", 0.2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client(slack).chat_postMessage(channel=CHANNEL, text="x"), 0.05)
    await eventually(lambda: slack.messages)
