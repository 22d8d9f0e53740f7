"""The Faust worker: mentions → assessments → notifications → Slack, one agent per arrow."""

from streams.worker.app import build_app
from streams.worker.run import run_worker

__all__ = ["build_app", "run_worker"]
