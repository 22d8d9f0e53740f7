"""State survives: workers that are killed and frozen write what undisturbed ones write.

`make chaos` does the same for longer.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from tests.brokers import RealKafka, tools_are_there
from tests.chaos import traffic
from tests.chaos.faults import Rhythm, schedule
from tests.chaos.run import PARTITIONS, SLACK_FAILS, WORKERS, Outcome, Place, differences_of, run
from tests.chaos.traffic import Record

SEED = 5
CALM_WITHIN_S, CHAOS_WITHIN_S = 300.0, 600.0
"""Five times as long as it takes on two idle cores."""


@pytest.fixture
def restartable(tmp_path: Path) -> Iterator[Place]:
    """A broker of this test's own, since it is restarted."""
    if not tools_are_there():
        pytest.skip("no Java and Maven for a real Kafka, and the embedded broker forgets everything at a restart")
    with RealKafka(tmp_path / "kafka") as kafka:
        yield Place(kafka.bootstrap, kafka.restart)


@pytest.mark.skipif(not traffic.DATA.is_dir(), reason=f"the real cascades are not at {traffic.DATA}")
async def test_chaos_changes_nothing_of_what_real_cascades_lead_to(restartable: Place, tmp_path: Path) -> None:
    records = traffic.real(200_000, PARTITIONS)
    calm, chaos = await _twice(tmp_path, restartable, records, Rhythm(number=6))
    _same(calm, chaos)
    assert {fault.kind for fault in chaos.faults} == {"kill", "freeze", "broker"}
    assert len(calm.slack.lines) >= 24, "a few dozen incidents"


async def test_chaos_changes_nothing_of_what_made_up_events_lead_to(kafka_bootstrap: str, tmp_path: Path) -> None:
    records = traffic.invented(20_000, PARTITIONS)
    calm, chaos = await _twice(tmp_path, Place(kafka_bootstrap), records, Rhythm(number=4))
    _same(calm, chaos)


async def _twice(folder: Path, place: Place, records: Sequence[Record], rhythm: Rhythm) -> tuple[Outcome, Outcome]:
    faults = schedule(SEED, WORKERS, rhythm, broker=place.restart is not None)
    calm = await run(folder / "calm", place, records, f"t{uuid4().hex[:10]}.", within_s=CALM_WITHIN_S)
    chaos = await run(
        folder / "chaos",
        place,
        records,
        f"t{uuid4().hex[:10]}.",
        faults=faults,
        slack_fails=SLACK_FAILS,
        within_s=CHAOS_WITHIN_S,
    )
    return calm, chaos


def _same(calm: Outcome, chaos: Outcome) -> None:
    unlike = differences_of(calm, chaos)
    assert not unlike, "\n".join([f"see {chaos.folder}", *unlike])
    for outcome in (calm, chaos):
        assert not outcome.wrong, "\n".join(outcome.wrong)
        assert outcome.slack.doubled == 0
        assert set(outcome.return_codes.values()) == {0}, "a graceful stop"
    assert calm.alerts.repeats == 0
    assert chaos.slack_failures > 0
