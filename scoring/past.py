"""Threads of the past, as the desk recorded them."""

from typing import NamedTuple

from scoring.cascades import Cascade


class PastThread(NamedTuple):
    """What became of a thread.

    `cascade` has the thread's id. `text` and `lang` are the root's, None where it is not known or the brand's own.
    `viral` tells whether it reached the desk's `viral_spread` within the horizon.
    """

    cascade: Cascade
    text: str | None
    lang: str | None
    viral: bool
