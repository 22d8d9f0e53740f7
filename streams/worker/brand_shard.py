"""One partition of the assessments as a worker holds it, and how it is made of what was written down."""

import asyncio
from collections.abc import Mapping
from math import inf
from time import monotonic

import structlog
from faust.types import TP
from msgspec.structs import replace

from alerts.incidents import decode_state
from scoring.assessment import Assessment
from scoring.complaint import Complaint
from streams.changelog import Recovered
from streams.order import LIVE, REPLAYED, BufferState, OrderBuffer
from streams.worker.ledger import PartitionLedger
from streams.worker.parts import Parts
from streams.worker.rows import DecidedSeal, is_brand, read_incident, read_seal, readable

ROWS = "incidents"
"""Where incidents and brands are written down."""

_log = structlog.get_logger("brandmelder.deciding")


class Shard:
    """One partition: its brands, what waits to be decided in order, and since which rebalance it is ours.

    Attributes
    ----------
    clicks
        Offset of the next click.
    order
        The buffer as it is as far as what it released is applied.
    sealed, sealed_at
        What was written down last of how far it is, and when, by the monotonic clock.
    """

    def __init__(
        self,
        partition: int,
        ledger: PartitionLedger,
        buffer: OrderBuffer[Assessment | Complaint],
        clicks: int,
        epoch: int,
    ) -> None:
        self.partition = partition
        self.ledger = ledger
        self.buffer = buffer
        self.order = buffer.state
        self.clicks = clicks
        self.epoch = epoch
        self.turn = asyncio.Lock()
        self.given_up = False
        self.resent = False
        self.passed = 0.0
        self.sealed: DecidedSeal | None = None
        self.sealed_at = -inf


def restore(parts: Parts, partition: int, state: Recovered, ends: Mapping[TP, int], epoch: int) -> Shard:
    """Make the incidents and the order of a partition of what was written down."""
    lost = parts.metrics.unreadable.labels(ROWS).inc
    rows = state.rows.items()
    incidents = readable((row for row in rows if not is_brand(row[0])), read_incident, lost)
    brands = readable((row for row in rows if is_brand(row[0])), decode_state, lost)
    seal = read_seal(state.seal)
    if seal.buffer.offset > ends[parts.tp("assessments", partition)]:
        _log.error("the topic of the assessments began anew, and so does their order", partition=partition)
        seal = replace(seal, buffer=BufferState(), mark=None)
    if seal.clicks > ends[parts.tp("clicks", partition)]:
        seal = replace(seal, clicks=0)
    ledger = PartitionLedger(parts.desk, incidents, brands, seal.mark)
    patience = LIVE if parts.live else REPLAYED
    buffer: OrderBuffer[Assessment | Complaint] = OrderBuffer(
        parts.settings.partitions, patience, monotonic(), known=seal.buffer
    )
    shard = Shard(partition, ledger, buffer, seal.clicks, epoch)
    shard.sealed = seal
    return shard
