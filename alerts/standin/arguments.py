"""What callers of the Web API give, read as leniently and checked as strictly as Slack does."""

import json
from typing import Any

from alerts.standin.limits import Refused, check_blocks
from alerts.standin.workspace import Workspace

_LONGEST_TEXT = 40_000
_LARGEST_METADATA = 8_000
_IMAGES = (".gif", ".jpeg", ".jpg", ".png")

Arguments = dict[str, Any]


def content(workspace: Workspace, given: Arguments) -> tuple[str | None, list[dict[str, Any]] | None]:
    """Read a message's text and blocks; None where it says nothing about them."""
    text = given.get("text")
    blocks = parsed(given.get("blocks"), "invalid_blocks_format")
    if blocks is not None:
        blocks = check_blocks(blocks)
        _check_files(workspace, blocks)
    if not text and not blocks:
        raise Refused("no_text")
    if text is not None and len(text) > _LONGEST_TEXT:
        raise Refused("msg_too_long")
    return text, blocks


def metadata(given: Arguments) -> dict[str, Any] | None:
    """Read a message's metadata; None if it has none."""
    found = parsed(given.get("metadata"), "invalid_metadata_format")
    if found is None:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    if len(json.dumps(found)) > _LARGEST_METADATA:
        raise Refused("metadata_too_large")
    return found


def parsed(value: object, error: str) -> Any:
    """Read what a form gives as JSON text and a JSON body as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refused(error) from None


def whole(value: object, default: int, error: str) -> int:
    """Read a whole number; `default` where nothing is given."""
    try:
        return default if value in (None, "") else int(str(value))
    except ValueError:
        raise Refused(error) from None


def flag(value: object) -> bool:
    """Read a yes or no."""
    return value in (True, 1, "1", "true", "True")


def between(ts: str, given: Arguments) -> bool:
    """Tell whether a message lies between `oldest` and `latest`."""
    oldest = _moment(given.get("oldest"), 0.0, "invalid_ts_oldest")
    latest = _moment(given.get("latest"), float("inf"), "invalid_ts_latest")
    at = float(ts)
    return oldest <= at <= latest if flag(given.get("inclusive")) else oldest < at < latest


def _moment(value: object, default: float, error: str) -> float:
    try:
        return default if value in (None, "") else float(str(value))
    except ValueError:
        raise Refused(error) from None


def _check_files(workspace: Workspace, blocks: list[dict[str, Any]]) -> None:
    """Let only those images of ours through that were uploaded to the end."""
    for place, block in enumerate(blocks):
        for part in (block, block.get("accessory"), *block.get("elements", ())):
            wanted = part.get("slack_file") if isinstance(part, dict) else None
            if wanted is None:
                continue
            file = workspace.file_of(wanted)
            if file is None or not file.complete or not file.name.lower().endswith(_IMAGES):
                raise Refused("invalid_blocks", f"invalid slack file [json-pointer:/blocks/{place}/slack_file]")
