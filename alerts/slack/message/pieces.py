"""Figures, names and times as a desk says them, in the messages that are not about one incident."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from alerts.ledger import Entry
from alerts.overview.spending import Spending
from alerts.severity import Severity
from alerts.slack import words
from alerts.slack.escape import link, mrkdwn

Names = Callable[[str], str]
"""Slack's markup for a person, given their key in the desk file or their Slack id; trusted."""

SIGNS = {Severity.NOTICE: "🔵", Severity.WATCH: "🟡", Severity.PAGE: "🔴", Severity.CRITICAL: "🚨"}
MOST_INCIDENTS = 15
_BRAND, _NAME, _EXCERPT, _REASON, _URL = 80, 80, 110, 200, 300
_INCIDENTS, _LINES, _MOST_LINES = 7000, 1500, 10  # characters; together less than a message may have
_END_OF_CALENDAR = datetime.max.replace(tzinfo=UTC).timestamp() - 24 * 3600.0


def brand(name: str) -> str:
    """A brand's name, safe to show."""
    return mrkdwn(name, _BRAND)


def person(key: str) -> str:
    """A person by the key alone, for a desk that knows no more of them."""
    return mrkdwn(key, _NAME)


def reason(text: str) -> str:
    """What somebody gave as a reason, safe to show."""
    return mrkdwn(text, _REASON)


def what(entry: Entry) -> str:
    """Which incident it is: its brand, what was said, and where."""
    card = entry.assessment.card
    said = f"“{mrkdwn(card.excerpt, _EXCERPT)}”" if card.excerpt.strip() else "_(no text)_"
    target = link(card.url, _URL)
    if entry.threads > 1:
        said += f" and {words.count(entry.threads - 1)} more"
    post = f" · <{target[0]}|post>" if target is not None else ""
    return f"*{brand(entry.brand)}* · {said}{post}"


def shares(number: int) -> str:
    """A spread in words."""
    return "1 share" if number == 1 else f"{words.count(number)} shares"


def spent(one: Spending, bold: str = "*") -> str:
    """Say what a brand's pages cost and what that made of the threshold."""
    name = brand(one.brand)
    if one.budget is None:
        said = f"{name}: {bold}{one.pages} page{'s' if one.pages != 1 else ''}{bold}"
    else:
        said = f"{name}: {bold}{one.pages} of {one.budget} pages{bold}" + (" ⚠️ over the budget" if one.over else "")
    if one.threshold is not None and one.usual is not None and one.threshold != one.usual:
        said += f", threshold moved from {100 * one.usual:.0f} % to {100 * one.threshold:.0f} %"
    if one.spared:
        said += f", {one.spared} spared"
    return said


def fitting(texts: Sequence[str]) -> Sequence[str]:
    """Keep as many of the texts about incidents, from the first on, as a message has room for."""
    room = _INCIDENTS
    for place, text in enumerate(texts):
        room -= len(text)
        if room < 0:
            return texts[:place]
    return texts


def listed(lines: Iterable[str], separator: str = "\n") -> str:
    """Join as many lines as there is room for in a section beside others, and count the rest."""
    every = list(lines)
    kept: list[str] = []
    for line in every[:_MOST_LINES]:
        if sum(map(len, kept)) + len(line) > _LINES:
            break
        kept.append(line)
    more = len(every) - len(kept)
    return separator.join(kept if not more else [*kept, f"and {more} more"])


def clock(at: float, zone: tzinfo) -> str:
    """A moment's time of day in the desk's zone: "08:00"."""
    if not 0 <= at < _END_OF_CALENDAR:
        return "an unknown time"
    return f"{datetime.fromtimestamp(at, zone):%H:%M}"


def moment(at: float, zone: tzinfo) -> str:
    """A moment in the reader's own zone as Slack shows it, in the desk's where it cannot."""
    if not 0 <= at < _END_OF_CALENDAR:
        return "an unknown time"
    local = datetime.fromtimestamp(at, zone)
    return f"<!date^{at:.0f}^{{date_short_pretty}} {{time}}|{local:%Y-%m-%d %H:%M %Z}>"
