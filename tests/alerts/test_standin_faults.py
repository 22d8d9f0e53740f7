from random import Random

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from alerts.slack.client import slack_client
from alerts.standin import StandIn
from alerts.standin.faults import Fault, RandomFaults
from alerts.standin.server import CHANNEL, TOKEN

CALLS = 90


async def test_a_third_of_the_calls_fails_in_several_ways_and_some_of_those_have_their_effect():
    faults = RandomFaults(1 / 3, Random(3), late_s=0.0)
    told, failed = 0, set()
    async with StandIn(faults=faults) as slack:
        client = slack_client(TOKEN, slack.api_url)
        for number in range(CALLS):
            try:
                await client.chat_postMessage(channel=CHANNEL, text=str(number))
                told += 1
            except SlackApiError as error:
                failed.add(error.response.status_code)
            except aiohttp.ClientError:
                failed.add("dropped")
        posted = len(slack.messages)
    assert faults.taken.total() == CALLS
    assert 0.2 < faults.taken[True] / CALLS < 0.45
    assert told == CALLS - faults.taken[True]
    assert told < posted < CALLS, "some only lost their answer"
    assert failed == {429, 500, 503, "dropped"}


async def test_what_is_asked_for_comes_besides():
    faults = RandomFaults(0.0, Random(3))
    async with StandIn(faults=faults) as slack:
        slack.fail("chat.postMessage", "not_in_channel")
        with pytest.raises(SlackApiError, match="not_in_channel"):
            await slack_client(TOKEN, slack.api_url).chat_postMessage(channel=CHANNEL, text="x")


def test_a_delay_that_was_asked_for_does_not_save_a_call_from_chance():
    faults = RandomFaults(1.0, Random(3))
    faults.add("chat.postMessage", Fault(delay_s=0.1), 1)
    assert faults.take("chat.postMessage").fails
