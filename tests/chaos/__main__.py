"""Run the chaos test at length: `python -m tests.chaos`, or `make chaos`."""

import asyncio
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console

from streams.broker import EmbeddedBroker
from tests.brokers import RealKafka, tools_are_there
from tests.chaos import traffic
from tests.chaos.faults import Rhythm, schedule
from tests.chaos.report import table
from tests.chaos.run import PARTITIONS, SLACK_FAILS, WORKERS, Outcome, Place, differences_of, run


def main(
    events: Annotated[int, typer.Option(help="How many.")] = 200_000,
    number: Annotated[int, typer.Option("--faults", help="How often a worker is killed or frozen.")] = 30,
    seed: Annotated[int, typer.Option(help="Of the faults.")] = 1,
    invented: Annotated[bool, typer.Option("--invented", help="Made-up events instead of real cascades.")] = False,
    embedded: Annotated[bool, typer.Option("--embedded", help="The embedded broker even where there is Java.")] = False,
    calm: Annotated[bool, typer.Option("--calm", help="Only the run without faults.")] = False,
    folder: Annotated[Path | None, typer.Option(help="For logs and results; a temporary one if not given.")] = None,
) -> None:
    """Two workers over the same events, in peace and among faults: are alerts, ledger, threads and messages equal?"""
    console = Console()
    where = folder or Path(tempfile.mkdtemp(prefix="chaos-"))
    where.mkdir(parents=True, exist_ok=True)
    source = traffic.invented if invented else traffic.real
    records = source(events, PARTITIONS)
    console.print(f"{len(records):,} events; see {where}")
    real = tools_are_there() and not embedded
    faults = schedule(seed, WORKERS, Rhythm(number=number), broker=real)
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        if real:
            kafka = stack.enter_context(RealKafka(where / "kafka"))
            place = Place(kafka.bootstrap, kafka.restart)
        else:
            broker = stack.enter_context(EmbeddedBroker(log=where / "broker.log"))
            place = Place(broker.bootstrap)

        def go(name: str, **disturbed: object) -> None:
            prefix = f"c{uuid4().hex[:8]}."
            outcomes.append(asyncio.run(run(where / name, place, records, prefix, loud=True, **disturbed)))  # type: ignore[arg-type]

        go("calm", within_s=900.0)
        if not calm:
            go("chaos", faults=faults, slack_fails=SLACK_FAILS, within_s=1_800.0)
    console.print(table(outcomes))
    unlike = [] if calm else differences_of(*outcomes)
    wrong = [f"{outcome.folder.name}: {what}" for outcome in outcomes for what in outcome.wrong]
    for what in [*unlike, *wrong]:
        console.print(what, style="red", markup=False)
    sys.exit(1 if unlike or wrong else 0)


if __name__ == "__main__":
    typer.run(main)
