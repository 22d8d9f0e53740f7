"""Files that ship with the package."""

from pathlib import Path

MODELS = Path(__file__).parent / "models"
FORECAST_MODEL = MODELS / "forecast.skops"
TONE_MODEL = MODELS / "tone.skops"
