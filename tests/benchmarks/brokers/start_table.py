"""The table of start-up: from starting a server's process to its answer to the first WebSocket handshake."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.brokers.emulator import Emulator
from tests.benchmarks.brokers.nats import Nats
from tests.benchmarks.brokers.nchan import Nchan
from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.table import table

ROUNDS = 7


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure every server and print the table; return what went wrong with the emulator."""
    brokers: list[Broker] = [Emulator(), Nats(0), Nchan()]
    found = {broker.name: broker.missing() or seconds(broker, cores) for broker in brokers}
    say("\nFrom the start of the process to the first client that is connected:\n")
    rows = [[name, "not measured" if isinstance(figure, str) else f"{figure:.2f}"] for name, figure in found.items()]
    say(table(["Server", "seconds"], rows))
    for name, figure in found.items():
        if isinstance(figure, str):
            say(f"\nNot measured: {name}: {figure}")
    ours = found[Emulator.name]
    return [f"start of {Emulator.name}: {ours}"] if isinstance(ours, str) else []


def seconds(broker: Broker, cores: Cores) -> float | str:
    """The median of some starts, or the reason why there is none."""
    took: list[float] = []
    for _ in range(ROUNDS):
        with (
            tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory,
            Servers(cores, Path(directory)) as servers,
        ):
            begun = time.monotonic()
            try:
                broker.start(servers)
                broker.subscribe().close()
            except (ServerError, OSError) as error:
                return f"failed: {servers.ended() or error}"
            took.append(time.monotonic() - begun)
    return median(took)
