"""What people do to an incident from its message."""

from typing import Literal, get_args

import msgspec

Action = Literal[
    "acknowledge",
    "resolve",
    "snooze_30m",
    "snooze_2h",
    "snooze_morning",
    "escalate",
    "mute",
    "real",
    "false_alarm",
    "too_late",
]

ACTIONS: tuple[Action, ...] = get_args(Action)


class Click(msgspec.Struct, frozen=True, tag="click"):
    """Somebody pressed a button.

    `by` is the person's key in the desk file, or Slack's id of one whom it does not name. `at` is epoch seconds; `id`
    tells one press from another, so that one delivered twice counts once.
    """

    brand: str
    incident_id: str
    action: Action
    by: str
    at: float
    id: str


class Silence(msgspec.Struct, frozen=True, tag="silence"):
    """Somebody asked for quiet about a brand until `until`, and said why; `until` of now or before ends it."""

    brand: str
    by: str
    at: float
    until: float
    reason: str
    id: str


Command = Click | Silence
"""What the topic `clicks` carries, keyed by brand."""
