"""Second arrow: assessments into notifications, by the incidents that people were told of."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import faust
import msgspec
import structlog

from alerts.ledger import Entry, decode, encode
from alerts.severity import Severity
from scoring.assessment import Assessment
from streams.bulk import bulk_topic
from streams.desk import Desk
from streams.incident_ledger import IncidentLedger
from streams.metrics import Metrics
from streams.settings import WorkerSettings
from streams.worker.progress import Progress
from streams.worker.tables import compacted_table

COUNT_S = 5.0

_log = structlog.get_logger("brandmelder.deciding")
_assessments = msgspec.json.Decoder(list[Assessment])
_encode = msgspec.json.Encoder().encode


class EntryTable(MutableMapping[str, Entry]):
    """Ledger entries in a Faust table of bytes, whose changelog is the compacted topic `incidents`."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getitem__(self, key: str) -> Entry:
        return decode(self._table[key])

    def __setitem__(self, key: str, entry: Entry) -> None:
        self._table[key] = encode(entry)

    def __delitem__(self, key: str) -> None:
        del self._table[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def add_deciding(
    app: faust.App,
    settings: WorkerSettings,
    desk: Desk,
    metrics: Metrics,
    clock: Callable[[], float],
    notifications: Any,
    progress: Progress,
) -> None:
    """Add the agent that applies the policy."""
    table = compacted_table(app, settings, "incidents")
    ledger = IncidentLedger(desk.alerts, EntryTable(table))

    topic = bulk_topic(app, settings.topic_prefix + "assessments", settings.partitions)

    @app.agent(topic, concurrency=1, name=f"{settings.group}.decide")
    async def decide(chunks: Any) -> None:
        async for chunk in chunks:
            try:
                for record in progress.new(chunk):
                    await apply(record.value)
                progress.done(chunk)
            except Exception as error:
                # Faust would restart the agent behind the chunk; ending resumes from the committed offset.
                await app.crash(error)
                raise

    async def apply(value: bytes | None) -> None:
        try:
            assessments = _assessments.decode(value or b"")
        except msgspec.DecodeError as error:
            _log.error("assessments cannot be read", error=str(error))
            return
        for assessment in assessments:
            applied = ledger.apply(assessment)
            metrics.decisions.labels(applied.decision.cause).inc()
            metrics.latency.observe(max(clock() - assessment.at, 0.0))
            for notification in applied.notifications:
                await notifications.send(key=notification.alert.incident_id.encode(), value=_encode(notification))

    async def count_open() -> None:
        counts = ledger.open_by_severity()
        for severity in Severity:
            metrics.open_incidents.labels(severity.value).set(counts[severity])

    app.timer(interval=COUNT_S)(count_open)
