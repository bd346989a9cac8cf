"""The table of what it costs to mask secrets: bursts with redaction on and off, by turns."""

from collections.abc import Callable
from statistics import median

from tests.benchmarks import lines
from tests.benchmarks.bursts import Burst, bursts
from tests.benchmarks.cores import Cores
from tests.benchmarks.roads import course
from tests.benchmarks.roads.tailcast import Tailcast, Unredacted
from tests.benchmarks.table import rate, ratio, table

LINES = 200_000
TURNS = 3


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong."""
    roads = [Tailcast(), Unredacted()]
    found: dict[str, list[Burst]] = {road.name: [] for road in roads}
    for _ in range(TURNS):
        for road in roads:
            figure = course.run(road, cores, 1, lambda path, poll: bursts(path, poll, LINES))
            if isinstance(figure, str):
                return [f"{road.name}: {figure}"]
            found[road.name].append(figure)
    say(f"\n{LINES:,} lines of {lines.LINE_BYTES} bytes without secrets, to one client, with and without masking:\n")
    per_s = {name: median(burst.lines_per_s for burst in figures) for name, figures in found.items()}
    ours = per_s[Tailcast.name]
    rows = [[name, rate(one), "" if one is ours else ratio(ours, one)] for name, one in per_s.items()]
    say(table(["System", "lines/s", "Tailcast is"], rows))
    return [f"{name}: {one.faults}" for name, figures in found.items() for one in figures if one.faults]
