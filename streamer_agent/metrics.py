"""Show what the agent counts as Prometheus metrics (docs/metrics.md). Counts nothing: it reads at each scrape."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from streamer_agent.lag import Lags
from streamer_agent.publish.units import Units
from streamer_agent.publish.window import AckWindow
from streamer_agent.tail.facts import SourceFacts
from streamer_agent.traffic import Traffic

MOST_SOURCES = 50
"""Sources with series of their own, those that lag most; a Prometheus server must not drown in ten thousand files."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Where the figures stand; each is read when it is asked for."""

    read: Traffic
    over_rate: Traffic
    """Read, and left out for being too much."""
    lost_bytes: Counter[str]
    """Never read, by the reason: nobody knows how many lines they were."""
    window: AckWindow
    units: Units
    masked: Counter[str]
    failures: Counter[str]
    refused: Counter[str]
    connections: Callable[[], int]
    recoveries: Callable[[], int]
    is_connected: Callable[[], bool]
    facts: Callable[[], Sequence[SourceFacts]]
    lags: Lags
    checkpoint_age_s: Callable[[], float]
    is_saving: Callable[[], bool]


class Metrics:
    """A registry of its own, so that agents in one process do not share series."""

    def __init__(self, figures: Figures, monotonic: Callable[[], float], wall: Callable[[], float]) -> None:
        """The clocks return seconds: one that never goes back, and the time since 1970 (UTC)."""
        self._figures = figures
        self._monotonic = monotonic
        self._wall = wall
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        """All series in Prometheus' text format, version 0.0.4."""
        return bytes(generate_latest(self._registry))

    def describe(self) -> Iterable[Metric]:
        """None: the registry must not collect before everything is there."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """What the registry asks for at each scrape."""
        yield from self._traffic()
        yield from self._connection()
        yield from self._billing()
        yield from self._lag()
        yield _gauge("tailcast_checkpoint_age_seconds", "Since positions were saved", self._figures.checkpoint_age_s())
        yield _gauge("tailcast_checkpoint_writable", "Whether the last save succeeded", self._figures.is_saving())

    def _traffic(self) -> Iterator[Metric]:
        figures, window = self._figures, self._figures.window
        for point, traffic in (("read", figures.read), ("published", window.offered), ("acked", window.acked)):
            yield _counter(f"tailcast_{point}_lines", f"Lines {point}", traffic.lines)
            yield _counter(f"tailcast_{point}_bytes", f"Bytes {point}, as in the files", traffic.bytes)
        yield _counter("tailcast_published_messages", "Messages published, statuses too", window.offered.messages)
        yield _counter("tailcast_acked_messages", "Messages acknowledged", window.acked.messages)
        lost = figures.lost_bytes + Counter(rate=figures.over_rate.bytes)
        yield _by_label("tailcast_dropped_bytes", "Bytes that are never sent", "reason", lost)
        yield _counter("tailcast_rate_limited_lines", "Lines read and left out", figures.over_rate.lines)
        yield _by_label("tailcast_redactions", "Secrets masked", "rule", figures.masked)

    def _connection(self) -> Iterator[Metric]:
        figures, window = self._figures, self._figures.window
        yield _gauge("tailcast_connected", "Whether messages are accepted", figures.is_connected())
        yield _counter("tailcast_connections", "Connections opened", figures.connections())
        yield _counter("tailcast_recoveries", "Connections recovered", figures.recoveries())
        yield _by_label("tailcast_connection_failures", "Connections and attempts ended", "reason", figures.failures)
        yield _by_label("tailcast_refused_messages", "Messages refused, and sent again", "error", figures.refused)
        yield _gauge("tailcast_window_messages", "Messages without an ack", len(window))
        yield _gauge("tailcast_window_bytes", "Bytes of content without an ack", window.bytes)
        yield _gauge("tailcast_window_limit_messages", "WINDOW_MESSAGES", window.max_messages)
        yield _gauge("tailcast_window_limit_bytes", "WINDOW_BYTES", window.max_bytes)

    def _billing(self) -> Iterator[Metric]:
        units = self._figures.units
        by_traffic, rounded = units.today(self._wall())
        yield _counter("tailcast_reader_bytes", "Bytes that the service sends to each reader, about", units.bytes_total)
        family = GaugeMetricFamily(
            "tailcast_reader_units_today", "Metered units of 2 KB per reader since 00:00 UTC", labels=["rounding"]
        )
        family.add_metric(["day"], by_traffic)
        family.add_metric(["message"], rounded)
        yield family

    def _lag(self) -> Iterator[Metric]:
        now, facts = self._monotonic(), self._figures.facts()
        self._figures.lags.observe(facts, now)
        lag_bytes = sum(fact.lag for fact in facts)
        states = Counter[str](fact.state for fact in facts)
        yield _by_state(states)
        yield _gauge("tailcast_lag_bytes", "Bytes in the files that are not acknowledged", lag_bytes)
        seconds = {fact.key: self._figures.lags.seconds(fact, now) for fact in facts}
        yield _gauge("tailcast_lag_seconds", "Age of the oldest of them", max(seconds.values(), default=0.0))
        labels = ["source", "path"]
        size = GaugeMetricFamily("tailcast_source_lag_bytes", "Of the sources that lag most", labels=labels)
        age = GaugeMetricFamily("tailcast_source_lag_seconds", "Of the sources that lag most", labels=labels)
        for fact in _furthest_behind(facts):
            size.add_metric([fact.key.source, fact.path], fact.lag)
            age.add_metric([fact.key.source, fact.path], seconds[fact.key])
        yield size
        yield age


def _furthest_behind(facts: Sequence[SourceFacts]) -> list[SourceFacts]:
    """At most `MOST_SOURCES`, the newest life of each."""
    newest: dict[str, SourceFacts] = {}
    for fact in facts:
        if fact.key.source not in newest or newest[fact.key.source].key.epoch < fact.key.epoch:
            newest[fact.key.source] = fact
    return sorted(newest.values(), key=lambda fact: -fact.lag)[:MOST_SOURCES]


def _by_state(states: Counter[str]) -> Metric:
    family = GaugeMetricFamily("tailcast_sources", "Lives of files", labels=["state"])
    for state, count in sorted(states.items()):
        family.add_metric([state], count)
    return family


def _by_label(name: str, about: str, label: str, counts: Counter[str]) -> Metric:
    family = CounterMetricFamily(name, about, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(name, about, value=value)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=float(value))
