"""Tone of short messages to and about a company, Dutch and English: negative, neutral or positive."""

from scoring.tone.reader import Tone, ToneReader

__all__ = ["Tone", "ToneReader"]
