"""Tone of short messages to and about a company: how likely negative, neutral or positive, in Dutch and English."""

from scoring.tone.reader import Tone, ToneReader

__all__ = ["Tone", "ToneReader"]
