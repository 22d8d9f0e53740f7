"""The incidents of one brand at hand: by thread, by id, and those that are active."""

from collections.abc import Iterator, MutableMapping

from alerts.incidents.alike import Alike
from alerts.incidents.state import BrandState
from alerts.ledger import Entry, Member
from alerts.severity import Severity


class Register:
    """Keeps the ledger of a brand and what can be looked up in it, all of which follows from ledger and state.

    Parameters
    ----------
    entries
        The ledger of the brand: by a thread, its latest incident. A storm stands in it under a name of its own.
    state
        Knows of threads that have no place among their group's members.
    alike
        The index of active incidents to keep.
    """

    def __init__(self, entries: MutableMapping[str, Entry], state: BrandState, alike: Alike) -> None:
        self._entries = entries
        self._state = state
        self._alike = alike
        self._active: dict[str, Entry] = {}
        self._by_id: dict[str, str] = {}
        # By thread, the groups that it is or was a member of.
        self._groups: dict[str, set[str]] = {}
        for key, entry in entries.items():
            self._note(key, entry)

    def __len__(self) -> int:
        return len(self._active)

    def get(self, key: str) -> Entry | None:
        """The incident of that name."""
        return self._active.get(key) or self._entries.get(key)

    def active(self) -> Iterator[tuple[str, Entry]]:
        """Active incidents, in order of their names; they may change meanwhile."""
        return iter(sorted(self._active.items()))

    def all(self) -> Iterator[tuple[str, Entry]]:
        """Every incident that is remembered."""
        return iter(list(self._entries.items()))

    def key_of(self, incident_id: str) -> str | None:
        """The name of the incident with that id."""
        return self._by_id.get(incident_id)

    def home(self, thread_id: str) -> str | None:
        """Where a thread belongs: its own incident or its group, the active one, else the one that ended last."""
        beyond = self._state.beyond.get(thread_id)
        keys = {thread_id, *self._groups.get(thread_id, ()), *((beyond,) if beyond is not None else ())}
        best: tuple[tuple[bool, float, bool, str], str] | None = None
        for key in keys:
            entry = self.get(key)
            if entry is not None and entry.kind != "storm":
                found = ((entry.active, entry.resolved_at or 0.0, key == thread_id, key), key)
                best = found if best is None else max(best, found)
        return None if best is None else best[1]

    def keep(self, key: str, entry: Entry) -> None:
        """Remember an incident as it is now."""
        before = self.get(key)
        if before == entry:
            return
        if before is not None and before.incident_id != entry.incident_id:
            self._drop(key, before)
        elif before is not None and before.members != entry.members:
            for member in set(before.members) - set(entry.members):
                self._leave(member, key)
        self._entries[key] = entry
        self._note(key, entry)

    def forget(self, key: str) -> None:
        """Forget an incident."""
        self._drop(key, self._entries[key])
        del self._entries[key]

    def _note(self, key: str, entry: Entry) -> None:
        self._by_id[entry.incident_id] = key
        if entry.kind == "group":
            for member in entry.members:
                if member.thread_id != key:
                    self._groups.setdefault(member.thread_id, set()).add(key)
        if not entry.active:
            self._active.pop(key, None)
            self._alike.remove(key)
            return
        self._active[key] = entry
        if entry.kind == "storm" or entry.severity is Severity.NOTICE:
            self._alike.remove(key)
        else:
            self._alike.put(key, entry)

    def _drop(self, key: str, entry: Entry) -> None:
        self._by_id.pop(entry.incident_id, None)
        self._active.pop(key, None)
        self._alike.remove(key)
        self._state.groups.pop(key, None)
        for thread_id in [thread for thread, group in self._state.beyond.items() if group == key]:
            del self._state.beyond[thread_id]
        for member in entry.members:
            self._leave(member, key)

    def _leave(self, member: Member, key: str) -> None:
        groups = self._groups.get(member.thread_id)
        if groups is not None:
            groups.discard(key)
            if not groups:
                del self._groups[member.thread_id]
