"""A logger for Slack's own clients, which would otherwise write down what people say and what lets one in."""

import logging
import sys

from slack_sdk.errors import SlackApiError


class _Discreet(logging.Filter):
    """Lets through what kind of error it was, once until it is another one, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace what the record says."""
        error = sys.exc_info()[1]
        if error is None or record.levelno < logging.ERROR:
            return False
        name = str(error.response["error"]) if isinstance(error, SlackApiError) else type(error).__name__
        record.msg, record.args, record.exc_info = "Slack's client: %s", (name,), None
        new, self.last = name != self.last, name
        return new


def discreet_logger() -> logging.Logger:
    """Make a logger that writes the names of errors only."""
    logger = logging.Logger("alerts.slack.socket", logging.ERROR)
    logger.parent = logging.getLogger("alerts.slack")
    logger.addFilter(_Discreet())
    return logger
