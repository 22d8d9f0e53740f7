"""Honest figures: forecast, tone and paging, judged on what they were not fitted on, against simpler methods."""

from scoring.evaluation.result import Evaluation
from scoring.evaluation.run import evaluate, judge_recipe

__all__ = ["Evaluation", "evaluate", "judge_recipe"]
