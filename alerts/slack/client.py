"""The Slack client, set up to say nothing about what it sends."""

import logging

from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

SLACK = "https://slack.com/api/"


def slack_client(token: str, base_url: str = SLACK, *, timeout_s: int = 15, waits: bool = False) -> AsyncWebClient:
    """Make a client that asks once, and leaves it to its user what to do about errors.

    The SDK's own retries after a lost answer would post twice.

    Parameters
    ----------
    token
        A bot token. It leaves the process in the Authorization header only.
    base_url
        Where the Web API is; elsewhere than at Slack in tests and in the demo.
    timeout_s
        Seconds to wait for an answer.
    waits
        Whether it waits and asks again when Slack wants it to be slower; not for the outbox, which has better to do.
    """
    # slack_sdk writes whole requests to a logger at level DEBUG or unset; people's words belong in no log.
    logger = logging.getLogger("alerts.slack.web")
    logger.setLevel(logging.WARNING)
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        timeout=timeout_s,
        logger=logger,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=10)] if waits else [],
    )
