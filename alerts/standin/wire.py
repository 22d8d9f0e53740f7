"""Messages as Slack's answers and payloads tell them."""

from typing import Any

from alerts.standin.channel import Channel, Message
from alerts.standin.workspace import APP, BOT, BOT_USER, TEAM

_NAMED = ("button", "overflow", "static_select")


def shown(message: Message, channel: Channel | None = None, with_metadata: bool = False) -> dict[str, Any]:
    """Tell of a message; with its channel also of the thread under it."""
    told: dict[str, Any] = {
        "type": "message",
        "app_id": APP,
        "bot_id": BOT,
        "team": TEAM,
        "user": BOT_USER,
        "ts": message.ts,
        "text": message.text,
        "blocks": named(message.blocks),
    }
    if message.thread_ts is not None:
        told["thread_ts"] = message.thread_ts
        told["parent_user_id"] = BOT_USER
    elif channel is not None and (replies := channel.replies(message.ts)):
        told |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": 1,
            "reply_users": [BOT_USER],
            "latest_reply": replies[-1].ts,
        }
    if message.edited_at is not None:
        told["edited"] = {"user": BOT_USER, "ts": f"{message.edited_at:.6f}"}
    if with_metadata and message.metadata is not None:
        told["metadata"] = message.metadata
    return told


def named(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give ids to the blocks and elements that were sent without, as Slack does; always the same ones."""
    return [_named(block, f"b{place}") for place, block in enumerate(blocks)]


def _named(block: dict[str, Any], block_id: str) -> dict[str, Any]:
    block = {**block, "block_id": block.get("block_id") or block_id}
    if block["type"] == "actions":
        block["elements"] = [_acting(element, f"a{place}") for place, element in enumerate(block["elements"])]
    if "accessory" in block:
        block["accessory"] = _acting(block["accessory"], "a0")
    return block


def _acting(element: dict[str, Any], action_id: str) -> dict[str, Any]:
    if element["type"] not in _NAMED or element.get("action_id"):
        return element
    return {**element, "action_id": action_id}
