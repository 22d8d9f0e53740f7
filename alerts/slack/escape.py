"""Foreign text made safe to show in Slack: it cannot ping, link, format, reorder or overflow.

Slack parses `<…>` in every text it is sent, so `&`, `<` and `>` become entities, and the marks of its
formatting become characters that look the same. What people cannot see is taken out: control characters, text
direction overrides, tag characters and halves of surrogate pairs.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LOOKALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_EMOJI_NAME = re.compile(r":(?=[\w+-]*[a-z][\w+-]*:)", re.IGNORECASE)
_JOINERS = "\u200c\u200d"  # hold emoji sequences and Persian words together
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_MOST_MARKS = 3  # combining marks on one character; more of them climb over the lines above
_LONGEST_URL = 1000
_URL_SAFE = "!$'()*+,-./:;=?@[]_~%#&"


def visible(text: str) -> str:
    """Keep what a reader can see, on one line: any white space becomes one blank."""
    kept = []
    marks = 0
    for char in " ".join(text.split()):
        category = unicodedata.category(char)
        if category in ("Cc", "Cf", "Cs", "Co") and char not in _JOINERS:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def plain(text: str, limit: int) -> str:
    """Escape foreign text for a plain_text object, at most `limit` characters after escaping."""
    return _fitted(visible(text[: 8 * limit]), limit)


def mrkdwn(text: str, limit: int) -> str:
    """Escape foreign text for a mrkdwn object, at most `limit` characters after escaping.

    Text that runs from right to left is isolated, so that it cannot reorder what stands beside it.
    """
    # What is cut off below needs no looking at; eight invisible characters to a visible one is plenty.
    seen = _EMOJI_NAME.sub("꞉", visible(text[: 8 * limit]).translate(_LOOKALIKES))
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in seen):
        return f"{_ISOLATE}{_fitted(seen, limit - 2)}{_END_ISOLATE}"
    return _fitted(seen, limit)


def link(url: str | None, limit: int = _LONGEST_URL) -> tuple[str, str] | None:
    """Make a web address safe between Slack's angle brackets.

    Returns
    -------
    (address, host), the host as it will really be visited so that a link can say where it goes; None for
    anything that is no http(s) address with a host, or that is too long.
    """
    if url is None or len(url) > limit:
        return None
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:  # a malformed address, or a host that no name server knows
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+", host):
        return None
    try:
        address = quote(parts.geturl(), safe=_URL_SAFE).replace("&", "&amp;")
    except UnicodeEncodeError:  # half a surrogate pair
        return None
    return (address, host) if len(address) <= limit else None


def _fitted(text: str, limit: int) -> str:
    """Turn `&`, `<`, `>` into entities and cut to `limit` with an ellipsis, never inside an entity."""
    escaped = [_ENTITIES.get(char, char) for char in text]
    if sum(map(len, escaped)) <= limit:
        return "".join(escaped)
    room = limit - 1
    for count, piece in enumerate(escaped):
        room -= len(piece)
        if room < 0:
            return "".join(escaped[:count]).rstrip() + "…"
    return "".join(escaped)
