"""What is remembered of a brand besides its incidents."""

import msgspec

from alerts.click import Silence
from alerts.incidents.memory import Memory
from alerts.incidents.spending import Spending
from alerts.ledger import read_versioned
from alerts.severity import Judgement
from scoring.assessment import Assessment

STATE_VERSION = 1


class Scored(msgspec.Struct, frozen=True):
    """A thread of a group as it was assessed last, and what that amounts to."""

    assessment: Assessment
    judgement: Judgement


class BrandState(msgspec.Struct):
    """A brand's state between two decisions.

    Attributes
    ----------
    now
        Event time, epoch seconds: the latest there was.
    complaints
        What is usual, and the storm that is on.
    stormed
        When the latest storm that is over began and ended.
    silences
        Silences that are on.
    spending
        Pages of this shift.
    groups
        By an active group's key: its threads that are no longer or not calm, by name, at most a few of the worst. The
        entry has no more than one of them in full, and once that eases another is the worst.
    beyond
        The group of threads that have no place among its members.
    """

    now: float = 0.0
    complaints: Memory = msgspec.field(default_factory=Memory)
    stormed: tuple[float, float] | None = None
    silences: list[Silence] = []
    spending: Spending = msgspec.field(default_factory=Spending)
    groups: dict[str, dict[str, Scored]] = {}
    beyond: dict[str, str] = {}
    version: int = STATE_VERSION


_encode = msgspec.json.Encoder().encode
_state = msgspec.json.Decoder(BrandState)


def encode_state(state: BrandState) -> bytes:
    """Serialise a brand's state, for a table or a topic."""
    return _encode(state)


def decode_state(raw: bytes) -> BrandState:
    """Read back what `encode_state` wrote.

    Raises
    ------
    LedgerError
        When it is of another version, or no state at all.
    """
    return read_versioned(raw, _state, STATE_VERSION, "brand's state")
