"""How far a thread will spread: a classifier of "will it reach this size by then", asked for any size and time."""

from scoring.forecast.forecaster import FOREVER_S, Forecaster

__all__ = ["FOREVER_S", "Forecaster"]
