"""The demo: a broker, a worker and a Slack of its own, and an incident that unfolds before one's eyes."""

from streams.demo.play import DemoError, run_demo

__all__ = ["DemoError", "run_demo"]
