"""metrics: what is counted is shown under names that Prometheus users expect, in a bounded number of series."""

from collections import Counter
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from streamer_agent.block import EpochKey
from streamer_agent.lag import Lags
from streamer_agent.metrics import MOST_SOURCES, Figures, Metrics
from streamer_agent.publish.units import Units
from streamer_agent.publish.window import AckWindow
from streamer_agent.tail.facts import SourceFacts
from streamer_agent.traffic import Traffic


def fact(source: str, lag: int, epoch: int = 1) -> SourceFacts:
    return SourceFacts(EpochKey(source, epoch), f"/{source}", "tailing", 0, 100, lag, (), (), "", 1)


def figures(**given: Any) -> Figures:
    usual: dict[str, Any] = {
        "read": Traffic(),
        "over_rate": Traffic(),
        "lost_bytes": Counter(),
        "window": AckWindow(900, 262_144),
        "units": Units(),
        "masked": Counter(),
        "failures": Counter(),
        "refused": Counter(),
        "connections": int,
        "recoveries": int,
        "is_connected": bool,
        "facts": list,
        "lags": Lags(),
        "checkpoint_age_s": float,
        "is_saving": lambda: True,
    }
    return Figures(**(usual | given))


def samples(**given: Any) -> dict[tuple[str, ...], float]:
    """Value by name and labels' values, the labels in alphabetical order."""
    text = Metrics(figures(**given), lambda: 1000.0, lambda: 1000.0).text().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_traffic_is_shown_by_where_it_is() -> None:
    window = AckWindow(900, 1000)
    window.offered.add(2, 20, messages=1)
    shown = samples(read=Traffic(0, 3, 30), window=window)
    assert shown["tailcast_read_lines_total",] == 3
    assert shown["tailcast_published_bytes_total",] == 20
    assert shown["tailcast_acked_messages_total",] == 0
    assert shown["tailcast_window_limit_bytes",] == 1000


def test_drops_redactions_and_failures_have_their_reasons() -> None:
    shown = samples(
        over_rate=Traffic(0, 2, 24),
        lost_bytes=Counter(truncated=7),
        masked=Counter(jwt=2, pem=0),
        failures=Counter(closed_1006=3),
        refused=Counter(InternalServerError=1),
    )
    assert shown["tailcast_dropped_bytes_total", "rate"] == 24
    assert shown["tailcast_dropped_bytes_total", "truncated"] == 7
    assert shown["tailcast_rate_limited_lines_total",] == 2
    assert shown["tailcast_redactions_total", "jwt"] == 2
    assert shown["tailcast_redactions_total", "pem"] == 0
    assert shown["tailcast_connection_failures_total", "closed_1006"] == 3
    assert shown["tailcast_refused_messages_total", "InternalServerError"] == 1


def test_units_are_shown_by_both_ways_of_rounding() -> None:
    units = Units()
    units.sent(984, 1000.0)
    shown = samples(units=units)
    assert shown["tailcast_reader_units_today", "day"] == 0.5
    assert shown["tailcast_reader_units_today", "message"] == 1
    assert shown["tailcast_reader_bytes_total",] == 1024


def test_lag_is_shown_in_bytes_and_seconds() -> None:
    lags = Lags()
    facts = [fact("a", 0), fact("b", 50)]
    lags.observe(facts, 990.0)
    shown = samples(facts=lambda: facts, lags=lags)
    assert shown["tailcast_lag_bytes",] == 50
    assert shown["tailcast_lag_seconds",] == 10
    assert shown["tailcast_source_lag_seconds", "/b", "b"] == 10
    assert shown["tailcast_source_lag_bytes", "/a", "a"] == 0
    assert shown["tailcast_sources", "tailing"] == 2


def test_ten_thousand_files_do_not_make_ten_thousand_series() -> None:
    shown = samples(facts=lambda: [fact(f"{number:08x}", number) for number in range(10_000)])
    own = [labels for labels in shown if labels[0] == "tailcast_source_lag_bytes"]
    assert len(own) == MOST_SOURCES
    assert ("tailcast_source_lag_bytes", f"/{9999:08x}", f"{9999:08x}") in own


def test_of_each_source_the_newest_life_is_shown() -> None:
    shown = samples(facts=lambda: [fact("a", 70), fact("a", 5, epoch=2)])
    assert shown["tailcast_source_lag_bytes", "/a", "a"] == 5
    assert shown["tailcast_lag_bytes",] == 75


def test_two_agents_in_one_process_do_not_share_series() -> None:
    assert samples(is_connected=lambda: True)["tailcast_connected",] == 1
    assert samples(is_connected=lambda: False)["tailcast_connected",] == 0
