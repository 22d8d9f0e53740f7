"""A local stand-in for Slack: its Web API and Socket Mode, and its channels as a web page with working buttons."""

from alerts.standin.channel import Message
from alerts.standin.interactions import Interaction
from alerts.standin.pace import Pace, as_slack
from alerts.standin.server import StandIn

__all__ = ["Interaction", "Message", "Pace", "StandIn", "as_slack"]
