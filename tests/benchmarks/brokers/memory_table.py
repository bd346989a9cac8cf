"""The table of memory: what a server needs for each connection that is a member of a group and silent.

Resident memory of the server's processes with ten thousand connections, less that with a hundred.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.brokers.emulator import Emulator, ReliableEmulator
from tests.benchmarks.brokers.nats import Nats
from tests.benchmarks.brokers.nchan import Nchan
from tests.benchmarks.cores import Cores
from tests.benchmarks.processes import ServerError, Servers, allow_open_files
from tests.benchmarks.readers import Reader
from tests.benchmarks.table import ratio, table

CONNECTIONS = 10_000
FIRST = 100
"""Connections that are there before the first look, so that what a server makes once is not counted."""
DESCRIPTORS = CONNECTIONS + 1_000


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure every server and print the table; return what went wrong with the emulator."""
    brokers: list[Broker] = [Emulator(), ReliableEmulator(), Nchan(), Nats(0)]
    found = {broker.name: broker.missing() or kilobytes(broker, cores) for broker in brokers}
    say(f"\nMemory for each of {CONNECTIONS:,} connections that are members of a group and silent:\n")
    ours = found[Emulator.name]
    rows = [
        [name, "not measured", ""]
        if isinstance(figure, str)
        else [name, f"{figure:.1f}", "" if isinstance(ours, str) or ours is figure else ratio(ours, figure)]
        for name, figure in found.items()
    ]
    say(table(["Server", "KB per connection", "Tailcast is"], rows))
    for name, figure in found.items():
        if isinstance(figure, str):
            say(f"\nNot measured: {name}: {figure}")
    return [
        f"memory of {name}: {found[name]}"
        for name in (Emulator.name, ReliableEmulator.name)
        if isinstance(found[name], str)
    ]


def kilobytes(broker: Broker, cores: Cores) -> float | str:
    """Units of 1,000 bytes per connection, or the reason why there is no figure."""
    try:
        allow_open_files(DESCRIPTORS)
    except ValueError as error:
        return str(error)
    readers: list[Reader] = []
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory, Servers(cores, Path(directory)) as servers:
        try:
            broker.start(servers)
            readers = [broker.subscribe() for _ in range(FIRST)]
            before = servers.resident_bytes()
            while len(readers) < CONNECTIONS:
                readers.append(broker.subscribe())
            return (servers.resident_bytes() - before) / (CONNECTIONS - FIRST) / 1_000
        except (ServerError, OSError) as error:
            return f"failed: {servers.ended() or error}"
        finally:
            for reader in readers:
                reader.close()
