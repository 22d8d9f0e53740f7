"""The stand-in's channels as a person would see them in Slack."""

from datetime import UTC, datetime, tzinfo
from functools import partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from alerts.standin.channel import Channel
from alerts.standin.mrkdwn import characters, to_html

STYLE = (files("alerts.standin") / "templates" / "channel.css").read_text(encoding="utf-8")

_pages = Environment(loader=PackageLoader("alerts.standin"), autoescape=True, undefined=StrictUndefined)


def render_page(channels: list[Channel], now: float, zone: tzinfo | None) -> str:
    """Render the channels as HTML, each with its messages and their replies.

    `now` is epoch seconds; `zone` is the reader's time zone, None for the machine's own.
    """

    def clock(ts: str) -> str:
        return f"{datetime.fromtimestamp(float(ts), UTC).astimezone(zone):%H:%M}"

    def day(ts: str) -> str:
        moment = datetime.fromtimestamp(float(ts), UTC).astimezone(zone)
        today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
        return "Today" if moment.date() == today else f"{moment:%A}, {moment:%B} {moment.day}"

    return _pages.get_template("channel.html").render(
        channels=channels,
        mrkdwn=partial(to_html, now=now, zone=zone),
        characters=characters,
        clock=clock,
        day=day,
    )
