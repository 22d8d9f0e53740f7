"""A local stand-in for Slack: the Web API that the sender uses, and its channels as a web page."""

from alerts.standin.channel import Message
from alerts.standin.pace import Pace, as_slack
from alerts.standin.server import StandIn

__all__ = ["Message", "Pace", "StandIn", "as_slack"]
