"""What Slack refuses of texts, buttons, menus and images inside a block, and with what words."""

from collections.abc import Callable
from typing import Any

_LABEL, _LINK, _BUTTON_VALUE, _OPTION_VALUE, _PLACEHOLDER, _ALTERNATIVE = 75, 3000, 2000, 150, 150, 2000
_MOST_OPTIONS, _MOST_GROUPS, _MOST_IN_OVERFLOW = 100, 100, 5
_ID = 255
_PLAIN = ("plain_text",)
_CONFIRM = (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30))

Part = dict[str, Any]


def wrong_text(text: object, most: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> str | None:
    """Say what is wrong with a text object of at most so many characters; None if nothing is."""
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        return f"a text object of type {' or '.join(kinds)} required"
    length = len(text["text"])
    if not length:
        return "must be more than 0 characters"
    return f"must be less than {most + 1} characters" if length > most else None


def wrong_image(image: Part) -> str | None:
    """Say what is wrong with an image, as a block or as an element; None if nothing is."""
    file = image.get("slack_file")
    if ("image_url" in image) == (file is not None):
        return "exactly one of image_url and slack_file required"
    if file is not None and not (isinstance(file, dict) and isinstance(file.get("id", file.get("url")), str)):
        return "slack_file needs an id or a url"
    if file is None and (wrong := _wrong_string(image, "image_url", _LINK)):
        return wrong
    if "title" in image and (wrong := wrong_text(image["title"], _ALTERNATIVE, _PLAIN)):
        return wrong
    return _wrong_string(image, "alt_text", _ALTERNATIVE)


def wrong_element(element: object, allowed: tuple[str, ...]) -> str | None:
    """Say what is wrong with an element of one of the allowed types; None if nothing is."""
    if not isinstance(element, dict):
        return "must be an object"
    kind = str(element.get("type"))
    if kind not in allowed:
        return f"unsupported type: {kind}"
    if "action_id" in element and (wrong := _wrong_string(element, "action_id", _ID)):
        return wrong
    if "confirm" in element and (wrong := _wrong_confirm(element["confirm"])):
        return wrong
    return _CHECKS[kind](element)


def _wrong_button(button: Part) -> str | None:
    if wrong := wrong_text(button.get("text"), _LABEL, _PLAIN):
        return wrong
    if button.get("style", "primary") not in {"primary", "danger"}:
        return "style must be primary or danger"
    for key, most in (("value", _BUTTON_VALUE), ("url", _LINK), ("accessibility_label", _LABEL)):
        if key in button and (wrong := _wrong_string(button, key, most)):
            return wrong
    return None


def _wrong_select(select: Part) -> str | None:
    if "placeholder" in select and (wrong := wrong_text(select["placeholder"], _PLACEHOLDER, _PLAIN)):
        return wrong
    if ("options" in select) == ("option_groups" in select):
        return "exactly one of options and option_groups required"
    if "options" in select:
        wrong = _wrong_options(select["options"], _MOST_OPTIONS)
    else:
        wrong = _wrong_groups(select["option_groups"])
    if wrong:
        return wrong
    chosen = select.get("initial_option")
    return "initial_option must be one of the options" if chosen and chosen not in options_of(select) else None


def _wrong_overflow(overflow: Part) -> str | None:
    return _wrong_options(overflow.get("options"), _MOST_IN_OVERFLOW)


def _wrong_groups(groups: object) -> str | None:
    if not isinstance(groups, list) or not 1 <= len(groups) <= _MOST_GROUPS:
        return f"1 to {_MOST_GROUPS} option_groups required"
    for group in groups:
        if not isinstance(group, dict):
            return "must be an object"
        if wrong := wrong_text(group.get("label"), _LABEL, _PLAIN) or _wrong_options(
            group.get("options"), _MOST_OPTIONS
        ):
            return wrong
    return None


def _wrong_options(options: object, most: int) -> str | None:
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        return f"1 to {most} options required"
    return next((wrong for option in options if (wrong := _wrong_option(option))), None)


def _wrong_option(option: object) -> str | None:
    if not isinstance(option, dict):
        return "must be an object"
    if wrong := wrong_text(option.get("text"), _LABEL, _PLAIN):
        return wrong
    if "description" in option and (wrong := wrong_text(option["description"], _LABEL, _PLAIN)):
        return wrong
    return _wrong_string(option, "value", _OPTION_VALUE)


def _wrong_confirm(confirm: object) -> str | None:
    if not isinstance(confirm, dict):
        return "must be an object"
    return next((wrong for key, most in _CONFIRM if (wrong := wrong_text(confirm.get(key), most))), None)


def _wrong_string(part: Part, key: str, most: int) -> str | None:
    value = part.get(key)
    if not isinstance(value, str) or not value:
        return f"missing required field: {key}"
    return f"{key} must be less than {most + 1} characters" if len(value) > most else None


def options_of(element: Part) -> list[Part]:
    """List the options of a select or an overflow menu, those in groups too."""
    options = list(element.get("options", []))
    for group in element.get("option_groups", []):
        options += group["options"]
    return options


def confirmation(element: Part) -> str:
    """Say what a person has to confirm before pressing; empty if nothing."""
    confirm = element.get("confirm")
    return f"{confirm['title']['text']}\n\n{confirm['text']['text']}" if confirm else ""


_CHECKS: dict[str, Callable[[Part], str | None]] = {
    "button": _wrong_button,
    "image": wrong_image,
    "overflow": _wrong_overflow,
    "static_select": _wrong_select,
}
