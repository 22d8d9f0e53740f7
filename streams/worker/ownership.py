"""Whose the partitions are: taken over with their state, written down while they are ours, and let go of."""

import asyncio
from collections.abc import Collection
from time import monotonic
from typing import Any, cast

import faust
import structlog
from aiokafka import TopicPartition
from faust.types import TP

from streams.changelog import Superseded
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.ends import true_ends
from streams.worker.keeping import Keeper
from streams.worker.outgoing import Outgoing
from streams.worker.progress import Progress

COMMIT_S = 1.0
SETTLE_S = 0.05
TELL_S = 2.0
"""How often it is said how far recovery is."""

BEAT_S = 0.25
HELD_UP = 0.6
"""Who was held up for so much of a session may have lost its partitions without knowing."""

REBALANCE_S, SHUTDOWN_S = 3.0, 6.0
"""So long may a rebalance, and the end, wait for what is under way and what is to be written down."""

READ = ("mentions", "assessments", "clicks", "notifications", "erasures")
"""What is read in bulk; topics of as many partitions, of which a worker has the same ones."""

_log = structlog.get_logger("brandmelder.partitions")


class SupersededError(RuntimeError):
    """Somebody else has claimed a partition that the group says is ours."""


class Ownership:
    """The partitions that are this worker's.

    A rebalance takes all of them away, and gives some back. Each time their state is recovered from what was sealed,
    while nothing is read.
    """

    def __init__(
        self, app: faust.App, settings: WorkerSettings, metrics: Metrics, progress: Progress, outgoing: Outgoing
    ) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._progress = progress
        self._outgoing = outgoing
        self._keepers: list[Keeper] = []
        self._taking: asyncio.Task[None] | None = None
        self._asked = -1
        self._settled = -1
        self._started = 0
        self._saving = asyncio.Lock()
        self._beat = monotonic()
        self._doubtful = False
        self._telling = _Telling(metrics)
        # Faust types its signals' receivers by arguments that it never passes.
        for signal, receiver in (
            (app.on_partitions_revoked, self._revoke),
            (app.on_partitions_assigned, self._assign),
            (app.on_before_shutdown, self._finish),
        ):
            cast(Any, signal).connect(receiver)
        app.task()(self._keep_saving)
        app.task()(self._keep_beating)

    @property
    def settled(self) -> bool:
        """Whether it is known which partitions are this worker's, and their state is recovered."""
        return self._settled == self._progress.epoch and not self._app.rebalancing

    @property
    def sure(self) -> bool:
        """Whether that is settled, and nothing held us up for so long that somebody else may have taken over since.

        Asked before what cannot be taken back. It is sure again once the group lets us commit.
        """
        return self.settled and not self._doubtful and monotonic() - self._beat < HELD_UP * self._settings.session_s

    @property
    def recovered(self) -> float:
        """How much of the state is recovered, 0 to 1."""
        return self._telling.share

    async def until_settled(self) -> bool:
        """Wait until that is so; False if a rebalance began meanwhile, after which all comes again."""
        epoch = self._progress.epoch
        while not self.settled and epoch == self._progress.epoch:  # noqa: ASYNC110 - Faust has no event for it
            await asyncio.sleep(SETTLE_S)
        return epoch == self._progress.epoch

    def keep(self, keeper: Keeper) -> None:
        """Let somebody keep state of the partitions that are ours; those added first begin first."""
        self._keepers.append(keeper)

    def superseded(self, partition: int) -> None:
        """End, and begin anew: who has claimed the partition may have it, or will be gone then."""
        self._app.loop.create_task(self._app.crash(SupersededError(f"partition {partition} was claimed by another")))

    async def _assign(self, _app: Any, assigned: Collection[TP], **_: Any) -> None:
        """Take over; Faust says twice that it is to be done."""
        if self._asked != self._progress.epoch:
            self._asked = self._progress.epoch
            partitions = _alike(assigned)
            self._taking = asyncio.ensure_future(self._take_over(partitions, self._asked))

    async def _take_over(self, partitions: list[int], epoch: int) -> None:
        try:
            await self._recover(partitions, epoch)
        except Exception as error:
            _log.exception("state cannot be recovered")
            await self._app.crash(error)

    async def _recover(self, partitions: list[int], epoch: int) -> None:
        began = monotonic()
        _log.info("partitions assigned", partitions=partitions)
        # A rebalance may come in between; what was started by then is not started again.
        for keeper in self._keepers[self._started :]:
            await keeper.changelog.start()
            self._started += 1
        prefix = self._settings.topic_prefix
        parts = [TopicPartition(prefix + topic, partition) for topic in READ for partition in partitions]
        ends = {
            TP(part.topic, part.partition): end for part, end in (await true_ends(self._settings.kafka, parts)).items()
        }
        tell = self._telling = _Telling(self._metrics)
        recovered = await asyncio.gather(
            *[keeper.changelog.take_over(partitions, tell.of(keeper.rows)) for keeper in self._keepers]
        )
        while not (self._app.tables.actives_ready and not self._app.rebalancing):  # noqa: ASYNC110 - as above
            await asyncio.sleep(SETTLE_S)
        for keeper, state in zip(self._keepers, recovered, strict=True):
            await keeper.begin(state, ends, epoch)
        if epoch == self._progress.epoch:
            self._settled, self._doubtful = epoch, False
            tell.done()
            _log.info("state recovered", partitions=partitions, seconds=round(monotonic() - began, 1))
            if self._settings.ready_file is not None:
                self._settings.ready_file.touch()

    async def _revoke(self, _app: Any, revoked: Any, **_: Any) -> None:
        await self._stop_taking()
        if self._settled == self._progress.epoch and not self._doubtful:
            await self._say_last_word(REBALANCE_S)
        self._progress.forget()
        for keeper in self._keepers:
            keeper.changelog.release()  # first: who still writes is told that it is in vain
            await keeper.give_up()
        await self._outgoing.settle()

    async def _finish(self, _app: Any, **_: Any) -> None:
        """Write down everything before the worker ends."""
        await self._stop_taking()
        if self._settled == self._progress.epoch:
            await self._say_last_word(SHUTDOWN_S)
            self._progress.forget()
            for keeper in self._keepers:
                await keeper.give_up()
        await asyncio.gather(*[keeper.changelog.stop() for keeper in self._keepers[: self._started]])

    async def _stop_taking(self) -> None:
        """Let go of what is being taken over."""
        taking, self._taking = self._taking, None
        if taking is not None:
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)

    async def _say_last_word(self, within_s: float) -> None:
        """Finish what is under way and write everything down: whoever comes next need not do it again."""
        try:
            async with asyncio.timeout(within_s):
                for keeper in self._keepers:
                    await keeper.wind_down()
                await self._save(everything=True)
        except TimeoutError:
            _log.warning("partitions are given up as they were written down last")

    async def _keep_saving(self) -> None:
        while not self._app.should_stop:
            if self.settled:
                try:
                    await self._save(everything=False)
                except Exception as error:
                    await self._app.crash(error)
                    raise
            await self._app.sleep(COMMIT_S)

    async def _keep_beating(self) -> None:
        self._beat = monotonic()  # a slow start is nothing that others could have taken over in
        while not self._app.should_stop:
            now = monotonic()
            if now - self._beat >= HELD_UP * self._settings.session_s:
                _log.warning("held up, others may have taken over", seconds=round(now - self._beat, 1))
                self._doubtful = True
            self._beat = now
            await self._app.sleep(BEAT_S)

    async def _save(self, *, everything: bool) -> None:
        async with self._saving:
            if self._doubtful:
                self._doubtful = not await self._progress.commit()
                if self._doubtful:
                    return
            try:
                for keeper in self._keepers:
                    await keeper.save(everything=everything)
            except Superseded:
                return  # what is not ours any more is somebody else's care
            await self._progress.commit()


def _alike(assigned: Collection[TP]) -> list[int]:
    """The numbers of the partitions, which must be the same of every topic: what is made of one goes into another."""
    numbers: dict[str, set[int]] = {}
    for tp in assigned:
        numbers.setdefault(tp.topic, set()).add(tp.partition)
    together = set().union(*numbers.values())
    if any(each != together for each in numbers.values()):
        raise RuntimeError(f"topics were dealt out differently: { {name: sorted(n) for name, n in numbers.items()} }")
    return sorted(together)


class _Telling:
    """Says how far recovery is, now and then."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.share = 0.0
        self._far: dict[str, tuple[int, int]] = {}
        self._said_at = monotonic()

    def of(self, rows: str) -> Any:
        """What a changelog tells."""

        def tell(read: int, expected: int) -> None:
            self._far[rows] = (read, max(read, expected))
            done, total = (sum(far[n] for far in self._far.values()) for n in (0, 1))
            self._set(done / total if total else 1.0)
            if monotonic() - self._said_at >= TELL_S:
                self._said_at = monotonic()
                _log.info("recovering", records=done, of=total)

        return tell

    def done(self) -> None:
        """Say that all is recovered."""
        self._set(1.0)

    def _set(self, share: float) -> None:
        self.share = share
        self._metrics.recovery.set(share)
