"""The numbers for Prometheus, in a registry of their own.

In: what the engine counts through the method here, the journal's records, and the floor and the AGI server's counters
at the time of a scrape. Out: the text that /metrics answers. Labels take few values: names of events, queues, states;
never a call.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vmq.domain import records
from vmq.engine.ports import Journal
from vmq.errors import StorageError
from vmq.http.ports import FloorView

log = structlog.get_logger(__name__)

_DECISION_BUCKETS_S = (0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.05, 0.5)
_WAIT_BUCKETS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)


AgiCounts = Callable[[], Mapping[str, int]]
"""Gives the FastAGI connections so far by outcome; `active` is how many there are now."""


class Metrics:
    """All counters. Give its methods to whoever counts; run `follow` as a task."""

    def __init__(self, floor: FloorView, agi: AgiCounts = dict) -> None:
        self.registry = registry = CollectorRegistry()
        registry.register(_FloorGauges(floor))
        registry.register(_AgiSessions(agi))
        self._events = Counter("vmq_events", "Events taken in, by kind.", ["event"], registry=registry)
        self._decision = Histogram(
            "vmq_decision_seconds", "Time to decide on one event.", buckets=_DECISION_BUCKETS_S, registry=registry
        )
        self._records = Counter("vmq_records", "Journal records, by kind.", ["record"], registry=registry)
        self._offers = Counter("vmq_offers", "Offers to agents, by outcome.", ["queue", "outcome"], registry=registry)
        self._callers = Counter(
            "vmq_callers", "Callers whose wait is over, by outcome.", ["queue", "outcome"], registry=registry
        )
        self._wait = Histogram(
            "vmq_wait_seconds", "Wait until an agent answered.", ["queue"], buckets=_WAIT_BUCKETS_S, registry=registry
        )
        self._messages = Counter("vmq_messages_stored", "Voice messages stored.", registry=registry)

    def decided(self, event: str, seconds: float) -> None:
        """One event was taken in and decided on. `event` is its class's name."""
        self._events.labels(event).inc()
        self._decision.observe(seconds)

    def text(self) -> bytes:
        """All numbers, in Prometheus' text format."""
        return generate_latest(self.registry)

    async def follow(self, journal: Journal) -> None:
        """Count the journal's records as they come, until cancelled or the journal has no more to give."""
        last_id: int | None = None
        is_going = True
        while is_going:
            # The journal ends a follower that lags: we take up where we were.
            is_going = False
            try:
                async for entry in journal.follow(last_id):
                    is_going, last_id = True, entry.id
                    self.count(entry.record)
            except StorageError as error:
                log.warning("metrics_gap", error=str(error), after=last_id)
                is_going, last_id = True, None

    def count(self, record: records.Record) -> None:
        """Count one record."""
        self._records.labels(type(record).__name__).inc()
        match record:
            case records.OfferFailed():
                self._offers.labels(record.queue, record.why).inc()
            case records.CallConnected():
                self._offers.labels(record.queue, "connected").inc()
                self._callers.labels(record.queue, "connected").inc()
                self._wait.labels(record.queue).observe(record.wait_s)
            case records.CallerAbandoned():
                self._callers.labels(record.queue, "abandoned").inc()
            case records.CallerLeft():
                self._callers.labels(record.queue, record.status.lower() or "left").inc()
            case records.MessageStored():
                self._messages.inc()


class _AgiSessions(Collector):
    """The FastAGI server's own counters, read when Prometheus asks."""

    def __init__(self, counts: AgiCounts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        """Connections by outcome, and sessions now."""
        counts = dict(self._counts())
        yield GaugeMetricFamily("vmq_agi_sessions_active", "FastAGI sessions now.", value=counts.pop("active", 0))
        outcomes = CounterMetricFamily("vmq_agi_sessions", "FastAGI connections, by outcome.", labels=["outcome"])
        for outcome, count in counts.items():
            outcomes.add_metric([outcome], count)
        yield outcomes


class _FloorGauges(Collector):
    """What is true now: read from the floor when Prometheus asks, kept nowhere."""

    def __init__(self, floor: FloorView) -> None:
        self._floor = floor

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not read the floor."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        floor = self._floor()
        callers = GaugeMetricFamily("vmq_queue_callers", "Callers now, by state.", labels=["queue", "state"])
        free = GaugeMetricFamily("vmq_queue_agents_free", "Agents who could be offered a caller.", labels=["queue"])
        for queue in floor["queues"]:
            counts = queue["counts"]
            for state in ("waiting", "ringing", "connecting", "talking"):
                callers.add_metric([queue["name"], state], counts[state])
            free.add_metric([queue["name"]], counts["agents_free"])
        agents = GaugeMetricFamily("vmq_agents", "Agents by their own status.", labels=["status"])
        for status, count in sorted(Tally(agent["status"] for agent in floor["agents"]).items()):
            agents.add_metric([status], count)
        link = GaugeMetricFamily("vmq_link_up", "1 while the link to Asterisk stands.", value=float(floor["is_linked"]))
        yield from (callers, free, agents, link)
