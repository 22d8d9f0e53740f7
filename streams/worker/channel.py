"""Where alerts go: the desk's channel, by its id."""

import asyncio

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from alerts.slack.delivery.channels import find_channel
from alerts.slack.delivery.trouble import Trouble

AGAIN_S = 5.0

_log = structlog.get_logger("brandmelder.sending")


async def channel_of(client: AsyncWebClient, channel: str) -> str:
    """Find the channel's id, as soon as Slack tells; its name where Slack never will."""
    while True:
        try:
            found = await find_channel(client, channel)
        except Trouble as error:
            _log.warning("Slack does not say which channel that is, asking again", channel=channel, error=error.name)
            await asyncio.sleep(max(AGAIN_S, error.wait_s))
            continue
        if found is None:
            _log.error(
                "the channel's id is not known: give it in the desk file, or the app the scope channels:read",
                channel=channel,
            )
        return found or channel
