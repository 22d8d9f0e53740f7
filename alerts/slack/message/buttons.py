"""The buttons under an incident's message, and what a press of one means."""

from typing import NamedTuple

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    Option,
    OptionGroup,
    PlainTextObject,
    StaticSelectElement,
)

from alerts.click import ACTIONS, Action
from alerts.ledger import Entry

_LABELS: dict[Action, str] = {
    "acknowledge": "Acknowledge",
    "resolve": "Resolve",
    "snooze_30m": "Snooze 30 min",
    "snooze_2h": "Snooze 2 h",
    "snooze_morning": "Snooze until morning",
    "escalate": "Escalate now",
    "real": "Verdict: real",
    "false_alarm": "Verdict: false alarm",
    "too_late": "Verdict: too late",
    "mute": "Mute this thread",
}
_PREFIX, _MORE = "brandmelder_", "brandmelder_more"
_LONGEST_BLOCK_ID = 255
_LATER: tuple[Action, ...] = ("snooze_30m", "snooze_2h", "snooze_morning", "mute")
_CALLS: tuple[Action, ...] = ("escalate",)
_JUDGE = "Was it worth it?"
_VERDICTS: tuple[Action, ...] = ("real", "false_alarm", "too_late")


class Target(NamedTuple):
    """What a press is about: an incident of a brand, and what to do with it."""

    brand: str
    incident_id: str
    action: Action


def buttons(entry: Entry) -> ActionsBlock:
    """Offer what can be done to an incident now: two buttons, the rest in a menu.

    The menu is a select, because Slack's overflow menu holds five options at most. Who it is about stands in the
    block's id, since an option has room for 150 characters only. The id changes with the revision, as Slack wants for
    a message that is edited.
    """
    brand = entry.brand.encode(errors="ignore").decode()
    block_id = f"{entry.incident_id}:{entry.revision}:{brand}"[:_LONGEST_BLOCK_ID]
    if not entry.active:
        return ActionsBlock(block_id=block_id, elements=[_menu(_JUDGE, (_JUDGE, _VERDICTS))])
    shown: list[ButtonElement | StaticSelectElement] = []
    others = _CALLS
    if entry.handled is None:
        shown.append(_button("acknowledge", "primary"))
    else:
        others = ("acknowledge", *_CALLS)
    shown.append(_button("resolve"))
    shown.append(_menu("More…", ("Not now", _LATER), ("Others", others), (_JUDGE, _VERDICTS)))
    return ActionsBlock(block_id=block_id, elements=shown)


def target_of(block_id: str, chosen: str) -> Target | None:
    """Read back what was pressed from the block's id and the element's or option's value; None if it is not ours."""
    incident_id, _, rest = block_id.partition(":")
    _, _, brand = rest.partition(":")
    action = next((known for known in ACTIONS if known == chosen), None)
    return Target(brand, incident_id, action) if action is not None and incident_id and brand else None


def _button(action: Action, style: str | None = None) -> ButtonElement:
    return ButtonElement(text=_LABELS[action], action_id=_PREFIX + action, value=action, style=style)


def _menu(title: str, *groups: tuple[str, tuple[Action, ...]]) -> StaticSelectElement:
    return StaticSelectElement(
        placeholder=PlainTextObject(text=title),
        action_id=_MORE,
        option_groups=[
            OptionGroup(label=PlainTextObject(text=label), options=[_option(action) for action in actions])
            for label, actions in groups
        ],
    )


def _option(action: Action) -> Option:
    label = "Take over" if action == "acknowledge" else _LABELS[action]
    return Option(value=action, text=PlainTextObject(text=label))
