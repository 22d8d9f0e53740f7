"""Every metric of the service, in a registry of its own."""

from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_ACKNOWLEDGING = (30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0)
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
            "Records that were no mentions",
            ["reason"],
            registry=self.registry,
        )
        # Of those, what got no dead letter of its own; see streams.breaker.
        self.withheld = Counter(
            "brandmelder_withheld_dead_letters",
            "Records that were no mentions and are only told of in sum",
            ["reason"],
            registry=self.registry,
        )
        self.withholding = Gauge(
            "brandmelder_dead_letters_withheld_now",
            "Whether a partition's bad records are too many for letters of their own",
            ["partition"],
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
        self.checkpoint = Histogram(
            "brandmelder_checkpoint_seconds",
            "Time to write down the threads of a partition",
            buckets=_LATENCY,
            registry=self.registry,
        )
        self.recovery = Gauge(
            "brandmelder_recovered_ratio", "How much of the state is recovered, 0 to 1", registry=self.registry
        )
        # Waiting for the sources that are behind; see streams.order.
        self.held_items = Gauge(
            "brandmelder_order_held_items", "Assessments and complaints held until their turn", registry=self.registry
        )
        # Of another version, or broken: left out. Topic: assessments, clicks, notifications, incidents, brands.
        self.unreadable = Counter(
            "brandmelder_unreadable_records", "Own records that cannot be read", ["topic"], registry=self.registry
        )
        # After an outage: folded, but too long ago for anybody to be told; see [feed] stale_s of the desk file.
        self.stale = Counter(
            "brandmelder_stale_items",
            "Assessments and complaints that nobody was told of",
            registry=self.registry,
        )
        self.decisions = Counter(
            "brandmelder_decisions",
            "Decisions of the alert policy by cause",
            ["cause"],
            registry=self.registry,
        )
        self._add_incidents()
        self._add_people()
        self._add_slack()
        self.lag = Gauge(
            "brandmelder_consumer_lag_records",
            "Records of a partition that are not committed yet",
            ["topic", "partition"],
            registry=self.registry,
        )
        # Trouble: silent, behind, stuck, polluted; 1 while it lasts, told by one worker of the group.
        self.feed_trouble = Gauge(
            "brandmelder_feed_trouble", "What the watchdog says of the feed", ["trouble"], registry=self.registry
        )

    def _add_incidents(self) -> None:
        """What is open, and what paging cost: each worker tells of the brands that are its own."""
        self.open_incidents = Gauge(
            "brandmelder_open_incidents", "Incidents that are not over", ["state", "severity"], registry=self.registry
        )
        # Holder: quiet_hours, campaign, silence, storm, budget.
        self.held_pages = Gauge(
            "brandmelder_held_pages", "Pages that are owed and kept back", ["holder"], registry=self.registry
        )
        self.pages = Gauge("brandmelder_shift_pages", "Pages of this shift", ["brand"], registry=self.registry)
        self.budget = Gauge("brandmelder_page_budget", "Pages that a shift may cost", ["brand"], registry=self.registry)
        self.threshold = Gauge(
            "brandmelder_page_threshold", "Risk from which a page opens", ["brand"], registry=self.registry
        )

    def _add_people(self) -> None:
        """What people do, and how soon."""
        self.acknowledging = Histogram(
            "brandmelder_acknowledge_seconds",
            "From the first page of an incident, or its beginning, to somebody taking it on",
            buckets=_ACKNOWLEDGING,
            registry=self.registry,
        )
        # Action: alerts.click.ACTIONS or silence; result: the decision's cause.
        self.clicks = Counter(
            "brandmelder_clicks", "What people did from Slack", ["action", "result"], registry=self.registry
        )
        # What: alerts.slack.hearing.listener.Heard.
        self.heard = Counter(
            "brandmelder_slack_heard", "What the listener heard from Slack", ["what"], registry=self.registry
        )
        self.connected = Gauge(
            "brandmelder_slack_connected", "Whether buttons and commands can be heard", registry=self.registry
        )
        self.connected.set(nan)  # where nobody listens, nobody is to be alarmed

    def _add_slack(self) -> None:
        """How messages get to Slack; results are those of alerts.slack.delivery.outbox."""
        self.notifications = Counter(
            "brandmelder_notifications", "Deliveries to Slack by result", ["result"], registry=self.registry
        )
        self.delivery_wait = Histogram(
            "brandmelder_delivery_wait_seconds",
            "From reading a notification to Slack having it",
            buckets=_LATENCY,
            registry=self.registry,
        )
        self.outbox_depth = Gauge("brandmelder_outbox_messages", "Messages that wait for Slack", registry=self.registry)
        self.outbox_oldest = Gauge(
            "brandmelder_outbox_oldest_seconds", "For how long the oldest waits", registry=self.registry
        )
