"""The page that a replay ends with: what people were told, when, why, and what became of it."""

from streams.report.page import write_report

__all__ = ["write_report"]
