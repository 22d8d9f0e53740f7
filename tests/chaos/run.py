"""One run of the service over a set of events, among faults or in peace, and the files that it leaves behind."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from alerts.standin.faults import RandomFaults
from alerts.standin.server import TOKEN, StandIn
from streams.topics import ensure_topics, topic_specs
from tests.chaos import record
from tests.chaos.channel import Onlooker, Verdict, judge
from tests.chaos.compare import differences
from tests.chaos.crew import Crew
from tests.chaos.diary import Diary
from tests.chaos.faults import Fault
from tests.chaos.produce import produce
from tests.chaos.reaper import Reaper
from tests.chaos.traffic import Record
from tests.chaos.watch import Watch, partitions_in
from tests.integration.conftest import Process

DESK = Path(__file__).with_name("desk.toml")
WORKERS = ("one", "two")
PARTITIONS = 8
LOOK_S = 0.2
TELL_S = 1.0
STOP_WITHIN_S = 30.0
SLACK_FAILS = 1 / 3
TOPICS = ("mentions", "assessments", "notifications")

Restart = Callable[[float], None]
"""Lets the broker be away for so many seconds, and then be there again with all that it had."""


class Place(NamedTuple):
    """A broker, and how to restart it where that is possible."""

    bootstrap: str
    restart: Restart | None = None


class Outcome(NamedTuple):
    """What came of a run; its files are in `folder`."""

    folder: Path
    seconds: float
    faults: list[Fault]
    """Those that came before all was done."""
    starts: int
    ended_by_themselves: int
    return_codes: dict[str, int]
    alerts: record.Alerts
    slack: Verdict
    slack_calls: int
    slack_failures: int

    @property
    def wrong(self) -> list[str]:
        """What must not be in any run."""
        return [*self.alerts.contradictions, *self.slack.wrong]


class Unfinished(AssertionError):  # noqa: N818 - reads as what happened
    """The workers did not get to the end of the events in time."""


async def run(
    folder: Path,
    place: Place,
    records: Sequence[Record],
    prefix: str,
    *,
    faults: Sequence[Fault] = (),
    slack_fails: float = 0.0,
    within_s: float = 180.0,
    seed: int = 1,
    loud: bool = False,
) -> Outcome:
    """Let two workers deal with all of `records`, and write down what they made of it.

    Parameters
    ----------
    folder
        For the files, the logs and the diary.
    place
        The broker.
    records
        What is produced before anybody starts.
    prefix
        Of the topics and the group; new.
    faults
        What goes wrong with the workers and the broker, in this order.
    slack_fails
        Part of the calls of Slack that fail.
    within_s
        How long it may take.
    seed
        Of Slack's failures.
    loud
        Whether to say on the terminal what happens.

    Raises
    ------
    Unfinished
        If the workers are not done in time.
    """
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs yet
    chance = RandomFaults(slack_fails, Random(seed))
    await asyncio.to_thread(ensure_topics, place.bootstrap, topic_specs(PARTITIONS, prefix=prefix))
    await produce(place.bootstrap, f"{prefix}mentions", PARTITIONS, records)
    diary = Diary(folder / "diary.txt", loud=loud)
    watch = Watch(place.bootstrap, f"{prefix}group", tuple(prefix + topic for topic in TOPICS), PARTITIONS)
    async with StandIn(pace=None, faults=chance) as slack:
        onlooker = Onlooker(slack)
        looking = asyncio.create_task(onlooker.look())
        with Reaper() as reaper:
            crew = Crew(
                WORKERS,
                lambda name: _start(name, folder, place, prefix, slack.api_url),
                lambda name: _ready(folder, name).exists(),
                diary,
                reaper,
            )
            try:
                trial = _Trial(diary, crew, watch, place, slack, chance, prefix, len(records))
                met = await asyncio.wait_for(trial.until_done(faults), within_s)
                seconds = diary.seconds
                codes = await asyncio.to_thread(crew.stop, STOP_WITHIN_S)
                diary.note(f"stopped: {codes}")
            except TimeoutError:
                raise Unfinished(f"not done within {within_s:g} s\n{_tail(folder)}") from None
            finally:
                crew.destroy()
                watch.close()
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        told = await asyncio.to_thread(record.alerts, place.bootstrap, prefix + "notifications")
        verdict = judge(slack, onlooker, told.told)
    await asyncio.to_thread(_write, folder, place.bootstrap, prefix, told, verdict)
    diary.note("written down")
    diary.close()
    return Outcome(
        folder,
        seconds,
        met,
        crew.starts,
        crew.ended_by_themselves,
        codes,
        told,
        verdict,
        chance.taken.total(),
        chance.taken[True],
    )


def differences_of(calm: Outcome, disturbed: Outcome) -> list[str]:
    """What differs between the files of two runs, in words."""
    return differences(calm.folder, disturbed.folder)


class _Trial:
    """What happens between the start of the workers and the end of their work."""

    def __init__(
        self,
        diary: Diary,
        crew: Crew,
        watch: Watch,
        place: Place,
        slack: StandIn,
        chance: RandomFaults,
        prefix: str,
        events: int,
    ) -> None:
        self._diary, self._crew, self._watch, self._place = diary, crew, watch, place
        self._slack, self._chance, self._prefix, self._events = slack, chance, prefix, events
        self._later: set[asyncio.Task[None]] = set()

    async def until_done(self, faults: Sequence[Fault]) -> list[Fault]:
        """Let faults happen in their time until there is nothing to do; return those that did happen."""
        left, met = list(faults), []
        done = asyncio.create_task(self._done())
        last = self._diary.seconds
        try:
            while not done.done():
                if left and self._due(left[0], last):
                    fault, last = left.pop(0), self._diary.seconds
                    met.append(fault)
                    self._diary.note(f"FAULT {len(met)} of {len(faults)}: {fault}")
                    self._do(fault)
                self._crew.look_after()
                await asyncio.sleep(LOOK_S)
            await done
            if self._later:
                await asyncio.wait(self._later)
        finally:
            done.cancel()
            for task in self._later:
                task.cancel()
        return met

    def _due(self, fault: Fault, last: float) -> bool:
        if self._diary.seconds < last + fault.after_s:
            return False
        return fault.kind == "broker" or fault.rash or self._crew.serves(fault.whom)

    def _do(self, fault: Fault) -> None:
        if fault.kind == "kill":
            self._crew.kill(fault.whom)
        elif fault.kind == "freeze":
            self._crew.freeze(fault.whom)
            self._soon(self._thaw(fault, self._crew.workers[fault.whom]))
        elif self._place.restart is not None:
            self._soon(asyncio.to_thread(self._place.restart, fault.for_s))

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _thaw(self, fault: Fault, worker: Process) -> None:
        await asyncio.sleep(fault.for_s)
        if self._crew.workers[fault.whom] is worker:
            self._crew.thaw(fault.whom)
            self._diary.note(f"{fault.whom} goes on")

    async def _done(self) -> None:
        """Return once all workers serve, and everything was read, decided on and delivered, for two looks in a row."""
        quiet = 0
        while quiet < 2:
            await asyncio.sleep(TELL_S)
            committed = await asyncio.to_thread(self._watch.committed)
            self._tell(committed)
            read = committed is not None and committed[f"{self._prefix}mentions"] >= self._events
            behind = await asyncio.to_thread(self._watch.behind) if read else None
            if behind is not None and any(behind.values()):
                self._diary.note(f"behind: {' '.join(f'{key} {value}' for key, value in behind.items())}")
            done = behind is not None and not any(behind.values()) and all(map(self._crew.serves, WORKERS))
            quiet = quiet + 1 if done else 0

    def _tell(self, committed: dict[str, int] | None) -> None:
        said = "the broker does not answer"
        if committed is not None:
            said = " ".join(f"{topic} {committed[self._prefix + topic]:,}" for topic in TOPICS)
        taken = self._chance.taken
        who = ", ".join(
            f"{name} has {partitions_in(worker.log)}{' frozen' if name in self._crew.frozen else ''}"
            for name, worker in self._crew.workers.items()
        )
        self._diary.note(f"{said} · {who} · Slack {len(self._slack.messages)}, {taken[True]} of {taken.total()} failed")


def _start(name: str, folder: Path, place: Place, prefix: str, slack_url: str) -> Process:
    data = folder / f"{name}-data"
    shutil.rmtree(data, ignore_errors=True)
    _ready(folder, name).unlink(missing_ok=True)
    return Process(
        [
            *("streams.cli", "worker", "--clock", "event", "--partitions", str(PARTITIONS)),
            *("--topic-prefix", prefix, "--group", f"{prefix}group", "--metrics-port", "0"),
            *("--data-dir", str(data), "--desk", str(DESK), "--ready-file", str(_ready(folder, name))),
        ],
        {"KAFKA_BOOTSTRAP": place.bootstrap, "SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": slack_url},
        folder / f"{name}.log",
    )


def _ready(folder: Path, name: str) -> Path:
    return folder / f"{name}.ready"


def _write(folder: Path, bootstrap: str, prefix: str, told: record.Alerts, verdict: Verdict) -> None:
    record.write(folder / "alerts.jsonl", told.lines)
    record.write(folder / "slack.jsonl", verdict.lines)
    record.write(folder / "incidents.jsonl", record.incidents(bootstrap, f"{prefix}incidents"))
    record.write(folder / "threads.jsonl", record.threads(bootstrap, f"{prefix}threads"))


def _tail(folder: Path) -> str:
    return "\n".join((folder / "diary.txt").read_text(encoding="utf-8").splitlines()[-15:])
