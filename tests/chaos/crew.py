"""The workers: started, watched over, and treated badly."""

import os
import signal
from collections.abc import Callable, Mapping

from tests.chaos.diary import Diary
from tests.chaos.reaper import Reaper
from tests.integration.conftest import Process

Start = Callable[[str], Process]
"""Starts the worker of that name."""


class Crew:
    """Workers by name. One that ends, in whatever way, is started anew at once, as a supervisor would.

    Parameters
    ----------
    names
        Of the workers.
    start, ready
        Start one, and ask whether it has begun with its partitions.
    diary
        Is told what happens to them.
    reaper
        Leaves none of them behind.
    """

    def __init__(
        self, names: tuple[str, ...], start: Start, ready: Callable[[str], bool], diary: Diary, reaper: Reaper
    ) -> None:
        self._start, self._ready, self._diary, self._reaper = start, ready, diary, reaper
        self._workers: dict[str, Process] = {}
        self._frozen: set[str] = set()
        self.starts = 0
        self.ended_by_themselves = 0
        for name in names:
            self._begin(name)

    @property
    def frozen(self) -> frozenset[str]:
        """Who is frozen now."""
        return frozenset(self._frozen)

    @property
    def workers(self) -> Mapping[str, Process]:
        """The workers of now by name."""
        return self._workers

    def serves(self, name: str) -> bool:
        """Whether one has begun with its partitions, and is not frozen."""
        return self._ready(name) and name not in self._frozen

    def kill(self, name: str) -> None:
        """Kill one with -9, and replace it."""
        self._workers[name].kill()
        self._reaper.forget(self._workers[name].pid)
        self._frozen.discard(name)
        self._begin(name)

    def freeze(self, name: str) -> None:
        """Stop one in the middle of whatever it does."""
        os.kill(self._workers[name].pid, signal.SIGSTOP)
        self._frozen.add(name)

    def thaw(self, name: str) -> None:
        """Let one go on that was frozen, unless it was killed meanwhile."""
        if name in self._frozen:
            self._frozen.discard(name)
            os.kill(self._workers[name].pid, signal.SIGCONT)

    def look_after(self) -> None:
        """Replace those that have ended."""
        for name, worker in self._workers.items():
            if not worker.running:
                self.ended_by_themselves += 1
                self._diary.note(f"{name} ended by itself with {worker.wait(1.0)}; see {worker.log.name}")
                self._reaper.forget(worker.pid)
                self._begin(name)

    def stop(self, within_s: float) -> dict[str, int]:
        """Ask all of them to end; return their return codes."""
        for name in tuple(self._frozen):
            self.thaw(name)
        for worker in self._workers.values():
            os.kill(worker.pid, signal.SIGTERM)
        return {name: worker.wait(within_s) for name, worker in self._workers.items()}

    def destroy(self) -> None:
        """Leave nobody behind."""
        for worker in self._workers.values():
            worker.kill()
            self._reaper.forget(worker.pid)

    def _begin(self, name: str) -> None:
        self._workers[name] = worker = self._start(name)
        self._reaper.remember(worker.pid)
        self.starts += 1
        self._diary.note(f"{name} starts as {worker.pid}")
