"""The incidents of one partition's brands: folded, and what of that is still to be written down and to be sent."""

from collections import UserDict
from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from alerts.click import Command, Silence
from alerts.event import Notification
from alerts.incidents import BrandState, Outcome, encode_state
from alerts.ledger import Entry
from scoring.assessment import Assessment
from scoring.complaint import Complaint
from scoring.people import People
from scoring.verdicts import Verdict
from streams.desk import Desk
from streams.incident_ledger import IncidentLedger, key_of, settings_of
from streams.order import Key
from streams.worker.rows import IncidentRow, Mark, brand_of, is_brand

_encode = msgspec.json.Encoder().encode

News = Notification | Verdict

MOST_BRANDS = 5_000
"""Brands of a partition that are remembered though nothing happens: who invents one per mention fills no memory."""


class Told(NamedTuple):
    """Something that was decided and has to be sent, and the key of the entry that it is kept with until then."""

    key: str
    news: News


class Done(NamedTuple):
    """What was decided, what of that is to be sent, and on how much nothing was decided because it is too long ago."""

    outcomes: list[Outcome]
    told: list[Told]
    stale: int = 0


class _Entries(UserDict[str, Entry]):
    """The entries, and which of them are not written down."""

    def __init__(self) -> None:
        super().__init__()
        self.dirty: set[str] = set()

    def __setitem__(self, key: str, entry: Entry) -> None:
        self.dirty.add(key)
        super().__setitem__(key, entry)

    def __delitem__(self, key: str) -> None:
        self.dirty.add(key)
        super().__delitem__(key)


class PartitionLedger:
    """The brands of a partition.

    Parameters
    ----------
    desk
        What incidents are decided by.
    incidents, brands
        What was written down of them, by key.
    mark
        Which assessments that contains.

    Attributes
    ----------
    mark
        Which assessments it contains now.
    """

    def __init__(
        self,
        desk: Desk,
        incidents: Iterable[tuple[str, IncidentRow]] = (),
        brands: Iterable[tuple[str, BrandState]] = (),
        mark: Mark | None = None,
    ) -> None:
        self._entries = _Entries()
        self._states: dict[str, BrandState] = {}
        self._unsent: dict[str, list[News]] = {}
        self._told_of: dict[str, Entry] = {}
        self._changed: set[str] = set()
        for key, row in incidents:
            self._entries.data[key] = row.entry
            if row.unsent or row.verdicts:
                self._unsent[key] = [*row.unsent, *row.verdicts]
                self._told_of[key] = row.entry
        self._states.update(brands)
        self._contained = self.mark = mark
        self._listed = frozenset(desk.brands)
        self._ledger = IncidentLedger(settings_of(desk), desk.profile_of, self._entries, self._states)
        # By brand, when something is due by itself: most have nothing due for long, and there may be thousands.
        self._due = {brand: self._ledger.due_at(brand) for brand in {*map(brand_of, self._entries), *self._states}}

    @property
    def last(self) -> Key | None:
        """The latest in the order of what was taken in; what comes before it is late."""
        return None if self.mark is None else self.mark.last

    def apply(self, items: Iterable[tuple[Key, Assessment | Complaint]], read: int, since: float = -inf) -> Done:
        """Take in items of the assessments, but what was taken in before a restart.

        Parameters
        ----------
        items
            What is not held any more, in order. Late ones must be given all at once: what is written down tells what
            it contains by the order.
        read
            Offset up to which the partition was read; of that, all that is not given yet comes later.
        since
            Nobody is told of what is of an earlier time, epoch seconds.
        """
        outcomes: list[Outcome] = []
        told: list[Told] = []
        stale = 0
        for key, item in items:
            if self._contained is not None and self._contained.contains(key):
                continue
            self.mark = Mark(read, key if self.mark is None else max(key, self.mark.last))
            if item.at < since:
                stale += 1
                continue
            ledger = self._ledger
            due = ledger.assess(item) if isinstance(item, Assessment) else ledger.hear(item)
            outcomes += due
            told += self._done(item.brand, due).told
        return Done(outcomes, told, stale)

    def do(self, command: Command, *, at_once: bool) -> Done:
        """Do as somebody wishes; `at_once` is at the brand's own time instead of the wall's."""
        state = self._states.get(command.brand)
        if at_once and state is not None:
            if isinstance(command, Silence):
                command = replace(command, until=command.until - command.at + state.now)
            command = replace(command, at=state.now)
        return self._done(command.brand, self._ledger.do(command))

    def erase(self, people: People) -> tuple[Done, int]:
        """Forget some people; returns also how many texts were theirs besides those of incidents."""
        outcomes: list[Outcome] = []
        told: list[Told] = []
        texts = 0
        for brand in sorted(self._due):
            forgotten = self._ledger.erase(people, brand)
            if forgotten.outcomes or forgotten.texts:
                outcomes += forgotten.outcomes
                told += self._done(brand, forgotten.outcomes).told
                texts += forgotten.texts
        return Done(outcomes, told), texts

    def advance(self, now: float) -> Done:
        """Let time pass to `now` (epoch seconds) for all brands that have something due by then."""
        outcomes: list[Outcome] = []
        told: list[Told] = []
        for brand in sorted(brand for brand, due in self._due.items() if due <= now):
            done = self._done(brand, self._ledger.advance(now, brand))
            outcomes += done.outcomes
            told += done.told
        if len(self._due) > MOST_BRANDS:
            self._forget_brands()
        return Done(outcomes, told)

    def unsent(self) -> list[Told]:
        """What may not have been sent before a restart."""
        return [Told(key, each) for key, news in self._unsent.items() for each in news]

    def sent(self, told: Told) -> None:
        """Note that something has arrived."""
        left = [each for each in self._unsent.get(told.key, ()) if each is not told.news]
        if left:
            self._unsent[told.key] = left
        else:
            self._unsent.pop(told.key, None)
            self._told_of.pop(told.key, None)
        self._entries.dirty.add(told.key)

    def rewrite(self, key: str) -> None:
        """Write a row anew with what is unwritten, whatever it is."""
        (self._changed if is_brand(key) else self._entries.dirty).add(key)

    @property
    def changed(self) -> bool:
        """Whether something is not written down."""
        return bool(self._entries.dirty or self._changed)

    def unwritten(self) -> list[tuple[str, bytes | None]]:
        """The rows that are not written down, by key; None deletes one."""
        self._ledger.save()
        dirty, changed = sorted(self._entries.dirty), sorted(self._changed)
        self._entries.dirty.clear()
        self._changed.clear()
        rows = [(key, self._row(key)) for key in dirty]
        for brand in changed:
            state = self._states.get(brand)
            rows.append((brand, None if state is None else encode_state(state)))
        return rows

    def entries(self) -> Iterator[Entry]:
        """All incidents that are remembered."""
        return iter(self._entries.values())

    def states(self) -> Mapping[str, BrandState]:
        """What is remembered of each brand besides its incidents."""
        return self._states

    def _forget_brands(self) -> None:
        """Make room: of brands that are not the desk's, idle ones go, the longest not heard of first."""
        idle = [brand for brand in self._due if brand not in self._listed and self._ledger.idle(brand)]
        idle.sort(key=lambda brand: (self._states[brand].now if brand in self._states else 0.0, brand))
        for brand in idle[: len(self._due) - MOST_BRANDS + MOST_BRANDS // 10]:
            self._ledger.forget(brand)
            self._states.pop(brand, None)
            del self._due[brand]
            self._changed.add(brand)

    def _row(self, key: str) -> bytes | None:
        news = self._unsent.get(key, ())
        # One that is forgotten already still has to be told of.
        entry = self._entries.get(key) or self._told_of.get(key)
        if entry is None:
            return None
        notifications = tuple(each for each in news if isinstance(each, Notification))
        return _encode(IncidentRow(entry, notifications, tuple(each for each in news if isinstance(each, Verdict))))

    def _done(self, brand: str, outcomes: list[Outcome]) -> Done:
        """Note what was decided; what is to be sent is kept with its entry until it has arrived."""
        self._changed.add(brand)
        self._ledger.save()
        self._due[brand] = self._ledger.due_at(brand)
        told = []
        for outcome in outcomes:
            news: list[News] = [*outcome.notifications, *outcome.verdicts]
            if news:
                entry = outcome.decision.entry
                assert entry is not None, "only an incident has something to tell"
                key = key_of(entry.brand, entry.thread_id)
                self._told_of[key] = entry
                self._entries.dirty.add(key)
                self._unsent.setdefault(key, []).extend(news)
                told += [Told(key, each) for each in news]
        return Done(outcomes, told)
