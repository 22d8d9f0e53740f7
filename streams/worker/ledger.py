"""The incidents of one partition's brands: folded, and what of that is still to be written down and to be sent."""

from collections import UserDict
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import NamedTuple, Protocol

import msgspec
from alerts.incidents import BrandState, Outcome
from msgspec.structs import replace

from alerts.click import Command, Silence
from alerts.event import Notification
from alerts.ledger import Entry
from scoring.assessment import Assessment
from scoring.complaint import Complaint
from scoring.verdicts import Verdict
from streams.order import Key
from streams.worker.rows import BrandRow, IncidentRow, Mark, key_of

_encode = msgspec.json.Encoder().encode

News = Notification | Verdict


class Fold(Protocol):
    """A brand's incidents, as `alerts.incidents.Incidents` keeps them."""

    @property
    def state(self) -> BrandState:
        """What is to be remembered of the brand besides its incidents."""

    def assess(self, assessment: Assessment, /) -> list[Outcome]:
        """Take in what scoring says of a thread."""

    def hear(self, complaint: Complaint, /) -> list[Outcome]:
        """Take in a new complaint."""

    def do(self, command: Command, /) -> list[Outcome]:
        """Do as somebody wishes."""

    def advance(self, now: float, /) -> list[Outcome]:
        """Let time pass."""


Begin = Callable[[str, BrandState | None, MutableMapping[str, Entry]], Fold]
"""Makes a brand's fold, of its state and its entries."""


class Write(NamedTuple):
    """A row to write: into which table, under which key; None deletes."""

    table: str
    key: str
    value: bytes | None


class Told(NamedTuple):
    """Something that was decided and has to be sent: of which brand, and with which entry it is kept until then."""

    brand: str
    key: str
    news: News


class Done(NamedTuple):
    """What was decided, and what of that is to be sent."""

    outcomes: list[Outcome]
    told: list[Told]


NOTHING = Done([], [])


class _Entries(UserDict[str, Entry]):
    """A brand's entries, and which of them are not written down."""

    def __init__(self) -> None:
        super().__init__()
        self.dirty: dict[str, None] = {}

    def __setitem__(self, key: str, entry: Entry) -> None:
        self.dirty[key] = None
        super().__setitem__(key, entry)

    def __delitem__(self, key: str) -> None:
        self.dirty[key] = None
        super().__delitem__(key)


class _Brand:
    """A brand's fold, and what of it is not written down or not sent."""

    def __init__(self, entries: _Entries, fold: Fold, mark: Mark | None) -> None:
        self.entries = entries
        self.fold = fold
        self.mark = mark
        self.changed = False
        self.unsent: dict[str, list[News]] = {}

    def take(self, outcomes: list[Outcome]) -> Iterator[tuple[str, News]]:
        """Note what was decided, and give what is to be sent, with the key of its entry."""
        for outcome in outcomes:
            news: list[News] = [*outcome.notifications, *outcome.verdicts]
            if news:
                entry = outcome.decision.entry
                assert entry is not None, "only an incident has something to tell"
                key = entry.thread_id
                assert key in self.entries, "it is remembered under its thread's name"
                self.unsent.setdefault(key, []).extend(news)
                self.entries.dirty[key] = None
                yield from ((key, each) for each in news)

    def writes(self, name: str) -> Iterator[Write]:
        """The rows that are not written down; entries first, as the brand's row says what they contain."""
        for key in self.entries.dirty:
            entry = self.entries.get(key)
            row = None if entry is None else _encode(self._row(key, entry))
            yield Write("incidents", key_of(name, key), row)
        self.entries.dirty.clear()
        if self.changed:
            yield Write("brands", name, _encode(BrandRow(self.fold.state, self.mark)))
        self.changed = False

    def _row(self, key: str, entry: Entry) -> IncidentRow:
        unsent = self.unsent.get(key, ())
        return IncidentRow(
            entry,
            tuple(each for each in unsent if isinstance(each, Notification)),
            tuple(each for each in unsent if isinstance(each, Verdict)),
        )


class PartitionLedger:
    """The brands of a partition.

    Parameters
    ----------
    begin
        Makes a brand's fold.
    incidents, brands
        What was written down of them, by key.
    """

    def __init__(
        self,
        begin: Begin,
        incidents: Iterable[tuple[str, IncidentRow]] = (),
        brands: Iterable[tuple[str, BrandRow]] = (),
    ) -> None:
        self._begin = begin
        self._brands: dict[str, _Brand] = {}
        entries: dict[str, _Entries] = {}
        unsent: dict[str, dict[str, list[News]]] = {}
        for key, row in incidents:
            brand, _, name = key.partition("\x1f")
            entries.setdefault(brand, _Entries()).data[name] = row.entry
            if row.unsent or row.verdicts:
                unsent.setdefault(brand, {})[name] = [*row.unsent, *row.verdicts]
        rows = dict(brands)
        for name in {**entries, **rows}:
            self._start(name, entries.get(name), rows.get(name)).unsent = unsent.get(name, {})

    def apply(self, key: Key, item: Assessment | Complaint, read: int) -> Done:
        """Take in an item of the assessments, unless that was done before a restart.

        Parameters
        ----------
        key
            Its place in the order.
        item
            What it is.
        read
            Offset up to which the partition was read; all before that comes either before `key`, or after it and later.
        """
        brand = self._of(item.brand)
        if brand.mark is not None and brand.mark.contains(key):
            return NOTHING
        fold = brand.fold
        outcomes = fold.assess(item) if isinstance(item, Assessment) else fold.hear(item)
        brand.mark = Mark(read, key if brand.mark is None else max(key, brand.mark.last))
        return self._noted(item.brand, brand, outcomes)

    def do(self, command: Command, *, at_once: bool) -> Done:
        """Do as somebody wishes; `at_once` is at the brand's own time instead of the wall's."""
        brand = self._of(command.brand)
        now = brand.fold.state.now
        if at_once and now:
            if isinstance(command, Silence):
                command = replace(command, until=command.until - command.at + now)
            command = replace(command, at=now)
        return self._noted(command.brand, brand, brand.fold.do(command))

    def advance(self, now: float) -> Done:
        """Let time pass to `now` for all brands, epoch seconds."""
        all_done = Done([], [])
        for name, brand in self._brands.items():
            outcomes = brand.fold.advance(now)
            if outcomes:
                done = self._noted(name, brand, outcomes)
                all_done.outcomes.extend(done.outcomes)
                all_done.told.extend(done.told)
        return all_done

    def unsent(self) -> list[Told]:
        """What may not have been sent before a restart."""
        return [
            Told(name, key, each)
            for name, brand in self._brands.items()
            for key, news in brand.unsent.items()
            for each in news
        ]

    def sent(self, told: Told) -> None:
        """Note that something has arrived."""
        brand = self._brands[told.brand]
        left = [each for each in brand.unsent.get(told.key, ()) if each is not told.news]
        if left:
            brand.unsent[told.key] = left
        else:
            brand.unsent.pop(told.key, None)
        brand.entries.dirty[told.key] = None

    def unwritten(self, names: Iterable[str] | None = None) -> Iterator[Write]:
        """What is to be written down, of some brands or of all."""
        for name in list(self._brands) if names is None else names:
            yield from self._brands[name].writes(name)

    def entries(self) -> Iterator[Entry]:
        """All incidents that are remembered."""
        for brand in self._brands.values():
            yield from brand.entries.values()

    def states(self) -> dict[str, BrandState]:
        """What is remembered of each brand besides its incidents."""
        return {name: brand.fold.state for name, brand in self._brands.items()}

    def _of(self, name: str) -> _Brand:
        return self._brands.get(name) or self._start(name, None, None)

    def _start(self, name: str, entries: _Entries | None, row: BrandRow | None) -> _Brand:
        known = _Entries() if entries is None else entries
        fold = self._begin(name, None if row is None else row.state, known)
        brand = self._brands[name] = _Brand(known, fold, None if row is None else row.mark)
        return brand

    def _noted(self, name: str, brand: _Brand, outcomes: list[Outcome]) -> Done:
        brand.changed = True
        return Done(outcomes, [Told(name, key, news) for key, news in brand.take(outcomes)])
