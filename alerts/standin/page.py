"""A channel as a person would see it in Slack."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from alerts.standin.channel import Channel, Message
from alerts.standin.elements import confirmation, options_of
from alerts.standin.files import IMAGES
from alerts.standin.mrkdwn import Reader, characters, to_html
from alerts.standin.wire import named
from alerts.standin.workspace import Workspace

MOST = 200
_TO_ALL = ("!here", "!channel", "!everyone", "!subteam")

_pages = Environment(
    loader=PackageLoader("alerts.standin"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Entry(NamedTuple):
    """A message with its replies, as one reader sees them.

    `day` is the day that it is the first of, empty if it is not; `version` is that of its newest change.
    """

    message: Message
    replies: list[Message]
    day: str
    version: int

    @property
    def anchor(self) -> str:
        """What it is called in the page."""
        return anchor(self.message)


def anchor(message: Message) -> str:
    """Name a message as its permalink does."""
    return f"{message.channel}-p{message.ts.replace('.', '')}"


def entries(channel: Channel, reader: Reader) -> list[Entry]:
    """List what a reader sees in a channel, oldest first, and no more than a browser takes in at once."""
    mine = [message for message in channel.ephemerals.values() if message.only_for == reader.user]
    threads: dict[str, list[Message]] = {}
    for message in sorted((*channel.messages.values(), *mine), key=_age):
        if message.thread_ts is not None:
            threads.setdefault(message.thread_ts, []).append(message)
    found: list[Entry] = []
    last = ""
    for message in sorted((*channel.roots(), *(one for one in mine if one.thread_ts is None)), key=_age):
        replies = threads.get(message.ts, [])
        day = _day(message.ts, reader)
        version = max(one.version for one in (message, *replies))
        found.append(Entry(message, replies, day if day != last else "", version))
        last = day
    return found[-MOST:]


def render_page(workspace: Workspace, channel: Channel, reader: Reader, **shown: Any) -> str:
    """Render a channel as a page of HTML; `shown` is what else the page has to know."""
    listed = entries(channel, reader)
    return _pages.get_template("page.html").render(
        channels=workspace.channels.values(),
        channel=channel,
        entries=listed,
        entry=renderer(workspace, reader),
        cut=len(listed) == MOST,
        users=workspace.users,
        user=reader.user,
        version=workspace.version,
        **shown,
    )


def renderer(workspace: Workspace, reader: Reader) -> Callable[[Entry], str]:
    """Make what renders messages with their replies as HTML for a reader."""
    blocks = _pages.get_template("blocks.html").make_module(_names(workspace, reader))
    render: Callable[[Entry], str] = vars(blocks)["entry"]
    return render


def _names(workspace: Workspace, reader: Reader) -> dict[str, Any]:
    """Name what templates call."""

    def clock(ts: str) -> str:
        return f"{reader.moment(float(ts)):%H:%M}"

    def picture(image: dict[str, Any]) -> str | None:
        file = workspace.file_of(image.get("slack_file") or {})
        return f"/files/{file.id}" if file is not None else None

    def mentioned(message: Message) -> bool:
        return any(one.startswith(_TO_ALL) or one == f"@{reader.user}" for one in message.mentions)

    return {
        "mrkdwn": partial(to_html, reader=reader),
        "characters": characters,
        "clock": clock,
        "anchor": anchor,
        "named": named,
        "options_of": options_of,
        "confirmation": confirmation,
        "picture": picture,
        "mentioned": mentioned,
        "file": workspace.files.__getitem__,
        "images": tuple(f".{kind}" for kind in IMAGES),
    }


def _age(message: Message) -> float:
    return float(message.ts)


def _day(ts: str, reader: Reader) -> str:
    moment = reader.moment(float(ts))
    today = reader.moment(reader.now).date()
    return "Today" if moment.date() == today else f"{moment:%A}, {moment:%B} {moment.day}"
