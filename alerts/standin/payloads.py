"""What Slack tells an app of a press and of a command."""

import secrets
from typing import Any, NamedTuple

from alerts.standin.channel import Message
from alerts.standin.elements import options_of
from alerts.standin.people import handle
from alerts.standin.wire import named, shown
from alerts.standin.workspace import APP, TEAM, TEAM_DOMAIN, Workspace

_VERIFICATION = "stand-in"

Payload = dict[str, Any]


class Pressed(NamedTuple):
    """A button, or an option of a menu, in a block of a message."""

    block_id: str
    element: dict[str, Any]
    option: dict[str, Any] | None

    @property
    def value(self) -> str:
        """What the app gave it as a value."""
        return str(self.element.get("value", "") if self.option is None else self.option["value"])


def pressable(message: Message) -> list[Pressed]:
    """List what can be pressed in a message: its buttons, and each option of its menus."""
    found = []
    for block in named(message.blocks):
        accessory = [block["accessory"]] if "accessory" in block else []
        for element in block["elements"] if block["type"] == "actions" else accessory:
            if element["type"] == "button":
                found.append(Pressed(block["block_id"], element, None))
            else:
                found += [Pressed(block["block_id"], element, option) for option in options_of(element)]
    return found


def block_actions(
    workspace: Workspace, message: Message, pressed: Pressed, user: str, response_url: str, action_ts: str
) -> Payload:
    """Tell of a press, as the payload of an ``interactive`` envelope."""
    channel = workspace.channels[message.channel]
    container: Payload = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload: Payload = {
        "type": "block_actions",
        "user": _user(workspace, user),
        "api_app_id": APP,
        "token": _VERIFICATION,
        "container": container,
        "trigger_id": _trigger(),
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": _state(message, pressed)},
        "response_url": response_url,
        "actions": [_action(pressed, action_ts)],
    }
    if message.only_for is None:
        payload["message"] = shown(message, channel, with_metadata=True)
    return payload


def slash_command(
    workspace: Workspace, command: str, text: str, user: str, channel_id: str, response_url: str
) -> Payload:
    """Tell of a command, as the payload of a ``slash_commands`` envelope."""
    return {
        "token": _VERIFICATION,
        "team_id": TEAM,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel_id,
        "channel_name": workspace.channels[channel_id].name,
        "user_id": user,
        "user_name": handle(workspace.users[user]),
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": _trigger(),
    }


def _user(workspace: Workspace, user: str) -> Payload:
    name = handle(workspace.users[user])
    return {"id": user, "username": name, "name": name, "team_id": TEAM}


def _action(pressed: Pressed, action_ts: str) -> Payload:
    element = pressed.element
    action: Payload = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": pressed.block_id,
        "action_ts": action_ts,
    }
    if pressed.option is not None:
        action["selected_option"] = pressed.option
    for key in ("text", "value", "style", "url", "placeholder", "initial_option"):
        if key in element:
            action[key] = element[key]
    return action


def _state(message: Message, pressed: Pressed) -> Payload:
    """Tell what each select of the message stands on."""
    values: Payload = {}
    for one in pressable(message):
        if one.element["type"] != "static_select":
            continue
        mine = (one.block_id, one.element["action_id"]) == (pressed.block_id, pressed.element["action_id"])
        chosen = pressed.option if mine else one.element.get("initial_option")
        here = values.setdefault(one.block_id, {})
        here[one.element["action_id"]] = {"type": "static_select", "selected_option": chosen}
    return values


def _trigger() -> str:
    return f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
