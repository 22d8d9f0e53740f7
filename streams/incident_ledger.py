"""The ledger of incidents: what people were told of every brand, and the fold that decides what they are told next."""

from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping
from math import inf

from alerts.click import Command
from alerts.incidents import BrandState, Forgotten, Incidents, Outcome, Settings, Status
from alerts.ledger import Entry
from alerts.marks import names_of
from alerts.severity import Severity
from scoring.assessment import Assessment
from scoring.complaint import Complaint
from scoring.people import People
from scoring.profile import BrandProfile
from streams.desk import Desk

BETWEEN = "\x1f"
"""Stands between the brand and the thread in a key; no brand has it."""


def settings_of(desk: Desk) -> Settings:
    """The settings of a desk that its incidents are decided by."""
    return Settings(desk.alerts, desk.page_budget, desk.storm, desk.grouping, desk.calendar, desk.text_s)


def key_of(brand: str, thread_id: str) -> str:
    """The ledger key of a thread."""
    return f"{brand}{BETWEEN}{thread_id}"


class BrandEntries(MutableMapping[str, Entry]):
    """The part of a ledger that is about one brand, by thread."""

    def __init__(self, brand: str, entries: MutableMapping[str, Entry]) -> None:
        self._prefix = key_of(brand, "")
        self._entries = entries

    def __getitem__(self, thread_id: str) -> Entry:
        return self._entries[self._prefix + thread_id]

    def __setitem__(self, thread_id: str, entry: Entry) -> None:
        self._entries[self._prefix + thread_id] = entry

    def __delitem__(self, thread_id: str) -> None:
        del self._entries[self._prefix + thread_id]

    def __contains__(self, thread_id: object) -> bool:
        return isinstance(thread_id, str) and self._prefix + thread_id in self._entries

    def __iter__(self) -> Iterator[str]:
        start = len(self._prefix)
        return (key[start:] for key in self._entries if key.startswith(self._prefix))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class IncidentLedger:
    """The incidents of all brands, each brand's a fold of its own.

    Parameters
    ----------
    settings
        The desk's.
    profile_of
        The profile of a brand by its key: its accounts are names that people call it by.
    entries
        The latest incident of each thread, by `key_of`.
    states
        By brand, what is remembered besides; written by `save`.
    """

    def __init__(
        self,
        settings: Settings,
        profile_of: Callable[[str], BrandProfile],
        entries: MutableMapping[str, Entry],
        states: MutableMapping[str, BrandState],
    ) -> None:
        self._settings = settings
        self._profile_of = profile_of
        self._entries = entries
        self._states = states
        self._brands: dict[str, Incidents] = {}
        self._unsaved: set[str] = set()

    def assess(self, assessment: Assessment) -> list[Outcome]:
        """Decide on what scoring says of a thread."""
        return self._touch(assessment.brand).assess(assessment)

    def hear(self, complaint: Complaint) -> list[Outcome]:
        """Decide on a new complaint."""
        return self._touch(complaint.brand).hear(complaint)

    def do(self, command: Command) -> list[Outcome]:
        """Decide on what somebody asked for."""
        return self._touch(command.brand).do(command)

    def erase(self, people: People, brand: str) -> Forgotten:
        """Forget what some people said about a brand, and who they are."""
        return self._touch(brand).erase(people)

    def advance(self, now: float, brand: str | None = None) -> list[Outcome]:
        """Let time pass to `now` (epoch seconds) for a brand, or for all, in order of their keys."""
        brands = sorted(self._known()) if brand is None else [brand]
        return [outcome for each in brands for outcome in self._touch(each).advance(now)]

    def save(self) -> None:
        """Write down the states of the brands that anything has happened to since the last time."""
        for brand in sorted(self._unsaved):
            self._states[brand] = self._brands[brand].state
        self._unsaved.clear()

    def forget(self, brand: str) -> None:
        """Drop a brand from memory: somebody else decides on it from now on, or what is written down is newer."""
        self._brands.pop(brand, None)
        self._unsaved.discard(brand)

    def due_at(self, brand: str) -> float:
        """When something of a brand is due by itself next, epoch seconds; inf for never."""
        due = self._met(brand).due_at
        return inf if due is None else due

    def idle(self, brand: str) -> bool:
        """Whether nothing is remembered of a brand but what is usual."""
        return self._met(brand).idle

    def status(self, brand: str) -> Status:
        """The brand at a glance."""
        return self._met(brand).status

    def statuses(self) -> dict[str, Status]:
        """Every brand at a glance."""
        return {brand: self._met(brand).status for brand in sorted(self._known())}

    def severity_of(self, brand: str, thread_id: str) -> Severity | None:
        """The severity of the active incident that a thread is in, storms apart; None without one."""
        entry = self._met(brand).incident_of(thread_id)
        return None if entry is None else entry.severity

    def open_by_severity(self) -> Counter[Severity]:
        """How many incidents are active at each severity."""
        return Counter(entry.severity for brand in self._known() for entry in self._met(brand).active)

    def _known(self) -> set[str]:
        written = {key.partition(BETWEEN)[0] for key in self._entries} | set(self._states)
        return written | set(self._brands)

    def _touch(self, brand: str) -> Incidents:
        self._unsaved.add(brand)
        return self._met(brand)

    def _met(self, brand: str) -> Incidents:
        known = self._brands.get(brand)
        if known is None:
            handles = (handle for accounts in self._profile_of(brand).accounts.values() for handle in accounts)
            known = self._brands[brand] = Incidents(
                brand,
                self._settings,
                BrandEntries(brand, self._entries),
                self._states.get(brand),
                names=names_of(brand, handles),
            )
        return known
