"""What scoring says of a thread at one moment; the only thing that alerting reads."""

import msgspec


class Reason(msgspec.Struct, frozen=True):
    """Why the risk or the severity is what it is: a signal, its number, and both in words."""

    signal: str
    value: float
    text: str


class Forecast(msgspec.Struct, frozen=True):
    """Spread expected at `horizon_s` seconds after the root (median), with an 80 % interval."""

    expected: float
    low: float
    high: float
    horizon_s: float


class Card(msgspec.Struct, frozen=True):
    """What a person needs to recognise a thread. All of it is foreign text: escape it where it is shown.

    `spread_curve` is the spread at equal steps from the root to `Assessment.at`.
    `checklist` pairs each mark of a good answer with whether the brand's answers show it so far; it is empty as
    long as the brand has not answered.
    """

    excerpt: str
    author: str
    followers: int | None
    platform: str
    url: str | None
    root_at: float
    audience: int | None
    spread_curve: tuple[int, ...] = ()
    checklist: tuple[tuple[str, bool], ...] = ()


class Assessment(msgspec.Struct, frozen=True):
    """The state of a thread as scored at event time `at` (epoch seconds).

    `risk` is the calibrated probability of a viral fail within the desk's horizon: `p_viral`, that the spread
    reaches the desk's `viral_spread`, and negative for the brand. `shares` is the spread so far. `conduct`
    names the signals of the brand's own behaviour that are present now, strongest first. `over` says that nobody spreads the thread any more and nobody waits for an answer.
    """

    thread_id: str
    brand: str
    at: float
    risk: float
    p_viral: float
    p_negative: float
    shares: int
    reasons: tuple[Reason, ...]
    forecast: Forecast
    conduct: tuple[str, ...]
    card: Card
    over: bool = False
