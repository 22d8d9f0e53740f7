"""What must hold of anything that was decoded."""

import json

import msgspec

from scoring.mention import Mention
from streams.decode import MAX_TEXT, MAX_URL, REASONS, Rejection

SENTENCE = 400
"""Characters of the longest sentence: what is wrong must be read, and is kept."""


def sound(decoded: object) -> object:
    """Check it, and give it back."""
    if isinstance(decoded, Rejection):
        assert decoded.reason in REASONS
        assert 0 < len(decoded.detail) <= SENTENCE
        assert "allowed" in decoded.detail or decoded.reason == "bad_json"
    else:
        assert isinstance(decoded, Mention)
        assert len(decoded.text or "") <= MAX_TEXT
        assert len(decoded.url or "") <= MAX_URL
        assert json.loads(msgspec.json.encode(decoded))["id"] == decoded.id
    return decoded
