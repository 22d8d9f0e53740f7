"""Whether Slack lets the service in, and lets it do what the desk file asks for."""

from collections.abc import Awaitable, Iterator

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from alerts.slack.client import slack_client
from scoring.errors import UserError
from streams.checkup.part import Fact
from streams.desk import SlackSettings

_WAIT_S = 10
_HISTORY = ("channels:history", "groups:history")
_NAMES = ("channels:read", "groups:read")
_MEANING = {
    "invalid_auth": "the token is not one that Slack knows",
    "not_authed": "the token is empty",
    "token_revoked": "the token was revoked",
    "token_expired": "the token has expired",
    "account_inactive": "the app was removed from the workspace",
    "not_allowed_token_type": "a token of another kind; the bot's begins with xoxb, the app's with xapp",
    "missing_scope": "the token lacks the scope connections:write",
}


class SlackRefusal(UserError, RuntimeError):  # noqa: N818 - reads as what happened
    """Slack does not let the service do what it needs; says what is missing."""


async def bot(token: str, url: str, wanted: SlackSettings) -> tuple[Fact, ...]:
    """Say as whom the bot token lets the service in, and whether it may do what the desk file wants of it.

    Raises
    ------
    SlackRefusal
        If it does not, or if it lacks a scope.
    """
    answer = await _answer("SLACK_BOT_TOKEN", url, slack_client(token, url, timeout_s=_WAIT_S).auth_test())
    who = f"{answer.get('user')} in {answer.get('team')}"
    granted = answer.headers.get("x-oauth-scopes")
    if granted is None:
        return (Fact("", f"{who}; Slack does not say what it may do"),)
    missing = list(_missing({scope.strip() for scope in granted.split(",")}, wanted))
    if missing:
        raise SlackRefusal(f"{who}, but it lacks {'; '.join(missing)}. Add what is missing and install the app again")
    return (Fact("", f"{who}; it may post, read its channel" + (" and upload charts" if wanted.charts else "")),)


async def buttons(app_token: str, url: str) -> tuple[Fact, ...]:
    """Say whether the app token opens the socket that presses of buttons come through.

    Raises
    ------
    SlackRefusal
        If it does not.
    """
    client = slack_client(app_token, url, timeout_s=_WAIT_S)
    await _answer("SLACK_APP_TOKEN", url, client.apps_connections_open(app_token=app_token))
    return (Fact("", "Slack opens a socket for them"),)


def _missing(granted: set[str], wanted: SlackSettings) -> Iterator[str]:
    if "chat:write" not in granted:
        yield "chat:write (to post)"
    if granted.isdisjoint(_HISTORY):
        yield f"{' or '.join(_HISTORY)} (to read what it posted, in a public or a private channel)"
    if wanted.channel.startswith("#") and granted.isdisjoint(_NAMES):
        yield f"{' or '.join(_NAMES)} (to find {wanted.channel}, or set slack.channel to the channel's id)"
    if wanted.charts and "files:write" not in granted:
        yield "files:write (for charts, or set slack.charts = false)"


async def _answer(setting: str, url: str, call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Wait for Slack's answer; `setting` names the token that it is about."""
    try:
        return await call
    except SlackApiError as error:
        # What is not JSON comes as aiohttp's response instead of slack_sdk's.
        said = error.response.get("error") if isinstance(error.response, AsyncSlackResponse) else None
        if said is None:
            raise SlackRefusal(f"{url} does not answer as Slack does") from error
        meaning = f", {_MEANING[said]}" if said in _MEANING else ""
        raise SlackRefusal(f"{setting}: Slack answers {said}{meaning}") from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SlackRefusal(f"{url} cannot be reached") from error
