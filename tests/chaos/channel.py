"""What Slack got: each incident's message, whom it called, and whether anything came twice."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from alerts.event import Notification
from alerts.slack.delivery.parcel import parcel
from alerts.standin import Message, StandIn

LOOK_S = 0.02
_CALLING = "📟"


class Sighting(NamedTuple):
    """A message as it was when it was new: whose it is, the revisions that it called people for, and whom."""

    incident: str
    reply: bool
    calls: frozenset[int]
    whom: tuple[str, ...]


class Onlooker:
    """Sees every message of a channel when it is new, before it is edited."""

    def __init__(self, slack: StandIn) -> None:
        self._slack = slack
        self.seen: dict[str, Sighting] = {}
        self.others = 0

    async def look(self) -> None:
        """Look on until cancelled."""
        seen = 0
        while True:
            messages = self._slack.messages
            for message in messages[seen:]:
                self._see(message)
            seen = len(messages)
            await asyncio.sleep(LOOK_S)

    def _see(self, message: Message) -> None:
        payload = (message.metadata or {}).get("event_payload", {})
        if "incident_id" not in payload:
            self.others += 1
            return
        calls = frozenset(payload["pings"]) if message.edits == 0 else frozenset()
        incident, reply = str(payload["incident_id"]), message.thread_ts is not None
        self.seen[message.ts] = Sighting(incident, reply, calls, message.mentions)


class Verdict(NamedTuple):
    """What of Slack's channel can be compared between runs, a line per incident, and what is wrong in any run."""

    lines: list[bytes]
    doubled: int
    wrong: list[str]


def judge(slack: StandIn, onlooker: Onlooker, told: Iterable[Notification]) -> Verdict:
    """Compare the channel with what was to be told.

    How deliveries come about depends on how fast Slack is: several calls may be one reply, and a call that somebody
    does not need any more, because the incident was over before, is left out. What must be there does not: the message
    of every incident, once, as of the last revision, and every call from after the last time that it was settled, once.
    """
    notifications: dict[str, list[Notification]] = defaultdict(list)
    for one in told:
        notifications[one.alert.incident_id].append(one)
    roots: dict[str, list[Message]] = defaultdict(list)
    for message in slack.messages:
        sighting = onlooker.seen.get(message.ts)
        if sighting is not None and not sighting.reply:
            roots[sighting.incident].append(message)
    sightings: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in onlooker.seen.values():
        sightings[sighting.incident].append(sighting)
    lines, wrong, doubled = [], [], 0
    for incident in sorted(notifications.keys() | roots.keys() | sightings.keys()):
        line, twice, complaints = _incident(
            incident, notifications.get(incident, []), roots.get(incident, []), sightings.get(incident, [])
        )
        lines.append(msgspec.json.encode(line))
        doubled += twice
        wrong += complaints
    return Verdict(lines, doubled, wrong)


def _incident(
    incident: str, told: list[Notification], roots: list[Message], sightings: list[Sighting]
) -> tuple[dict[str, Any], int, list[str]]:
    parcels = {one.revision: parcel(one) for one in told}
    settled = max((one.settled_at for one in parcels.values()), default=0.0)
    may = {revision for revision, one in parcels.items() if one.interrupts}
    must = {revision for revision in may if parcels[revision].at >= settled}
    times = Counter(revision for one in sightings for revision in one.calls)
    latest = roots[-1] if roots else None
    payload: Mapping[str, Any] = (latest.metadata or {}).get("event_payload", {}) if latest is not None else {}
    calls = set(times) | set(payload.get("pings", ()))
    last = max(parcels, default=0)
    twice = sorted(revision for revision, number in times.items() if number > 1)
    complaints = [
        f"incident {incident}: {what}"
        for what, is_so in (
            (f"{len(roots)} messages instead of one", len(roots) != 1),
            (f"shows revision {payload.get('revision')} instead of {last}", payload.get("revision") != last),
            (f"nobody was called for revisions {sorted(must - calls)}", bool(must - calls)),
            (f"called for revisions {sorted(calls - may)}, which call nobody", bool(calls - may)),
            (f"called twice for revisions {twice}", bool(twice)),
        )
        if is_so
    ]
    people = {who for revision in must for who in parcels[revision].who}
    line = {
        "incident": incident,
        "messages": len(roots),
        "revision": payload.get("revision"),
        "called_for": sorted(must & calls),
        "whom": sorted(people),
        "text": _quiet(latest.text) if latest is not None else None,
        "blocks": _without_calls(latest.blocks) if latest is not None else None,
    }
    return line, max(0, len(roots) - 1) + len(twice), complaints


def _without_calls(part: Any) -> Any:
    """Block Kit without the line that says who is being called: it names whom the last reply called."""
    if isinstance(part, dict):
        return {key: _without_calls(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_without_calls(value) for value in part]
    return _quiet(part) if isinstance(part, str) else part


def _quiet(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith(_CALLING))
