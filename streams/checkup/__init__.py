"""A look at everything that the service needs before it runs: the desk, the models, Kafka and Slack."""

from streams.checkup.everything import Places, look_at_everything
from streams.checkup.render import render

__all__ = ["Places", "look_at_everything", "render"]
