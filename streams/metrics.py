"""Every metric of the service, in a registry of its own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_SCORING = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


class Metrics:
    """One instance per worker, so that tests and several workers in a process do not share numbers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # What came in. Outcome: folded, repeated; kind: post, reply, share, quote, counts.
        self.events = Counter(
            "brandmelder_events",
            "Mention events by kind and outcome",
            ["kind", "outcome"],
            registry=self.registry,
        )
        # What was no mention; the reasons are those of streams.decode.
        self.rejected = Counter(
            "brandmelder_rejected_events",
            "Records sent to the dead letters",
            ["reason"],
            registry=self.registry,
        )
        # From a chunk of records to its scorings, classifiers included.
        self.folding = Histogram(
            "brandmelder_fold_seconds",
            "Time to fold and score a chunk",
            buckets=_SCORING,
            registry=self.registry,
        )
        self.scorings = Counter("brandmelder_scorings", "Threads scored", registry=self.registry)
        # From the mention's own time to the decision on it: what a replayed stream makes meaningless.
        self.latency = Histogram(
            "brandmelder_decision_latency_seconds",
            "From a mention's creation to the decision on its thread",
            buckets=_LATENCY,
            registry=self.registry,
        )
        self.threads = Gauge(
            "brandmelder_live_threads", "Threads kept in memory", ["partition"], registry=self.registry
        )
        self.open_incidents = Gauge(
            "brandmelder_open_incidents", "Incidents that are open", ["severity"], registry=self.registry
        )
        self.decisions = Counter(
            "brandmelder_decisions",
            "Decisions of the alert policy by cause",
            ["cause"],
            registry=self.registry,
        )
        self.notifications = Counter(
            "brandmelder_notifications", "Deliveries to Slack by result", ["result"], registry=self.registry
        )
        self.lag = Gauge(
            "brandmelder_consumer_lag_records",
            "Records of a partition that are not committed yet",
            ["topic", "partition"],
            registry=self.registry,
        )
