"""What Slack says that somebody pressed or typed, read from payloads that may be of any shape."""

from typing import Annotated, NamedTuple

import msgspec

from alerts.slack.message.buttons import Target, target_of

COMMAND = "/brandmelder"

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_Word = Annotated[str, msgspec.Meta(max_length=3000)]


class Press(NamedTuple):
    """Somebody pressed a button or chose from a menu; `user` is their Slack id, `answer_url` where to answer them."""

    target: Target
    user: str
    id: str
    answer_url: str | None


class Typed(NamedTuple):
    """Somebody typed our command and `text` after it, foreign."""

    text: str
    user: str
    id: str
    answer_url: str | None


class _User(msgspec.Struct):
    id: _Id


class _Option(msgspec.Struct):
    value: _Word


class _Action(msgspec.Struct):
    block_id: _Word
    action_ts: _Word
    value: _Word | None = None
    selected_option: _Option | None = None


class _BlockActions(msgspec.Struct, tag="block_actions", tag_field="type"):
    user: _User
    actions: tuple[_Action, ...]
    trigger_id: _Id | None = None
    response_url: _Word | None = None


class _SlashCommand(msgspec.Struct):
    command: str
    user_id: _Id
    text: str = ""
    trigger_id: _Id | None = None
    response_url: _Word | None = None


def read_presses(payload: object) -> tuple[Press, ...]:
    """Read an interactive payload; nothing for what is not about a button of ours.

    A press is named by Slack's trigger where there is one, else by who and when, so that one that Slack delivers again
    has the same id.
    """
    try:
        read = msgspec.convert(payload, _BlockActions)
    except msgspec.ValidationError:
        return ()
    found = []
    for action in read.actions:
        chosen = action.selected_option.value if action.selected_option is not None else action.value
        target = target_of(action.block_id, chosen or "")
        if target is not None:
            occasion = read.trigger_id or f"{read.user.id}-{action.action_ts}"
            found.append(Press(target, read.user.id, f"{occasion}-{target.action}", read.response_url))
    return tuple(found)


def read_typed(payload: object, envelope_id: str) -> Typed | None:
    """Read a slash command's payload; None for a command that is not ours."""
    try:
        read = msgspec.convert(payload, _SlashCommand)
    except msgspec.ValidationError:
        return None
    if read.command != COMMAND:
        return None
    return Typed(read.text, read.user_id, read.trigger_id or envelope_id, read.response_url)
