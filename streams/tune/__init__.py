"""Tuning: which page threshold suits a page budget, found by deciding the desk's own past anew."""

from streams.tune.budget import Allowance, read_allowance
from streams.tune.search import Tuning, tune
from streams.tune.trial import Trial
from streams.tune.truth import read_truth

__all__ = ["Allowance", "Trial", "Tuning", "read_allowance", "read_truth", "tune"]
