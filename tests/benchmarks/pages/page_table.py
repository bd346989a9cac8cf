"""The table of pages: what a reader sees of bursts, of steady load and of searches, Tailcast's page beside its peers'.

Each figure comes from fresh servers, a fresh file and a fresh page.
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.benchmarks.cores import Cores
from tests.benchmarks.pages import measures
from tests.benchmarks.pages.chromium import Tab, chromium, visit
from tests.benchmarks.pages.measures import Burst, Load, Pace
from tests.benchmarks.pages.site import FrontailSite, Site, TailcastSite
from tests.benchmarks.pages.tailon import TailonSite
from tests.benchmarks.table import table


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured where all of it would take minutes."""

    pace_s: float
    memory_lines: int


BRIEF = Size(20.0, 1_000_000)
FULL = Size(60.0, 10_000_000)


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong with Tailcast."""
    return report_of(BRIEF, cores, say)


def report_in_full(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """The same with a minute of load, and with ten million lines through the page."""
    return report_of(FULL, cores, say)


def report_of(size: Size, cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure all rows for every page; one that none of the peers has is left empty for them."""
    sites: list[Site] = [TailcastSite(), FrontailSite(), TailonSite()]
    rows: list[list[str]] = []
    missing: list[str] = []
    try:
        with chromium(cores) as browser:
            say(f"\nPages in Chromium {browser.version}, which has both cores:\n")
            for title, aim, told, ours_only in measured(size):
                cells = [
                    "" if ours_only and index else tell(site, browser, cores, told, missing)
                    for index, site in enumerate(sites)
                ]
                rows.append([title, aim, *cells])
    except FileNotFoundError as error:
        say(f"\nNot measured: pages: {error}")
        return [f"pages: {error}"]
    say(table(["Measure", "aim", *(site.name for site in sites)], rows))
    for why in missing:
        say(f"\nNot measured: {why}")
    return [why for why in missing if why.startswith(TailcastSite.name)]


def measured(size: Size) -> list[tuple[str, str, Callable[[Tab], str], bool]]:
    """Title, aim, the measure in words, and whether it is one of Tailcast's page alone."""
    return [
        (
            f"{measures.BURST_LINES:,} lines at once: last on the page; longest task",
            "1.5 s; 100 ms",
            lambda tab: burst(measures.burst(tab)),
            False,
        ),
        (
            f"{measures.PACE_LINES_PER_S:,} lines/s for {size.pace_s:.0f} s: frame p95; lag p95",
            "33 ms; 500 ms",
            lambda tab: pace(measures.pace(tab, size.pace_s)),
            False,
        ),
        (
            f"{size.memory_lines:,} lines through {measures.STORE_LINES:,}: heap at a tenth, at most, at the end",
            "flat, 150 MB",
            lambda tab: heap(measures.heaps(tab, size.memory_lines)),
            True,
        ),
        (
            f"filter over {measures.STORE_LINES:,} lines: first result, median; worst",
            "100 ms",
            lambda tab: search(measures.search(tab)),
            True,
        ),
        (
            f"scrolled up at {measures.EYE_LINES_PER_S:,} lines/s: the line moves",
            "0 px",
            lambda tab: f"{measures.stillness(tab):.0f} px",
            False,
        ),
        ("page, gzipped; first line after navigation", "120 KB; 500 ms", lambda tab: loaded(measures.load(tab)), False),
    ]


def tell(site: Site, browser: Browser, cores: Cores, told: Callable[[Tab], str], missing: list[str]) -> str:
    """One cell; where there is no figure, the reason goes to `missing`."""
    ended: list[str] = []
    if reason := visit(site, browser, cores, lambda tab: ended.append(told(tab))):
        missing.append(f"{site.name}: {reason}")
    return ended[0] if ended else "not measured"


def burst(figure: Burst) -> str:
    """Seconds, the longest task, and what did not come."""
    took = f"{figure.seconds:.2f} s" if figure.in_time else f"not there after {measures.WAIT_S:.0f} s"
    longest = f"{figure.longest_ms:.0f} ms" if figure.longest_ms else "below 50 ms"
    return f"{took}; {longest}; {lost(figure.missing)}"


def pace(figure: Pace) -> str:
    """Frame time, lag, and what did not come."""
    return f"{figure.frame_ms:.0f} ms; {figure.lag_ms:,.0f} ms; {lost(figure.missing)}"


def lost(count: int) -> str:
    """How many lines are not there, in words."""
    return f"{count:,} missing" if count else "none missing"


def heap(megabytes: list[float]) -> str:
    """The first, the largest and the last of the looks."""
    return f"{megabytes[0]:.0f}, {max(megabytes):.0f}, {megabytes[-1]:.0f} MB"


def search(took_ms: list[float]) -> str:
    """Median and worst."""
    return f"{statistics.median(took_ms):.0f} ms; {max(took_ms):.0f} ms"


def loaded(figure: Load) -> str:
    """Weight and time."""
    return f"{figure.compressed_bytes / 1_000:.0f} KB; {figure.first_line_ms:.0f} ms"
