"""Table 1: from a file to WebSocket clients, Tailcast beside its peers.

Runs each system alone, one after the other, each time with fresh servers and a fresh file.
"""

import contextlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tests.benchmarks import lines, measures
from tests.benchmarks.cores import Cores
from tests.benchmarks.measures import Burst, NotReadyError, Pace
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readers import ConnectionLostError, Poll
from tests.benchmarks.roads.frontail import Frontail
from tests.benchmarks.roads.raw_copy import RawCopy
from tests.benchmarks.roads.road import Road
from tests.benchmarks.roads.tailcast import Tailcast
from tests.benchmarks.roads.websocketd import Websocketd
from tests.benchmarks.table import rate, ratio, table

BURST_LINES = {1: 200_000, 10: 200_000, 100: 20_000}
"""Lines appended at once, by number of clients. Two million deliveries keep the peers busy for 15 s and more."""
PACE_PER_S = 100
PACE_S = 5.0
PACE_ROUNDS = 3
"""The systems take turns, so that what else happens on the machine does not meet one of them alone."""

Figure = TypeVar("Figure")


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure everything and print the tables; return what went wrong with Tailcast."""
    peers = [Tailcast(), Websocketd(), Frontail()]
    reasons = {road.name: road.missing() for road in peers}
    return report_bursts([*peers, RawCopy(lines.LINE_BYTES)], reasons, cores, say) + report_paces(
        peers, reasons, cores, say
    )


def report_bursts(
    roads: Sequence[Road], reasons: Mapping[str, str], cores: Cores, say: Callable[[str], None]
) -> list[str]:
    """Measure and print how fast a burst goes to few and to many clients."""
    rows: list[list[str]] = []
    missing: dict[str, str] = {}
    wrong: list[str] = []
    for clients, count in BURST_LINES.items():
        found = {road.name: burst(road, reasons.get(road.name, ""), cores, clients, count) for road in roads}
        rows += burst_rows(found, clients)
        missing |= reasons_among(found)
        ours = found[Tailcast.name]
        if isinstance(ours, Burst) and ours.faults:
            wrong.append(f"{Tailcast.name}: a burst to {clients} clients: {ours.faults}")
    say(f"\nA burst of {lines.LINE_BYTES}-byte lines appended at once, until the last client has the last line:\n")
    heads = ["System", "clients", "lines", "seconds", "lines/s", "deliveries/s", "Tailcast is", "lost", "rounds"]
    say(table(heads, rows))
    return wrong + tell_missing(missing, say)


def report_paces(
    roads: Sequence[Road], reasons: Mapping[str, str], cores: Cores, say: Callable[[str], None]
) -> list[str]:
    """Measure and print how soon single lines arrive."""
    found = paces(roads, reasons, cores)
    seconds = PACE_ROUNDS * PACE_S
    say(f"\nOne client, {PACE_PER_S} lines/s for {seconds:.0f} s, from the append of a line to its arrival:\n")
    say(table(["System", "p50 ms", "p90 ms", "p99 ms", "Tailcast's p50 is", "lost"], pace_rows(found)))
    ours = found[Tailcast.name]
    wrong = [f"{Tailcast.name}: {ours.lost} single lines lost"] if isinstance(ours, Pace) and ours.lost else []
    return wrong + tell_missing(reasons_among(found), say)


def reasons_among(found: Mapping[str, Burst | Pace | str]) -> dict[str, str]:
    """Why systems in `found` have no figure."""
    return {name: figure for name, figure in found.items() if isinstance(figure, str)}


def tell_missing(missing: Mapping[str, str], say: Callable[[str], None]) -> list[str]:
    """Print why a system has no figure; return it where it is Tailcast."""
    for name, why in missing.items():
        say(f"\nNot measured: {name}: {why}")
    return [f"{name}: {why}" for name, why in missing.items() if name == Tailcast.name]


def burst(road: Road, reason: str, cores: Cores, clients: int, count: int) -> Burst | str:
    """Measure bursts on `road`, or say why not."""
    return run(road, reason, cores, clients, lambda path, poll: measures.bursts(path, poll, count))


def paces(roads: Sequence[Road], reasons: Mapping[str, str], cores: Cores) -> dict[str, Pace | str]:
    """Measure the steady pace on each of `roads` in turn, several times, or say why not."""
    found: dict[str, Pace | str] = {}
    for _ in range(PACE_ROUNDS):
        for road in roads:
            before = found.get(road.name)
            if isinstance(before, str):
                continue
            now = run(
                road, reasons[road.name], cores, 1, lambda path, poll: measures.pace(path, poll, PACE_PER_S, PACE_S)
            )
            found[road.name] = now if before is None or isinstance(now, str) else before + now
    return found


def run(road: Road, reason: str, cores: Cores, clients: int, measure: Callable[[Path, Poll], Figure]) -> Figure | str:
    """Start `road` on an empty file, connect `clients`, and measure; or give the reason why that was not possible."""
    if reason:
        return reason
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory, Servers(cores, Path(directory)) as servers:
        path = Path(directory) / "app.log"
        path.touch()
        try:
            road.start(servers, path)
            with contextlib.closing(Poll([road.connect() for _ in range(clients)])) as poll:
                measures.warm_up(path, poll)
                return measure(path, poll)
        except (ServerError, ConnectionLostError, NotReadyError, OSError) as error:
            return f"failed: {servers.ended() or error}"


def burst_rows(found: dict[str, Burst | str], clients: int) -> list[list[str]]:
    """One row per system."""
    ours = found[Tailcast.name]
    rows = []
    for name, figure in found.items():
        if isinstance(figure, str):
            rows.append([name, str(clients), "", "not measured", *[""] * 5])
            continue
        beside = ratio(ours.deliveries_per_s, figure.deliveries_per_s) if isinstance(ours, Burst) else ""
        rows.append(
            [
                name,
                str(clients),
                f"{figure.lines:,}",
                f"{figure.seconds:.2f}",
                rate(figure.lines_per_s),
                rate(figure.deliveries_per_s),
                beside if figure is not ours else "",
                figure.faults or "none",
                str(figure.rounds),
            ]
        )
    return rows


def pace_rows(found: dict[str, Pace | str]) -> list[list[str]]:
    """One row per system."""
    ours = found[Tailcast.name]
    rows = []
    for name, figure in found.items():
        if isinstance(figure, str):
            rows.append([name, "not measured", *[""] * 4])
            continue
        beside = ratio(ours.p50_ms, figure.p50_ms) if isinstance(ours, Pace) and figure is not ours else ""
        milliseconds = [f"{figure.percentile_ms(percent):.2f}" for percent in (50, 90, 99)]
        rows.append([name, *milliseconds, beside, str(figure.lost) if figure.lost else "none"])
    return rows
