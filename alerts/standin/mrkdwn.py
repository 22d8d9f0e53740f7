"""Slack's mrkdwn as HTML: the part of it that messages of this service use.

The text is what was sent: `&lt;`, `&gt;` and `&amp;` in it are characters, and `<…>` is Slack's own markup.
Every piece of text is escaped for HTML on its way; only the tags made here are markup.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from markupsafe import Markup, escape

_SPECIAL = re.compile(r"<([^<>\n]+)>")
_CODE = re.compile(r"`([^`\n]+)`")
# A mark of formatting stands at a word's edge and holds no blank inside its own edges.
_STYLES = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^\n{mark}]*?\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "b"), ("_", "i"), ("~", "s"))
)
_GROUPS = frozenset(("here", "channel", "everyone"))

Styles = tuple[tuple[re.Pattern[str], str], ...]


class Reader(NamedTuple):
    """Who reads, and when.

    `now` is epoch seconds, for "today" and "yesterday"; `zone` is the reader's time zone, None for the machine's own.
    `users` names people by their ids; `user` is the reader's id, empty for nobody's.
    """

    now: float
    zone: tzinfo | None
    users: Mapping[str, str] = {}
    user: str = ""

    def moment(self, epoch: float) -> datetime:
        """Tell a moment in the reader's time zone."""
        return datetime.fromtimestamp(epoch, UTC).astimezone(self.zone)


def to_html(text: str, reader: Reader) -> Markup:
    """Render a mrkdwn text, given as it was sent, for a reader."""
    pieces: list[Markup] = []
    quoted: list[Markup] = []

    def close() -> None:
        if quoted:
            pieces.append(Markup("<blockquote>{}</blockquote>").format(Markup("<br>").join(quoted)))
            quoted.clear()

    lines: list[Markup] = []
    for line in text.split("\n"):
        mark = re.match(r"(?:>|&gt;) ?", line)
        if mark:
            if lines:
                pieces.append(Markup("<br>").join(lines))
                lines = []
            quoted.append(_inline(line[mark.end() :], reader))
        else:
            close()
            lines.append(_inline(line, reader))
    close()
    pieces.append(Markup("<br>").join(lines))
    return Markup("").join(pieces)


def _inline(line: str, reader: Reader) -> Markup:
    def special(inside: re.Match[str]) -> Markup:
        return _special(inside[1], reader)

    def code(inside: re.Match[str]) -> Markup:
        return Markup("<code>{}</code>").format(characters(inside[1]))

    return _split(line, _CODE, code, lambda rest: _split(rest, _SPECIAL, special, lambda text: _styled(text, _STYLES)))


def _split(
    text: str,
    pattern: re.Pattern[str],
    matched: Callable[[re.Match[str]], Markup],
    between: Callable[[str], Markup],
) -> Markup:
    pieces = []
    end = 0
    for match in pattern.finditer(text):
        pieces += [between(text[end : match.start()]), matched(match)]
        end = match.end()
    return Markup("").join([*pieces, between(text[end:])])


def _styled(text: str, styles: Styles) -> Markup:
    if not styles:
        return escape(characters(text))
    (pattern, tag), *rest = styles

    def style(match: re.Match[str]) -> Markup:
        return Markup(f"<{tag}>{{}}</{tag}>").format(_styled(match[1], tuple(rest)))  # noqa: S704 - tag is ours  # nosec B704

    return _split(text, pattern, style, lambda plain: _styled(plain, tuple(rest)))


def characters(text: str) -> str:
    """Read the three entities that Slack knows as the characters that they stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _special(inside: str, reader: Reader) -> Markup:
    """Render what stands between Slack's angle brackets: a mention, a moment or a link."""
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        return escape(_moment(target, characters(label), reader))
    if target.startswith("!"):
        name = target[1:].partition("^")[0]
        return _mention(name if name in _GROUPS else characters(label).lstrip("@") or name, to_reader=True)
    if target.startswith("@"):
        user = target[1:]
        return _mention(reader.users.get(user) or characters(label) or user, to_reader=user == reader.user)
    if target.startswith(("https://", "http://")):
        address = characters(target)
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, characters(label) or address)
    return escape(f"<{inside}>")


def _mention(name: str, *, to_reader: bool) -> Markup:
    return Markup('<span class="{}">@{}</span>').format("mention me" if to_reader else "mention", name)


def _moment(target: str, fallback: str, reader: Reader) -> str:
    _, epoch, form, *_ = [*target.split("^"), "", ""]
    try:
        moment = reader.moment(int(epoch))
    except (ValueError, OverflowError, OSError):
        return fallback
    today = reader.moment(reader.now).date()
    day = f"{moment:%b} {moment.day}, {moment.year}"
    pretty = {today: "today", today - timedelta(days=1): "yesterday"}.get(moment.date(), day)
    return form.replace("{date_short_pretty}", pretty).replace("{date_short}", day).replace("{time}", f"{moment:%H:%M}")
