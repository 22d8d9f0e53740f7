"""What a workspace remembers: channels, people, files, and that something changed."""

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from alerts.standin.channel import Channel, Message
from alerts.standin.limits import Refused

TEAM, TEAM_NAME, TEAM_DOMAIN = "T0STANDIN", "Stand-in", "stand-in"
APP, BOT, BOT_USER = "A0BRANDMELDER", "B0BRANDMELDER", "U0BRANDMELDER"


class File(msgspec.Struct):
    """An uploaded file: promised with its size in bytes, then sent, then completed."""

    id: str
    name: str
    size: int
    alternative: str = ""
    title: str = ""
    content: bytes | None = None
    complete: bool = False


class Workspace:
    """The stand-in's memory.

    Parameters
    ----------
    channels
        Name of each channel by its id.
    users
        Name of each person by their id.
    clock
        Tells epoch seconds.

    Attributes
    ----------
    url
        Where the server listens, with the slash at its end; empty until it does.
    version
        Counts the changes.
    swept
        The version at which something last disappeared.
    files
        Files by their id.
    uploads
        Files by the ticket that their bytes are sent with.
    tickets
        What a WebSocket has to show to be let in, once.
    """

    def __init__(self, channels: Mapping[str, str], users: Mapping[str, str], clock: Callable[[], float]) -> None:
        self.channels = {key: Channel(key, name) for key, name in channels.items()}
        self.users = dict(users)
        self.clock = clock
        self.files: dict[str, File] = {}
        self.uploads: dict[str, File] = {}
        self.tickets: set[str] = set()
        self.url = ""
        self.version = 0
        self.swept = 0
        self._stamped = 0
        self._news = asyncio.Event()

    def stamp(self) -> str:
        """Make the next message's `ts`."""
        self._stamped += 1
        return f"{int(self.clock())}.{self._stamped:06d}"

    def channel(self, wanted: object, *, archived_too: bool = False, by_name: bool = False) -> Channel:
        """Find a channel that the app may use, by its id; like Slack, only a new message may give its name instead.

        Raises
        ------
        Refused
            With ``channel_not_found``, ``is_archived`` or ``not_in_channel``.
        """
        channel = self.channels.get(str(wanted))
        if channel is None and by_name:
            channel = next((c for c in self.channels.values() if wanted == f"#{c.name}"), None)
        if channel is None:
            raise Refused("channel_not_found")
        if channel.archived and not archived_too:
            raise Refused("is_archived")
        if not channel.member:
            raise Refused("not_in_channel")
        return channel

    def add(self, message: Message) -> None:
        """Show a new message to everybody, or to the one whom it is for."""
        channel = self.channels[message.channel]
        shelf = channel.messages if message.only_for is None else channel.ephemerals
        shelf[message.ts] = message
        self.changed(message)

    def changed(self, message: Message) -> None:
        """Tell that a message is new or another now."""
        message.version = self._tell()

    def remove(self, message: Message) -> None:
        """Forget a message."""
        channel = self.channels[message.channel]
        shelf = channel.messages if message.only_for is None else channel.ephemerals
        del shelf[message.ts]
        self.swept = self._tell()

    def file_of(self, wanted: Mapping[str, object]) -> File | None:
        """Look up what a `slack_file` refers to by its id or its url."""
        file_id = wanted.get("id") or str(wanted.get("url")).removeprefix(f"{self.url}files/")
        return self.files.get(str(file_id))

    async def news(self, after: int) -> int:
        """Wait until something changed after a version; gives the version of now."""
        while self.version <= after:
            await self._news.wait()
        return self.version

    def _tell(self) -> int:
        self.version += 1
        self._news.set()
        self._news = asyncio.Event()
        return self.version
