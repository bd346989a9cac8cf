"""The table of single messages at a steady pace to a large group: how soon each is at the last subscriber.

The servers take turns, so that what else happens on the machine does not meet one of them alone.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.brokers.emulator import Emulator, ReliableEmulator
from tests.benchmarks.brokers.nats import Nats
from tests.benchmarks.brokers.nchan import Nchan
from tests.benchmarks.cores import Cores
from tests.benchmarks.lines import LINE_BYTES
from tests.benchmarks.paces import Pace, pace
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readers import ConnectionLostError, Poll
from tests.benchmarks.readiness import NotReadyError, settle
from tests.benchmarks.table import ratio, table

SUBSCRIBERS = 100
MESSAGES_PER_S = 20
ROUND_S = 5.0
ROUNDS = 5


def report(cores: Cores, say: Callable[[str], None]) -> list[str]:
    """Measure, print the table, and return what went wrong with the emulator."""
    brokers: list[Broker] = [Emulator(), ReliableEmulator(), Nchan(), Nats(LINE_BYTES - 1)]
    found: dict[str, Pace | str] = {broker.name: broker.missing() for broker in brokers if broker.missing()}
    for _ in range(ROUNDS):
        for broker in brokers:
            before = found.get(broker.name)
            if not isinstance(before, str):
                now = one_round(broker, cores)
                found[broker.name] = now if before is None or isinstance(now, str) else before + now
    say(f"\n{MESSAGES_PER_S} messages/s for {ROUNDS * ROUND_S:.0f} s, to the last of {SUBSCRIBERS} subscribers:\n")
    ours = found[Emulator.name]
    rows = []
    for broker in brokers:
        figure = found[broker.name]
        if isinstance(figure, str):
            rows.append([broker.name, "not measured", *[""] * 4])
            continue
        beside = (
            "" if isinstance(ours, str) or ours is figure else ratio(ours.percentile_ms(99), figure.percentile_ms(99))
        )
        times = (f"{figure.percentile_ms(percent):.2f}" for percent in (50, 90, 99))
        rows.append([broker.name, *times, beside, str(figure.lost) if figure.lost else "none"])
    say(table(["Server", "p50 ms", "p90 ms", "p99 ms", "Tailcast's p99 is", "lost"], rows))
    for name, figure in found.items():
        if isinstance(figure, str):
            say(f"\nNot measured: {name}: {figure}")
    return wrong(found)


def wrong(found: dict[str, Pace | str]) -> list[str]:
    """What went wrong with the emulator."""
    problems = []
    for name in (Emulator.name, ReliableEmulator.name):
        figure = found[name]
        if isinstance(figure, str):
            problems.append(f"{name}: {figure}")
        elif figure.lost:
            problems.append(f"{name}: {figure.lost} single messages lost")
    return problems


def one_round(broker: Broker, cores: Cores) -> Pace | str:
    """A figure from a server of its own, or the reason why there is none."""
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory, Servers(cores, Path(directory)) as servers:
        try:
            broker.start(servers)
            poll = Poll([broker.subscribe() for _ in range(SUBSCRIBERS)])
            publisher = broker.publisher()
            settle(poll)
            return pace(lambda line: publisher.sendall(broker.encode([line[:-1]])), poll, MESSAGES_PER_S, ROUND_S)
        except (ServerError, ConnectionLostError, NotReadyError, OSError) as error:
            return f"failed: {servers.ended() or error}"
