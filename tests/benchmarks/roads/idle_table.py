"""What the agent works while nothing happens: ten thousand files that nobody writes to."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers, peak_bytes, processor_s
from tests.benchmarks.roads.tailcast import Tailcast
from tests.benchmarks.table import table

FILES = 10_000
SETTLE_S = 75.0
"""The agent tells of every file once, and spreads that over a minute."""
SECONDS = 20.0


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong."""
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as name, Servers(cores, Path(name)) as servers:
        directory = Path(name) / "logs"
        directory.mkdir()
        for number in range(FILES):
            (directory / f"{number:05d}.log").write_text("one line\n")
        road = Tailcast()
        try:
            road.start(servers, directory)
            time.sleep(SETTLE_S)
            before = processor_s(road.agent)
            time.sleep(SECONDS)
            share = (processor_s(road.agent) - before) / SECONDS
            peak_mb = peak_bytes(road.agent) / 1e6
        except (ServerError, OSError) as error:
            return [f"idle files: {servers.ended() or error}"]
    say(f"\nThe agent beside {FILES:,} files that nobody writes to:\n")
    say(table(["Files", "of one core", "peak MB"], [[f"{FILES:,}", f"{share:.1%}", f"{peak_mb:.0f}"]]))
    return []
