"""What arrives in Slack, on a terminal."""

import html
import re
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from alerts.standin.server import USERS

_STYLES = {
    "PAGE": "bold red",
    "CRITICAL": "bold white on red",
    "WATCH": "yellow",
    "NOTICE": "blue",
    "RESOLVED": "green",
}
_LINK = re.compile(r"<https?://[^|>]*\|([^>]*)>")
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_PERSON = re.compile(r"<@(\w+)>")
_CALLED = re.compile(r"<(@\w+|!here|!channel)>")
_LOUD = ("PAGE", "CRITICAL")
_SHOWN_LINES = 12


class Screen:
    """Prints what arrives: new messages whole, whoever is called, and other edits in a line.

    Attributes
    ----------
    incidents
        Ids of the incidents that were told of.
    """

    def __init__(self, console: Console, page_url: str) -> None:
        self._console = console
        self._page_url = page_url
        self._shown = 0
        self._invited = False
        self._signs: dict[str, str] = {}
        self._states: dict[str, str] = {}
        self.incidents: set[str] = set()

    def show(self, calls: list[tuple[str, dict[str, Any]]]) -> None:
        """Print the calls that came since the last time."""
        for method, given in calls[self._shown :]:
            self._shown += 1
            incident = _incident_of(given)
            if method not in ("chat.postMessage", "chat.update"):
                continue
            if incident:
                self.incidents.add(incident)
            self._tell(method, given, incident)

    def _tell(self, method: str, given: dict[str, Any], incident: str) -> None:
        blocks = given.get("blocks") or []
        summary = readable(str(given.get("text", "")))
        sign = next((name for name in _STYLES if name in summary.split("·")[0]), "NOTICE")
        style = _STYLES[sign]
        if "thread_ts" in given:
            self._line(f"[{style}]  ↳ {escape(first_line(blocks) or summary)}[/]")
        else:
            before, self._signs[incident] = self._signs.get(incident), sign
            state = _state(blocks)
            news = state != self._states.get(incident, "")
            self._states[incident] = state
            if method == "chat.postMessage" or (sign != before and sign in _LOUD):
                self._whole(blocks, summary, style)
            elif state and news:
                self._line(f"[{style}]  {escape(' · '.join(summary.split(' · ')[:2]))} · {escape(state)}[/]")
            else:
                self._line(f"[dim]  edited {escape(summary)}[/]")
        self._invite(called(blocks))

    def _whole(self, blocks: list[dict[str, Any]], summary: str, style: str) -> None:
        title, *body = texts(blocks) or [summary]
        lines = "\n".join(body).splitlines()[:_SHOWN_LINES]
        self._console.print(Panel(escape("\n".join(lines)), title=escape(title), border_style=style, width=100))

    def _invite(self, who: list[str]) -> None:
        if who and not self._invited:
            self._invited = True
            self._line(f"[bold]  {' and '.join(who)} is called. Nobody has to press anything; you may, as Anna:[/]")
            self._line(f"[bold]  {self._page_url} – Acknowledge, and nobody else is called.[/]")

    def _line(self, markup: str) -> None:
        self._console.print(markup, highlight=False, no_wrap=True, overflow="ellipsis")


def readable(markup: str) -> str:
    """Slack's markup as a terminal's plain text."""
    text = _LINK.sub(r"\1", _DATE.sub(r"\1", markup))
    text = _PERSON.sub(lambda found: f"@{USERS.get(found[1], found[1])}", text)
    text = text.replace("<!here>", "@here").replace("<!channel>", "@channel")
    return html.unescape(re.sub(r"[*`]", "", text))


def texts(blocks: list[dict[str, Any]]) -> list[str]:
    """What a message says, block by block: without its small print, and its buttons in brackets."""
    said = []
    for block in blocks:
        if block["type"] in ("header", "section"):
            if "text" in block:
                said.append(readable(block["text"]["text"]))
            said += [readable(field["text"]) for field in block.get("fields", [])]
        elif block["type"] == "actions":
            said.append(" ".join(f"[{_label(element)}]" for element in block["elements"]))
    return said


def first_line(blocks: list[dict[str, Any]]) -> str:
    """The first line of what a message says."""
    return next(iter("\n".join(texts(blocks)).splitlines()), "")


def called(blocks: list[dict[str, Any]]) -> list[str]:
    """Whom a message calls, by name."""
    said = [str(block["text"]["text"]) for block in blocks if block["type"] == "section" and "text" in block]
    found = [name for text in said for name in _CALLED.findall(text)]
    return [readable(f"<{name}>").removeprefix("@") for name in dict.fromkeys(found)]


def _label(element: dict[str, Any]) -> str:
    return str((element.get("text") or element.get("placeholder") or {}).get("text", ""))


def _state(blocks: list[dict[str, Any]]) -> str:
    """How the incident stands with people: the line under the title, where somebody did something."""
    body = [readable(block["text"]["text"]) for block in blocks if block["type"] == "section" and "text" in block]
    return next((text.splitlines()[0] for text in body if " has this" in text or " by " in text.splitlines()[0]), "")


def _incident_of(given: dict[str, Any]) -> str:
    metadata = given.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("incident_id", "")) if isinstance(metadata, dict) else ""
