"""The table of pages: what a reader sees of bursts, of steady load and of searches, Tailcast's page beside its peers'.

Each round of a measure has fresh servers, a fresh file and a fresh page; the pages take turns.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser

from tests.benchmarks.cores import Cores
from tests.benchmarks.pages.chromium import chromium, visit
from tests.benchmarks.pages.rows import Measure, Row, measured, times
from tests.benchmarks.pages.site import FrontailSite, Site, TailcastSite
from tests.benchmarks.pages.tailon import TailonSite
from tests.benchmarks.table import table

ROUNDS = 5
ROUNDS_S = 45.0
"""No further round of a measure is begun after a page took so long."""


@dataclass(slots=True)
class Contestant:
    """A page, and what became of it."""

    site: Site
    figures: list[Any] = field(default_factory=list)
    """Of the measure under way, one for each round."""
    took_s: float = 0.0
    """All rounds of the measure under way."""
    reasons: list[str] = field(default_factory=list)
    """Why measures have no figure, each once."""

    @property
    def is_ours(self) -> bool:
        return isinstance(self.site, TailcastSite)

    def begin(self) -> None:
        """Turn to another measure."""
        self.figures, self.took_s = [], 0.0

    def measure(self, measure: Measure, browser: Browser, cores: Cores) -> bool:
        """Take one round; whether another one may follow."""
        began = time.monotonic()
        reason = visit(self.site, browser, cores, lambda tab: self.figures.append(measure.take(tab)))
        self.took_s += time.monotonic() - began
        if reason and reason not in self.reasons:
            self.reasons.append(reason)
        return not reason and self.took_s < ROUNDS_S

    def figure(self, row: Row) -> float | None:
        """That of all rounds; None if there was none."""
        return float(row.over([row.of(one) for one in self.figures])) if self.figures else None


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong with Tailcast."""
    return report_of(measured(pace_s=10.0, memory_lines=1_000_000), cores, say)


def report_in_full(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """The same with a minute of load, and with ten million lines through the page."""
    return report_of(measured(pace_s=60.0, memory_lines=10_000_000), cores, say)


def report_of(wanted: list[Measure], cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Take all measures of every page; one that is Tailcast's alone is left empty for the others."""
    contestants = [Contestant(site) for site in (TailcastSite(), FrontailSite(), TailonSite())]
    ours = contestants[0]
    lines: list[list[str]] = []
    problems: list[str] = []
    try:
        with chromium(cores) as browser:
            say(f"\nPages in Chromium {browser.version}, which has both cores; medians of up to {ROUNDS} rounds:\n")
            for measure in wanted:
                take(measure, [ours] if measure.is_ours_only else contestants, browser, cores)
                for row in measure.rows:
                    lines.append(line(row, ours, [] if measure.is_ours_only else contestants[1:]))
                    problems += broken(row, ours)
                for contestant in contestants:
                    contestant.begin()
    except FileNotFoundError as error:
        say(f"\nNot measured: pages: {error}")
        return [f"pages: {error}"]
    peers = [head for contestant in contestants[1:] for head in (contestant.site.name, "of ours")]
    heads = ["Measure", "aim", ours.site.name, "", *peers]
    say(table(heads, [row + [""] * (len(heads) - len(row)) for row in lines]))
    for contestant in contestants:
        for reason in contestant.reasons:
            say(f"\nNot measured: {contestant.site.name}: {reason}")
    return [f"{ours.site.name}'s page: {reason}" for reason in ours.reasons] + problems


def take(measure: Measure, contestants: list[Contestant], browser: Browser, cores: Cores) -> None:
    """Let the pages take turns until each had its rounds."""
    left = contestants
    for _ in range(ROUNDS):
        left = [contestant for contestant in left if contestant.measure(measure, browser, cores)]


def line(row: Row, ours: Contestant, peers: list[Contestant]) -> list[str]:
    """A line of the table: ours, whether it is as aimed at, and each peer with how many times ours it is."""
    mine = ours.figure(row)
    cells = [row.title, row.aim, tell(row, mine), "" if mine is None or not row.aim else verdict(row, mine)]
    for peer in peers:
        theirs = peer.figure(row)
        cells += [tell(row, theirs), "" if mine is None or theirs is None else times(mine, theirs)]
    return cells


def tell(row: Row, figure: float | None) -> str:
    """A figure in words."""
    return "not measured" if figure is None else row.words(figure)


def verdict(row: Row, figure: float) -> str:
    """Whether the aim is met."""
    return "met" if is_met(row, figure) else "not met"


def is_met(row: Row, figure: float) -> bool:
    """Whether a figure is as aimed at; of what is missing, neither too many."""
    return (abs(figure) if row.is_promise else figure) <= row.limit


def broken(row: Row, ours: Contestant) -> list[str]:
    """What Tailcast promised and did not keep in a row."""
    mine = ours.figure(row)
    if not row.is_promise or mine is None or is_met(row, mine):
        return []
    return [f"{ours.site.name}'s page: {row.title}: {row.words(mine)}"]
