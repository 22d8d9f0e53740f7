"""Who is let in: the app's two tokens, and what they allow."""

import hmac
from collections.abc import Collection

from alerts.standin.limits import Refused

TOKEN = "xoxb-stand-in"  # noqa: S105 -- opens nothing but this server
APP_TOKEN = "xapp-stand-in"  # noqa: S105 -- the same
SCOPES = ("channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write", "users:read")
APP_SCOPES = ("connections:write",)


class MissingScope(Refused):
    """The token does not allow the method; `needed` and `provided` name scopes."""

    def __init__(self, needed: str, provided: Collection[str]) -> None:
        super().__init__("missing_scope")
        self.needed = needed
        self.provided = provided


class Keys:
    """The tokens that open the stand-in.

    Parameters
    ----------
    bot
        The bot token, for nearly every method.
    app
        The app-level token, for opening WebSockets.
    scopes
        What the bot token allows.
    """

    def __init__(self, bot: str, app: str, scopes: Collection[str]) -> None:
        self.scopes = scopes
        self.revoked = False
        self._bot = bot
        self._app = app

    def check(self, token: str, scope: str) -> None:
        """Let a token through that allows what the scope says.

        Raises
        ------
        Refused
            With ``not_authed``, ``invalid_auth``, ``token_revoked``, ``not_allowed_token_type`` or
            ``missing_scope``.
        """
        if not token:
            raise Refused("not_authed")
        for_app = scope in APP_SCOPES
        right, other = (self._app, self._bot) if for_app else (self._bot, self._app)
        if _same(token, other):
            raise Refused("not_allowed_token_type")
        if not _same(token, right):
            raise Refused("invalid_auth")
        if self.revoked:
            raise Refused("token_revoked")
        if scope and not for_app and scope not in self.scopes:
            raise MissingScope(scope, self.scopes)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
