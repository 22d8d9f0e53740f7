"""What Slack refuses of a message's Block Kit, and with what words."""

import json
from collections.abc import Callable
from typing import Any

_MOST_BLOCKS = 50
_MOST_IN_ALL = 13_200  # Slack answers msg_blocks_too_long from about here, counting the JSON
_HEADER, _SECTION, _FIELD = 150, 3000, 2000
_MOST_FIELDS, _MOST_ELEMENTS = 10, 10


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
    wrong = [
        f"{complaint} [json-pointer:/blocks/{place}]"
        for place, block in enumerate(blocks)
        if (complaint := _wrong_with(block))
    ]
    if wrong:
        raise Refused("invalid_blocks", *wrong)
    if len(json.dumps(blocks, ensure_ascii=False)) > _MOST_IN_ALL:
        raise Refused("msg_blocks_too_long")
    return blocks


def _wrong_with(block: object) -> str | None:
    if not isinstance(block, dict):
        return "must be an object"
    check = _CHECKS.get(str(block.get("type")))
    return check(block) if check is not None else f"unsupported type: {block.get('type')}"


def _wrong_header(block: dict[str, Any]) -> str | None:
    return _wrong_text(block.get("text"), _HEADER, ("plain_text",))


def _wrong_context(block: dict[str, Any]) -> str | None:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= _MOST_ELEMENTS:
        return f"1 to {_MOST_ELEMENTS} elements required"
    return next((wrong for one in elements if (wrong := _wrong_text(one, _SECTION))), None)


def _wrong_section(block: dict[str, Any]) -> str | None:
    fields = block.get("fields")
    if "text" not in block and not fields:
        return "missing required field: text"
    if "text" in block and (wrong := _wrong_text(block["text"], _SECTION)):
        return wrong
    if fields is None:
        return None
    if not isinstance(fields, list) or len(fields) > _MOST_FIELDS:
        return f"no more than {_MOST_FIELDS} fields allowed"
    return next((wrong for one in fields if (wrong := _wrong_text(one, _FIELD))), None)


def _wrong_text(text: object, most: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> str | None:
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        return f"a text object of type {' or '.join(kinds)} required"
    length = len(text["text"])
    if not length:
        return "must be more than 0 characters"
    return f"must be less than {most + 1} characters" if length > most else None


_CHECKS: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "context": _wrong_context,
    "divider": lambda _: None,
    "header": _wrong_header,
    "section": _wrong_section,
}
