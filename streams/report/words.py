"""Numbers, times and names as a reader of the report sees them, foreign text made harmless."""

from datetime import UTC, datetime
from html import unescape

from alerts.slack.escape import link, visible

_PLATFORMS = {"linkedin": "LinkedIn", "tiktok": "TikTok", "youtube": "YouTube"}


def percent(chance: float) -> str:
    """Write a probability as a percentage that never claims certainty."""
    if chance < 0.01:
        return "<1 %"
    if chance > 0.99:
        return ">99 %"
    return f"{round(100 * chance)} %"


def clock(at: float, near: float) -> str:
    """Write a moment (epoch seconds) in UTC, with its date unless that is the date of `near`."""
    moment = datetime.fromtimestamp(at, UTC)
    if moment.date() == datetime.fromtimestamp(near, UTC).date():
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b %H:%M}"


def day(at: float) -> str:
    """Write the date of a moment (epoch seconds) in UTC, as "Tue 3 Mar 2026"."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment:%a} {moment.day} {moment:%b %Y}"


def span(start: float, end: float) -> str:
    """Write a period in UTC, naming its date once if it is one day."""
    opened, closed = (datetime.fromtimestamp(at, UTC) for at in (start, end))
    until = f"{closed:%H:%M}" if opened.date() == closed.date() else f"{day(end)} {closed:%H:%M}"
    return f"{day(start)} {opened:%H:%M} – {until}"


def platform(name: str) -> str:
    """Write a platform's name as it writes itself."""
    return _PLATFORMS.get(name, name.capitalize())


def web(url: str | None) -> tuple[str, str] | None:
    """Address and host of a link that may be shown; None for anything that is no web page."""
    safe = link(url)
    # Slack wants `&` escaped; the template escapes by itself.
    return (unescape(safe[0]), safe[1]) if safe is not None else None


def cut(text: str, limit: int) -> str:
    """Shorten foreign text to `limit` characters that a reader can see; all of it goes through this."""
    seen = visible(text[: 8 * limit])
    return seen if len(seen) <= limit else seen[: limit - 1].rstrip() + "…"
