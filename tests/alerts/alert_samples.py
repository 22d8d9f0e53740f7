"""A realistic assessment, and how to vary it."""

from typing import Any

from msgspec.structs import replace

from scoring.assessment import Assessment, Card, Forecast, Reason

NOON = 1_700_000_000.0
MINUTE = 60.0
HOUR = 3600.0

CARD = Card(
    excerpt="Drie kwartier gezocht naar de glutenvrije hoek, niemand weet waar. En dan dit antwoord.",
    author="keukenmeisje",
    followers=8214,
    platform="x",
    url="https://x.com/keukenmeisje/status/1290",
    root_at=NOON - 58 * MINUTE,
    audience=61_300,
    spread_curve=(0, 1, 2, 4, 6, 9, 15, 24, 41, 74),
    checklist=(("answered", True), ("sorry", False), ("what happens next, and when", False)),
)

COMPLAINT = Assessment(
    thread_id="1290",
    brand="Albert Heijn",
    at=NOON,
    risk=0.2,
    p_viral=0.25,
    p_negative=0.8,
    shares=74,
    reasons=(Reason("share_velocity", 74.0, "74 shares in 58 min, 11 × normal for this age"),),
    forecast=Forecast(expected=1240.0, low=640.0, high=2300.0, horizon_s=24 * HOUR),
    conduct=(),
    card=CARD,
)


def assessed(minute: float = 0.0, **changes: Any) -> Assessment:
    """Vary the complaint; `minute` counts from noon."""
    return replace(COMPLAINT, at=NOON + minute * MINUTE, **changes)
