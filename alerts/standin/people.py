"""The methods that tell who is who."""

import secrets

from alerts.standin.arguments import Arguments
from alerts.standin.limits import Refused
from alerts.standin.workspace import APP, BOT, BOT_USER, TEAM, TEAM_NAME, Workspace


def auth_test(workspace: Workspace, _: Arguments) -> Arguments:
    """Do what auth.test does."""
    return {
        "url": workspace.url,
        "team": TEAM_NAME,
        "user": "brandmelder",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def open_connection(workspace: Workspace, _: Arguments) -> Arguments:
    """Do what apps.connections.open does: let one more WebSocket in."""
    ticket = secrets.token_urlsafe(16)
    workspace.tickets.add(ticket)
    host = workspace.url.removeprefix("http:")
    return {"url": f"ws:{host}socket/?ticket={ticket}&app_id={APP}"}


def user_info(workspace: Workspace, given: Arguments) -> Arguments:
    """Do what users.info does."""
    user = str(given.get("user"))
    name = "Brandmelder" if user == BOT_USER else workspace.users.get(user)
    if name is None:
        raise Refused("user_not_found")
    return {
        "user": {
            "id": user,
            "team_id": TEAM,
            "name": handle(name),
            "real_name": name,
            "deleted": False,
            "is_bot": user == BOT_USER,
            "tz": "Europe/Amsterdam",
            "profile": {"real_name": name, "display_name": name},
        }
    }


def handle(name: str) -> str:
    """Make the user name of somebody called so."""
    return name.lower().replace(" ", ".")
