"""The desk file: one webcare desk's brands, people, thresholds and channel, from TOML."""

from streams.desk.reading import DeskError, load_desk
from streams.desk.settings import Desk, SlackSettings

__all__ = ["Desk", "DeskError", "SlackSettings", "load_desk"]
