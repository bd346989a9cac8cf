"""The table of single lines at a steady pace: how soon each is at the last client, Tailcast beside its peers.

The systems take turns, so that what else happens on the machine does not meet one of them alone.
"""

from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks.cores import Cores
from tests.benchmarks.paces import Pace, append_pace
from tests.benchmarks.roads import course
from tests.benchmarks.roads.road import Road
from tests.benchmarks.roads.tailcast import Tailcast
from tests.benchmarks.table import ratio, table

CLIENTS = (1, 10)
LINES_PER_S = 100
ROUND_S = 5.0
ROUNDS = 3

HEADS = ["System", "clients", "p50 ms", "p90 ms", "p99 ms", "Tailcast's p50 is", "lost"]


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong with Tailcast."""
    found = {clients: measure(course.systems(), cores, clients) for clients in CLIENTS}
    say(f"\n{LINES_PER_S} lines/s for {ROUNDS * ROUND_S:.0f} s, from the append of a line to the last client:\n")
    say(table(HEADS, [row for clients, figures in found.items() for row in rows(figures, clients)]))
    wrong = [problem for figures in found.values() for problem in course.tell_missing(figures, say)]
    for clients, figures in found.items():
        for name, figure in figures.items():
            if name.startswith(Tailcast.name) and isinstance(figure, Pace) and figure.lost:
                wrong.append(f"{name}: {figure.lost} single lines to {clients} clients lost")
    return wrong


def measure(roads: Sequence[Road], cores: Cores, clients: int) -> dict[str, Pace | str]:
    """A figure for each road from all its rounds, or the reason why there is none."""
    found: dict[str, Pace | str] = {}
    for _ in range(ROUNDS):
        for road in roads:
            before = found.get(road.name)
            if isinstance(before, str):
                continue
            now = course.run(road, cores, clients, lambda path, poll: append_pace(path, poll, LINES_PER_S, ROUND_S))
            found[road.name] = now if before is None or isinstance(now, str) else before + now
    return found


def rows(found: Mapping[str, Pace | str], clients: int) -> list[list[str]]:
    """One row per system."""
    ours = found[Tailcast.name]
    return [
        [name, str(clients), "not measured", *[""] * 4]
        if isinstance(figure, str)
        else [
            name,
            str(clients),
            *(f"{figure.percentile_ms(percent):.2f}" for percent in (50, 90, 99)),
            "" if figure is ours or isinstance(ours, str) else ratio(ours.percentile_ms(50), figure.percentile_ms(50)),
            str(figure.lost) if figure.lost else "none",
        ]
        for name, figure in found.items()
    ]
