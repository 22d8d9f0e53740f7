"""How far a thread will spread: a classifier of "will it reach this size by then", asked for any size and time."""

from scoring.forecast.forecaster import Forecaster
from scoring.forecast.snapshots import FOREVER_S

__all__ = ["FOREVER_S", "Forecaster"]
