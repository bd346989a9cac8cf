"""Which roads are measured, and how one of them is set up for a measure and torn down after it.

Measures nothing itself.
"""

import contextlib
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readers import ConnectionLostError, Poll
from tests.benchmarks.readiness import NotReadyError, warm_up
from tests.benchmarks.roads.frontail import Frontail
from tests.benchmarks.roads.road import Road
from tests.benchmarks.roads.tailcast import AllInOne, Tailcast
from tests.benchmarks.roads.websocketd import Websocketd

Figure = TypeVar("Figure")


def systems() -> list[Road]:
    """Tailcast first, then its peers."""
    return [Tailcast(), AllInOne(), Websocketd(), Frontail()]


def run(road: Road, cores: Cores, clients: int, measure: Callable[[Path, Poll], Figure]) -> Figure | str:
    """Start `road` on an empty file, connect `clients`, and measure; or give the reason why that was not possible."""
    if reason := road.missing():
        return reason
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory, Servers(cores, Path(directory)) as servers:
        path = Path(directory) / "app.log"
        path.touch()
        try:
            road.start(servers, path)
            with contextlib.closing(Poll([road.connect() for _ in range(clients)])) as poll:
                warm_up(path, poll)
                return measure(path, poll)
        except (ServerError, ConnectionLostError, NotReadyError, OSError) as error:
            return f"failed: {servers.ended() or error}"


def tell_missing(found: Mapping[str, object], say: Callable[[str], None]) -> list[str]:
    """Print why systems have a reason in place of a figure; return it where it is Tailcast."""
    missing = {name: figure for name, figure in found.items() if isinstance(figure, str)}
    for name, why in missing.items():
        say(f"\nNot measured: {name}: {why}")
    return [f"{name}: {why}" for name, why in missing.items() if name.startswith(Tailcast.name)]
