"""The rows of the table of pages: what each is called, what is aimed at, how rounds become a figure, and its words.

Measures nothing.
"""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.pages import measures
from tests.benchmarks.pages.chromium import Tab


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    aim: str
    limit: float
    """The aim is met by what is no more than this."""
    of: Callable[[Any], float]
    """The figure of one round, taken from what was measured in it."""
    words: Callable[[float], str]
    over: Callable[[Sequence[float]], float] = statistics.median
    """The figure of all rounds."""
    is_promise: bool = False
    """Whether it is an error, and not merely a figure, that Tailcast does not meet it."""


@dataclass(frozen=True, slots=True)
class Measure:
    take: Callable[[Tab], Any]
    rows: Sequence[Row]
    is_ours_only: bool = False
    """Whether no peer has what is measured."""


def measured(pace_s: float, memory_lines: int) -> list[Measure]:
    """All measures; `pace_s` and `memory_lines` say how much of those that take minutes."""
    burst = f"{measures.BURST_LINES:,} lines at once"
    pace = f"{measures.PACE_LINES_PER_S:,} lines/s for {pace_s:.0f} s"
    memory = f"{memory_lines:,} lines through {measures.STORE_LINES:,}"
    search = f"filter typed over {measures.STORE_LINES:,} lines: first result"
    still = f"scrolled up at {measures.EYE_LINES_PER_S:,} lines/s: the line under the eye moves"
    return [
        Measure(
            measures.burst,
            [
                Row(f"{burst}: the last is on the page", "1.5 s", 1.5, lambda one: one.seconds, seconds),
                Row(f"{burst}: longest task", "100 ms", 100, lambda one: one.longest_ms, task),
                Row(f"{burst}: processor time", "", math.inf, lambda one: one.processor_s, seconds),
                lost(burst),
            ],
        ),
        Measure(
            lambda tab: measures.pace(tab, pace_s),
            [
                Row(f"{pace}: frame, p95", "33 ms", 33, lambda one: one.frame_ms, milliseconds),
                Row(f"{pace}: lag, p95", "500 ms", 500, lambda one: one.lag_ms, milliseconds),
                lost(pace),
            ],
        ),
        Measure(
            lambda tab: measures.heaps(tab, memory_lines),
            [
                Row(f"{memory}: heap at most", "150 MB", 150, max, megabytes, max),
                Row(
                    f"{memory}: heap grows after a tenth by", "flat", 10, lambda heaps: heaps[-1] - heaps[0], megabytes
                ),
            ],
            is_ours_only=True,
        ),
        Measure(
            measures.search,
            [
                Row(f"{search}, median", "", math.inf, statistics.median, milliseconds),
                Row(f"{search}, worst", "100 ms", 100, max, milliseconds, max),
            ],
            is_ours_only=True,
        ),
        Measure(measures.stillness, [Row(still, "0 px", 0, float, lambda moved: f"{moved:.0f} px", max)]),
        Measure(
            measures.load,
            [
                Row("page weight, gzipped", "120 KB", 120_000, lambda one: one.compressed_bytes, kilobytes),
                Row("first line after navigation", "500 ms", 500, lambda one: one.first_line_ms, milliseconds),
            ],
        ),
    ]


def lost(load: str) -> Row:
    """The row of what did not come, in the worst round."""
    return Row(f"{load}: missing", "none", 0, lambda one: one.missing, missing, worst, is_promise=True)


def worst(counts: Sequence[float]) -> float:
    """The one that is farthest from none."""
    return max(counts, key=abs)


def times(ours: float, theirs: float) -> str:
    """How many times ours the peer's is; empty where that says nothing."""
    if ours <= 0 or theirs == 0 or math.isinf(ours):
        return ""
    if math.isinf(theirs):
        return f"> {measures.WAIT_S / ours:.0f} ×"
    return f"{theirs / ours:.1f} ×" if theirs < 10 * ours else f"{theirs / ours:,.0f} ×"


def seconds(value: float) -> str:
    return f"not there after {measures.WAIT_S:.0f} s" if math.isinf(value) else f"{value:.2f} s"


def milliseconds(value: float) -> str:
    return f"{value:,.0f} ms"


def task(value: float) -> str:
    """Of a length that is told from 50 ms on."""
    return milliseconds(value) if value else "below 50 ms"


def megabytes(value: float) -> str:
    return f"{value:.0f} MB"


def kilobytes(value: float) -> str:
    return f"{value / 1_000:.0f} KB"


def missing(value: float) -> str:
    """A count of lines; below 0 are too many."""
    return "none" if value == 0 else f"{value:,.0f}" if value > 0 else f"{-value:,.0f} too many"
