"""The desk file: one webcare desk's brands, people, thresholds and channel, from TOML."""

from streams.desk.privacy import Privacy
from streams.desk.reading import DeskError, load_desk
from streams.desk.settings import Desk, SlackSettings

__all__ = ["Desk", "DeskError", "Privacy", "SlackSettings", "load_desk"]
