"""What Slack refuses of a message's Block Kit, and with what words."""

import json
from collections.abc import Callable
from typing import Any

from alerts.standin.elements import wrong_element, wrong_image, wrong_text

_MOST_BLOCKS = 50
_MOST_IN_ALL = 13_200  # Slack answers msg_blocks_too_long from about here, counting the JSON
_HEADER, _SECTION, _FIELD = 150, 3000, 2000
_MOST_FIELDS, _MOST_IN_CONTEXT, _MOST_ACTIONS = 10, 10, 25
_BLOCK_ID = 255
_ACTIONS = ("button", "overflow", "static_select")


class Refused(Exception):  # noqa: N818 -- Slack's answer, no error of the stand-in
    """Slack answers `ok: false` with this error and these details."""

    def __init__(self, error: str, *details: str) -> None:
        super().__init__(error)
        self.error = error
        self.details = details


def check_blocks(blocks: object) -> list[dict[str, Any]]:
    """Let blocks through that Slack would take.

    Raises
    ------
    Refused
        With ``invalid_blocks`` and what is wrong where, or ``msg_blocks_too_long``.
    """
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    if len(blocks) > _MOST_BLOCKS:
        raise Refused("invalid_blocks", f"no more than {_MOST_BLOCKS} items allowed [json-pointer:/blocks]")
    used: set[str] = set()
    wrong = [
        f"{complaint} [json-pointer:/blocks/{place}]"
        for place, block in enumerate(blocks)
        if (complaint := _wrong_with(block, used))
    ]
    if wrong:
        raise Refused("invalid_blocks", *wrong)
    if len(json.dumps(blocks, ensure_ascii=False)) > _MOST_IN_ALL:
        raise Refused("msg_blocks_too_long")
    return blocks


def _wrong_with(block: object, used: set[str]) -> str | None:
    """Say what is wrong with a block, given the block ids used before it, and note its own."""
    if not isinstance(block, dict):
        return "must be an object"
    block_id = block.get("block_id")
    if block_id is not None:
        if not isinstance(block_id, str) or not 1 <= len(block_id) <= _BLOCK_ID:
            return f"block_id must be less than {_BLOCK_ID + 1} characters"
        if block_id in used:
            return f"block_id {block_id} already exists"
        used.add(block_id)
    check = _CHECKS.get(str(block.get("type")))
    return check(block) if check is not None else f"unsupported type: {block.get('type')}"


def _wrong_header(block: dict[str, Any]) -> str | None:
    return wrong_text(block.get("text"), _HEADER, ("plain_text",))


def _wrong_context(block: dict[str, Any]) -> str | None:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= _MOST_IN_CONTEXT:
        return f"1 to {_MOST_IN_CONTEXT} elements required"
    return next((wrong for one in elements if (wrong := _wrong_in_context(one))), None)


def _wrong_in_context(element: object) -> str | None:
    if isinstance(element, dict) and element.get("type") == "image":
        return wrong_image(element)
    return wrong_text(element, _SECTION)


def _wrong_actions(block: dict[str, Any]) -> str | None:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= _MOST_ACTIONS:
        return f"1 to {_MOST_ACTIONS} elements required"
    if wrong := next((wrong for one in elements if (wrong := wrong_element(one, _ACTIONS))), None):
        return wrong
    ids = [element["action_id"] for element in elements if "action_id" in element]
    return "action_id has to be unique in its block" if len(set(ids)) < len(ids) else None


def _wrong_section(block: dict[str, Any]) -> str | None:
    fields = block.get("fields")
    if "text" not in block and not fields:
        return "missing required field: text"
    if "text" in block and (wrong := wrong_text(block["text"], _SECTION)):
        return wrong
    if "accessory" in block and (wrong := wrong_element(block["accessory"], (*_ACTIONS, "image"))):
        return wrong
    if fields is None:
        return None
    if not isinstance(fields, list) or len(fields) > _MOST_FIELDS:
        return f"no more than {_MOST_FIELDS} fields allowed"
    return next((wrong for one in fields if (wrong := wrong_text(one, _FIELD))), None)


_CHECKS: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "actions": _wrong_actions,
    "context": _wrong_context,
    "divider": lambda _: None,
    "header": _wrong_header,
    "image": wrong_image,
    "section": _wrong_section,
}
