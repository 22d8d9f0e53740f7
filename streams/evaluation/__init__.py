"""The page that an evaluation ends with, for the person who tunes the service."""

from streams.evaluation.page import write_page

__all__ = ["write_page"]
