"""The table of bursts: how fast many lines go from a file to few and to many clients, Tailcast beside its peers.

Each figure comes from fresh servers and a fresh file.
"""

from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks import lines
from tests.benchmarks.bursts import Burst, bursts
from tests.benchmarks.cores import Cores
from tests.benchmarks.roads import course
from tests.benchmarks.roads.raw_copy import RawCopy
from tests.benchmarks.roads.road import Road
from tests.benchmarks.roads.tailcast import Tailcast
from tests.benchmarks.table import rate, ratio, table

BURST_LINES = {1: 200_000, 10: 200_000, 100: 20_000}
"""Lines appended at once, by number of clients. Two million deliveries keep the peers busy for seconds."""

HEADS = ["System", "clients", "lines", "seconds", "lines/s", "deliveries/s", "Tailcast is", "lost", "rounds"]


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong with Tailcast."""
    roads = [*course.systems(), RawCopy(lines.LINE_BYTES)]
    found = {clients: measure(roads, cores, clients, count) for clients, count in BURST_LINES.items()}
    say(f"\nA burst of {lines.LINE_BYTES}-byte lines appended at once, until the last client has the last line:\n")
    say(table(HEADS, [row for clients, figures in found.items() for row in rows(figures, clients)]))
    wrong = [problem for figures in found.values() for problem in course.tell_missing(figures, say)]
    for clients, figures in found.items():
        for name, figure in figures.items():
            if name.startswith(Tailcast.name) and isinstance(figure, Burst) and figure.faults:
                wrong.append(f"{name}: a burst to {clients} clients: {figure.faults}")
    return wrong


def measure(roads: Sequence[Road], cores: Cores, clients: int, count: int) -> dict[str, Burst | str]:
    """A figure for each road, or the reason why there is none."""
    return {road.name: course.run(road, cores, clients, lambda path, poll: bursts(path, poll, count)) for road in roads}


def rows(found: Mapping[str, Burst | str], clients: int) -> list[list[str]]:
    """One row per system."""
    ours = found[Tailcast.name]
    return [
        [name, str(clients), "", "not measured", *[""] * 5]
        if isinstance(figure, str)
        else [
            name,
            str(clients),
            f"{figure.lines:,}",
            f"{figure.seconds:.2f}",
            rate(figure.lines_per_s),
            rate(figure.deliveries_per_s),
            "" if figure is ours or isinstance(ours, str) else ratio(ours.deliveries_per_s, figure.deliveries_per_s),
            figure.faults or "none",
            str(figure.rounds),
        ]
        for name, figure in found.items()
    ]
