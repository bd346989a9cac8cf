"""The agent's memory while it works off a backlog of gigabytes, read from the beginning.

Nobody reads along, so that the service is not what is measured.
"""

import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from tests.benchmarks import lines
from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers, free_port, peak_bytes
from tests.benchmarks.roads.tailcast import Tailcast
from tests.benchmarks.table import table

GIGABYTES = 5
SHARES = (0.1, 0.5, 1.0)
"""Of the backlog, after which the peak so far is noted: one that grows between them is not flat."""
MOST_S = 300.0
ACKED = "\ntailcast_acked_bytes_total "


class FromStart(Tailcast):
    """The agent reads what was there before it, and says how far it is."""

    def __init__(self) -> None:
        self.health_port = free_port()
        self.agent_settings = MappingProxyType({"READ_FROM": "start", "HEALTH_PORT": str(self.health_port)})

    def acked_bytes(self) -> float:
        """How much was acknowledged; 0 while nothing was or the agent does not answer yet."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/metrics", timeout=10) as answer:
                text = answer.read().decode()
        except OSError:
            return 0.0
        return float(text.split(ACKED)[1].split()[0]) if ACKED in text else 0.0


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong."""
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as name, Servers(cores, Path(name)) as servers:
        path = Path(name) / "app.log"
        chunk = lines.lines(100_000)
        with path.open("wb") as file:
            for _ in range(GIGABYTES * 10**9 // len(chunk)):
                file.write(chunk)
        size, road, peaks = path.stat().st_size, FromStart(), list[int]()
        begun = time.monotonic()
        try:
            road.start(servers, path)
            for share in SHARES:
                while (acked := road.acked_bytes()) < share * size:
                    if time.monotonic() - begun > MOST_S or servers.ended():
                        return [f"backlog: {servers.ended() or f'{acked:,.0f} of {size:,} bytes in {MOST_S:.0f} s'}"]
                    time.sleep(0.2)
                peaks.append(peak_bytes(road.agent))
        except (ServerError, OSError) as error:
            return [f"backlog: {servers.ended() or error}"]
        took_s = time.monotonic() - begun
    say(f"\nThe agent's peak memory during a backlog of {GIGABYTES} GB, which took {took_s:.0f} s:\n")
    say(
        table(
            ["Of the backlog", "peak MB"],
            [[f"{share:.0%}", f"{peak / 1e6:.0f}"] for share, peak in zip(SHARES, peaks, strict=True)],
        )
    )
    return []
