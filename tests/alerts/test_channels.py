import pytest

from alerts.slack.client import slack_client
from alerts.slack.delivery.channels import find_channel
from alerts.slack.delivery.trouble import Trouble
from alerts.standin import StandIn
from alerts.standin.server import SCOPES, TOKEN

CHANNELS = {f"C{n:08d}": f"kanaal-{n}" for n in range(1_500)} | {"C0WEBCARE": "webcare"}


@pytest.mark.parametrize(
    ("channel", "found"),
    [
        pytest.param("C0ANY", "C0ANY", id="an id is given back"),
        pytest.param("#kanaal-3", "C00000003", id="on the first page"),
        pytest.param("#webcare", "C0WEBCARE", id="on the last page"),
        pytest.param("#kanaal", None, id="none of that name"),
    ],
)
async def test_a_channel_is_found_by_its_name(channel, found):
    async with StandIn(channels=CHANNELS) as slack:
        assert await find_channel(slack_client(TOKEN, slack.api_url), channel) == found


async def test_an_app_that_may_not_look_finds_nothing():
    async with StandIn(scopes=[scope for scope in SCOPES if scope != "channels:read"]) as slack:
        assert await find_channel(slack_client(TOKEN, slack.api_url), "#webcare") is None


async def test_a_slack_that_does_not_answer_is_another_matter():
    async with StandIn() as slack:
        slack.fail("conversations.list", "internal_error", status=503)
        with pytest.raises(Trouble):
            await find_channel(slack_client(TOKEN, slack.api_url), "#webcare")
        assert await find_channel(slack_client(TOKEN, slack.api_url), "#webcare") == "C0WEBCARE"


async def test_an_archived_channel_is_none():
    async with StandIn() as slack:
        slack.archive("C0WEBCARE")
        assert await find_channel(slack_client(TOKEN, slack.api_url), "#webcare") is None
