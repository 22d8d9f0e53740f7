"""What becomes of a record that is no mention: a letter of its own, or one for many once there are too many."""

import base64
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
import structlog
from faust.types import TP

from streams.breaker import Breaker, Withheld
from streams.bulk import RawRecord
from streams.metrics import Metrics
from streams.rejection import Rejection

KEPT = 32 * 1024
"""Bytes of a record that its letter keeps. Written as JSON they are sixfold at most, which any broker takes; the whole
record is in the topic `mentions` as long as its retention has it."""

KEPT_KEY = 1024

_encode = msgspec.json.Encoder().encode
_log = structlog.get_logger("brandmelder.folding")


class Letter(NamedTuple):
    """A record for the topic `mentions.rejected`."""

    key: bytes | None
    value: bytes


class DeadLetters:
    """The dead letters of one partition of the mentions, of which there are only so many a minute.

    What is withheld beyond that must be told of before its offsets are committed, as it is not read again: so `rest`
    belongs before every checkpoint.

    Parameters
    ----------
    tp
        The partition.
    per_minute
        Letters per minute.
    metrics
        What is counted into.
    raw
        Whether letters keep the records as they came, or only why they were none and where they are: then nothing that
        anybody wrote is in them.
    """

    def __init__(self, tp: TP, per_minute: int, metrics: Metrics, *, raw: bool = True) -> None:
        self._tp = tp
        self._per_minute = per_minute
        self._breaker = Breaker(per_minute)
        self._metrics = metrics
        self._raw = raw
        self._told_open = False
        self._tell()

    def write(self, bad: Iterable[tuple[RawRecord, Rejection]], now: float) -> list[Letter]:
        """Count bad records, in offset order, and write the letters that are to be sent; `now` in epoch seconds."""
        letters = []
        for record, rejection in bad:
            self._metrics.rejected.labels(rejection.reason).inc()
            if self._breaker.admits(record.offset, rejection.reason, now):
                key = record.key[:KEPT_KEY] if self._raw and record.key is not None else None
                letters.append(Letter(key, dead_letter(self._tp, record, rejection, raw=self._raw)))
            else:
                self._metrics.withheld.labels(rejection.reason).inc()
        self._tell()
        return letters

    def rest(self, now: float) -> list[Letter]:
        """Write of what was withheld since the last time: one letter, or none; `now` in epoch seconds."""
        self._breaker.pass_time(now)
        self._tell()
        withheld = self._breaker.take()
        return [] if withheld is None else [_summary(self._tp, withheld, self._per_minute)]

    def close(self) -> None:
        """Say nothing more of a partition that is not this worker's any more."""
        self._metrics.withholding.remove(str(self._tp.partition))

    def _tell(self) -> None:
        is_open = self._breaker.open
        self._metrics.withholding.labels(str(self._tp.partition)).set(is_open)
        if is_open and not self._told_open:
            _log.error(
                "too many records are no mentions: dead letters are withheld and summed up",
                partition=self._tp.partition,
                per_minute=self._per_minute,
            )
        elif self._told_open and not is_open:
            _log.warning("bad records get dead letters of their own again", partition=self._tp.partition)
        self._told_open = is_open


def dead_letter(tp: TP, record: RawRecord, rejection: Rejection, *, raw: bool = True) -> bytes:
    """Why and where a record was rejected, and if it may be kept the record as it came.

    Bytes that are no text go as base64, and long ones are cut. A sentence about a value quotes it, so it is kept with
    the record or not at all.
    """
    where = {"reason": rejection.reason, "topic": tp.topic, "partition": tp.partition, "offset": record.offset}
    if not raw:
        return _encode(where)
    content = record.value or b""
    cut = len(content) > KEPT
    size = {"cut_from_bytes": len(content)} if cut else {}
    return _encode(where | {"detail": rejection.detail} | _content(content[:KEPT], cut=cut) | size)


def _content(raw: bytes, *, cut: bool) -> dict[str, str]:
    try:
        return {"raw": raw.decode()}
    except UnicodeDecodeError as error:
        if cut and error.end == len(raw) and error.reason == "unexpected end of data":
            return {"raw": raw[: error.start].decode()}
    return {"raw_base64": base64.b64encode(raw).decode()}


def _summary(tp: TP, withheld: Withheld, per_minute: int) -> Letter:
    """Where the bad records are that got no letter of their own."""
    first, last = withheld.first, withheld.last
    detail = (
        f"{withheld.number} bad records between offsets {first} and {last} got no letter of their own: more than "
        f"{per_minute} a minute came; read that range of the partition to see them"
    )
    return Letter(
        None,
        _encode(
            {
                "reason": "withheld",
                "detail": detail,
                "topic": tp.topic,
                "partition": tp.partition,
                "from_offset": first,
                "to_offset": last,
                "withheld": withheld.number,
                "reasons": withheld.reasons,
            }
        ),
    )
