"""The Slack client, set up to wait when told to and to say nothing about what it sends."""

import logging

from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

SLACK = "https://slack.com/api/"


def slack_client(token: str, base_url: str = SLACK, *, timeout_s: int = 15) -> AsyncWebClient:
    """Make a client that honours `Retry-After`, and retries where a retry can help.

    Parameters
    ----------
    token
        A bot token. It leaves the process in the Authorization header only.
    base_url
        Where the Web API is; elsewhere than at Slack in tests and in the demo.
    timeout_s
        Seconds to wait for an answer.
    """
    # slack_sdk writes whole requests to a logger at level DEBUG or unset; people's words belong in no log.
    logger = logging.getLogger("alerts.slack.web")
    logger.setLevel(logging.WARNING)
    return AsyncWebClient(
        token=token,
        base_url=base_url,
        timeout=timeout_s,
        logger=logger,
        retry_handlers=[
            AsyncConnectionErrorRetryHandler(max_retry_count=2),
            AsyncRateLimitErrorRetryHandler(max_retry_count=10),
            AsyncServerErrorRetryHandler(max_retry_count=2),
        ],
    )
