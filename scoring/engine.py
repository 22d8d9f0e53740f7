"""The engine: mentions of one partition in, scorings out, batch by batch.

A batch is decided exactly as its mentions would be one by one. What is due is noted in event order while the
batch is folded; the classifiers are then asked once for all of it.
"""

import gc
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from heapq import heapify, heappop, heappush
from math import inf
from typing import NamedTuple, Self, TypeAlias

from scoring.complaint import Complaint
from scoring.look import Look
from scoring.mention import Mention
from scoring.mood import NEGATIVE
from scoring.people import People
from scoring.profile import BrandProfile
from scoring.schedule import earliest, is_over, is_reach_rich, next_look, next_size
from scoring.scores import Models, Scoring, score
from scoring.snapshot import Begun, Changes, EngineState, SnapshotError, read_engine, read_thread, write
from scoring.thread import FIRST_SIZE, Thread
from scoring.thread_state import ThreadState

__all__ = ["MAX_THREADS", "RETENTION_S", "Engine", "Heard", "Models", "Scoring"]

RETENTION_S = 3 * 24 * 3600.0
"""A thread not heard of for so long is forgotten."""

MAX_THREADS = 200_000
"""Live threads; the one longest not heard of goes first."""


class Heard(NamedTuple):
    """A complaint, and how many scorings of the same batch were due before it."""

    scorings_before: int
    complaint: Complaint


SPARE_TIMERS = 1_000
"""So many timers of threads that are gone, or are due earlier, may stand in the queue beside one per thread."""

_Taken: TypeAlias = tuple[float, Thread, Mention | None, bytes]
"""When, whose, and what is folded; the last is the mention's short name."""


class Engine:
    """Threads of one partition.

    Parameters
    ----------
    models
        What is asked for forecasts and tone.
    profile_of
        The profile of a brand by its key.
    retention_s, max_threads
        Bounds of what is kept.
    kept
        What may be kept of a mention once its tone was read; None for all of it.

    Attributes
    ----------
    now
        The partition's event time: the latest `created_at` seen, or `advance`d to (epoch seconds).
    repeats
        Mentions ignored because their id was known.
    started, buried
        Threads begun, and let go, so far.
    """

    def __init__(
        self,
        models: Models,
        profile_of: Callable[[str], BrandProfile],
        *,
        retention_s: float = RETENTION_S,
        max_threads: int = MAX_THREADS,
        kept: Callable[[Mention], Mention] | None = None,
    ) -> None:
        self._models = models
        self._profile_of = profile_of
        self._retention_s = retention_s
        self._max_threads = max_threads
        self._kept = kept
        # By name as of the latest mention taken, the one longest not heard of first.
        self._threads: OrderedDict[str, Thread] = OrderedDict()
        # By number as of the latest mention folded: a thread's timers run until then.
        self._live: dict[int, Thread] = {}
        self._timers: list[tuple[float, int]] = []
        # When threads that are forgotten began: one that is spread anew keeps its age.
        self._began: OrderedDict[str, Begun] = OrderedDict()
        # Whose row is to be written; of an engine whose rows nobody has asked for yet, all are.
        self._changed: dict[str, None] = {}
        self._recorded = False
        self._touches = 0
        # Nobody was last heard of before.
        self._heard_from = -inf
        self._complaints: list[Heard] = []
        self._arrived = -inf
        self.now = -inf
        self.repeats = 0
        self.started = 0
        self.buried = 0

    @classmethod
    def restore(
        cls,
        models: Models,
        profile_of: Callable[[str], BrandProfile],
        state: bytes,
        rows: Iterable[tuple[str, bytes]],
        *,
        retention_s: float = RETENTION_S,
        max_threads: int = MAX_THREADS,
        kept: Callable[[Mention], Mention] | None = None,
    ) -> Self:
        """Make an engine of the latest changes that another one wrote down: its state, and each thread's row.

        It goes on as the other one would have, if the bounds are the same.

        Raises
        ------
        SnapshotError
            If something is damaged, or written in a format that cannot be read.
        """
        self = cls(models, profile_of, retention_s=retention_s, max_threads=max_threads, kept=kept)
        own = read_engine(state)
        self.now, self._arrived = own.now, own.arrived
        self.repeats, self.started, self.buried, self._touches = own.repeats, own.started, own.buried, own.touches
        threads: list[Thread] = []
        began: list[tuple[str, Begun]] = []
        with _no_garbage():
            for name, raw in rows:
                found = read_thread(name, raw)
                if isinstance(found, Begun):
                    began.append((name, found))
                else:
                    threads.append(_thaw(name, found, profile_of(found.brand)))
        threads.sort(key=lambda thread: thread.touched)
        began.sort(key=lambda one: one[1].buried)
        self._threads.update((thread.id, thread) for thread in threads)
        self._live.update((thread.number, thread) for thread in threads)
        self._began.update(began)
        self._timers = _timers_of(threads)
        self._recorded = True
        return self

    def take_changes(self) -> Changes:
        """What changed since the last call, or since the engine was restored: all there is at a new one's first.

        Take the complaints of the latest fold first: they are no state.
        """
        names = self._changed
        if not self._recorded:
            names = dict.fromkeys((*self._threads, *self._began)) | names
            self._recorded = True
        self._changed = {}
        own = EngineState(self.now, self._arrived, self.repeats, self.started, self.buried, self._touches)
        return Changes([(name, self._row(name)) for name in names], write("", own))

    def touch(self, thread_id: str) -> None:
        """Have the row of a thread written with the next changes, whether it changes or not."""
        self._changed[thread_id] = None

    def erase(self, people: People) -> list[str]:
        """Forget people in every thread; returns the threads that change, and `people` learns their other names.

        What they said and who they are goes; every figure of a thread stays. What they say later is news again.
        """
        threads = self._threads.values()
        for thread in threads:
            thread.meet(people)
        changed = [thread.id for thread in threads if thread.erase(people)]
        for thread_id in changed:
            self._note(thread_id)
        return changed

    def _row(self, name: str) -> bytes | None:
        thread = self._threads.get(name)
        if thread is not None:
            return write(name, thread.freeze())
        began = self._began.get(name)
        return None if began is None else write(name, began)

    def _note(self, name: str) -> None:
        if self._recorded:
            self._changed[name] = None

    def __len__(self) -> int:
        return len(self._threads)

    def fold(self, mentions: Sequence[Mention]) -> list[Scoring]:
        """Take in mentions in partition order; returns the scorings that fell due, in event order."""
        taken, texts = self._take(mentions)
        tones = self._models.tone.read([m.text or "" for m in texts], [m.lang for m in texts]) if texts else []
        of_text = {id(m): (t.negative, t.positive) for m, t in zip(texts, tones, strict=True)}
        looks: list[Look] = []
        self._complaints = []
        for at, thread, mention, name in taken:
            self._pass_time(at, looks)
            if mention is None:
                self._bury(thread)
                continue
            if thread.id in self._began:
                thread.root_at = min(thread.root_at, self._began.pop(thread.id).root_at)
            answers = thread.conduct.answers
            tone = of_text.get(id(mention))
            if self._kept is not None:
                mention = self._kept(mention)  # noqa: PLW2901 - the loop goes on with what may be kept
            thread.fold(mention, tone, name)
            if tone is not None and tone[0] >= NEGATIVE and mention.id == thread.id and mention.kind == "post":
                self._complaints.append(Heard(len(looks), Complaint.of(mention, tone[0])))
            if (
                thread.spread >= thread.next_size
                or (thread.conduct.answers > answers and thread.spread >= FIRST_SIZE)
                or (mention.id == thread.id and is_reach_rich(thread))
            ):
                self._look(thread, thread.at, looks)
            self._set_timer(thread)
        return self._score(looks)

    def take_complaints(self) -> list[Heard]:
        """The new complaints of the mentions folded last, in event order; each is handed out once."""
        taken, self._complaints = self._complaints, []
        return taken

    def advance(self, now: float) -> list[Scoring]:
        """Let time pass to `now` (epoch seconds) without a mention."""
        looks: list[Look] = []
        self._arrived = max(self._arrived, now)
        self._pass_time(now, looks)
        for thread in self._forget():
            self._bury(thread)
        return self._score(looks)

    def _take(self, mentions: Sequence[Mention]) -> tuple[list[_Taken], list[Mention]]:
        """Find each new mention's thread, and which texts must be read.

        A thread without a mention is one that is forgotten there; its timers run up to then, so that a batch
        of mentions forgets as they would one by one.
        """
        threads = self._threads
        taken: list[_Taken] = []
        texts = []
        for touch, mention in enumerate(mentions, self._touches + 1):
            at = mention.created_at
            if at > self._arrived:
                self._arrived = at
                taken += [(at, gone, None, b"") for gone in self._forget()]
            thread = threads.get(mention.thread_id)
            if thread is None:
                thread = self._start(mention)
                # One at a time, unless the engine was restored with room for fewer.
                while len(threads) > self._max_threads:
                    taken.append((at, threads.popitem(last=False)[1], None, b""))
            else:
                threads.move_to_end(mention.thread_id)
            thread.heard_at = self._arrived
            thread.touched = touch
            name = thread.accept(mention)
            if name is None:
                self.repeats += 1
                continue
            taken.append((at, thread, mention, name))
            if thread.wants_tone(mention):
                texts.append(mention)
        self._touches += len(mentions)
        if self._recorded:
            self._changed.update(dict.fromkeys([mention.thread_id for mention in mentions]))
        return taken, texts

    def _start(self, mention: Mention) -> Thread:
        self.started += 1
        thread = Thread(mention, self._profile_of(mention.brand))
        thread.number = self.started
        self._threads[thread.id] = self._live[thread.number] = thread
        return thread

    def _pass_time(self, now: float, looks: list[Look]) -> None:
        """Fire the timers up to `now`, each at its own time."""
        timers = self._timers
        while timers and timers[0][0] <= now:
            due, number = heappop(timers)
            thread = self._live.get(number)
            if thread is None or thread.due != due:
                continue
            thread.due = inf
            self._note(thread.id)
            if earliest(thread) <= due:
                self._look(thread, max(due, thread.at), looks)
            self._set_timer(thread)
        self.now = max(self.now, now)

    def _set_timer(self, thread: Thread) -> None:
        due = earliest(thread)
        if due < thread.due:
            thread.due = due
            heappush(self._timers, (due, thread.number))
            if len(self._timers) > 2 * len(self._live) + SPARE_TIMERS:
                self._timers[:] = _timers_of(self._live.values())

    def _look(self, thread: Thread, at: float, looks: list[Look]) -> None:
        """Note what is to be scored; everything that may change later is copied."""
        looks.append(Look.of(thread, at, over=is_over(thread, at)))
        thread.looked_at = at
        thread.next_size = next_size(thread)
        thread.rescore_at = next_look(thread, at)

    def _forget(self) -> list[Thread]:
        """Drop threads not heard of for long; they stand first, as hearing of one moves it to the end."""
        threads, oldest = self._threads, self._arrived - self._retention_s
        gone: list[Thread] = []
        while threads and self._heard_from < oldest:
            # Threads that are heard of meanwhile stand further back, so this holds until time has passed it.
            self._heard_from = next(iter(threads.values())).heard_at
            if self._heard_from < oldest:
                gone.append(threads.popitem(last=False)[1])
        return gone

    def _bury(self, thread: Thread) -> None:
        """Let go of a thread, but for when it began."""
        del self._live[thread.number]
        self.buried += 1
        self._began[thread.id] = Begun(thread.root_at, self.buried)
        self._note(thread.id)
        while len(self._began) > self._max_threads:
            self._note(self._began.popitem(last=False)[0])

    def _score(self, looks: list[Look]) -> list[Scoring]:
        return score(self._models, looks)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Look for no garbage while all that is made is kept, which takes twice as long as making it."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


def _timers_of(threads: Iterable[Thread]) -> list[tuple[float, int]]:
    """A queue of the timers that are set, as a heap."""
    timers = [(thread.due, thread.number) for thread in threads if thread.due < inf]
    heapify(timers)
    return timers


def _thaw(name: str, found: ThreadState, profile: BrandProfile) -> Thread:
    try:
        return Thread.thaw(name, found, profile)
    except ValueError as error:
        raise SnapshotError("the snapshot of a thread contradicts itself") from error
