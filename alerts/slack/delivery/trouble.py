"""What went wrong with a request to Slack, and what to do about it."""

import logging
import re
from typing import Literal

import aiohttp
from slack_sdk.errors import SlackApiError

Nature = Literal["limited", "passing", "lost", "gone", "broken", "refused", "shut"]
"""What an error means for whoever sent the request.

limited: too fast, and surely not done. passing: not done, worth another try. lost: nobody knows whether it was done.
gone: the message or its thread is not there any more, or cannot be edited. broken: Slack does not take this message.
refused: Slack does not do this one. shut: Slack does none of the kind until an administrator mends it.
"""

_log = logging.getLogger(__name__)
_ERROR_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LOST = frozenset(("fatal_error", "internal_error", "request_timeout", "service_unavailable", "unreadable"))
_PASSING = frozenset(("team_added_to_org", "message_limit_exceeded"))
_GONE = frozenset(("message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"))
_BROKEN = frozenset(
    (
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_json",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    )
)
NO_CHANNEL = frozenset(("channel_not_found", "is_archived", "not_in_channel"))
_SHUT = NO_CHANNEL | frozenset(
    (
        "access_denied",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "restricted_action",
        "restricted_action_read_only_channel",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    )
)
_LONGEST_WAIT_S = 600.0


class Trouble(Exception):  # noqa: N818 -- what happened, not whose fault
    """A request that came to nothing.

    `name` is short and from a small set, fit for a metric's label. `wait_s` is how long Slack asks to wait.
    """

    def __init__(self, nature: Nature, name: str, wait_s: float = 0.0) -> None:
        super().__init__(name)
        self.nature = nature
        self.name = name
        self.wait_s = wait_s


def trouble(error: Exception) -> Trouble:
    """Read what an exception of the Slack client means."""
    if isinstance(error, SlackApiError):
        return _answered(error)
    if isinstance(error, TimeoutError):
        return Trouble("lost", "timeout")
    if isinstance(error, aiohttp.ClientConnectorError):
        return Trouble("passing", "unreachable")
    if isinstance(error, aiohttp.ClientError | OSError):
        return Trouble("lost", "connection")
    # An answer that the client cannot read makes it raise about anything.
    _log.error("asking Slack failed in a way that nobody foresaw: %s", type(error).__name__)
    return Trouble("lost", "unforeseen")


def _answered(error: SlackApiError) -> Trouble:
    name = _name(error)
    status = getattr(error.response, "status_code", None)
    if status == 429 or name in ("ratelimited", "rate_limited"):
        return Trouble("limited", "ratelimited", _retry_after(error))
    if name in _LOST or (isinstance(status, int) and status >= 500):
        return Trouble("lost", name)
    natures: tuple[tuple[frozenset[str], Nature], ...] = (
        (_PASSING, "passing"),
        (_GONE, "gone"),
        (_BROKEN, "broken"),
        (_SHUT, "shut"),
    )
    return Trouble(next((nature for names, nature in natures if name in names), "refused"), name)


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    given = next((value for key, value in headers.items() if str(key).lower() == "retry-after"), "1")
    try:
        return min(max(float(given), 0.0), _LONGEST_WAIT_S)
    except ValueError:
        return 1.0


def _name(error: SlackApiError) -> str:
    """Name Slack's error; a status where the answer has no name, for a proxy may have given it."""
    data = getattr(error.response, "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    if isinstance(name, str):
        return name if _ERROR_NAME.fullmatch(name) else "unknown"
    status = getattr(error.response, "status_code", None)
    return f"http_{status}" if isinstance(status, int) and status != 200 else "unreadable"
