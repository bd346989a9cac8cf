"""Run the benchmarks and print their tables: `python -m tests.benchmarks [TABLE ...]`, all by default.

Decides nothing about what is measured. Exits with 1 when Tailcast lost a line or could not be measured.
"""

import argparse
import gc
import sys

from tests.benchmarks import cores, machine
from tests.benchmarks.brokers import fan_out_table, memory_table, slow_table, start_table, steady_table, window_table
from tests.benchmarks.bystanders import Bystanders
from tests.benchmarks.pages import page_table
from tests.benchmarks.roads import backlog_table, burst_table, idle_table, pace_table, quiet_table, redaction_table

TABLES = {
    "bursts": burst_table.report,
    "paces": pace_table.report,
    "quiet": quiet_table.report,
    "redaction": redaction_table.report,
    "backlog": backlog_table.report,
    "idle": idle_table.report,
    "fan-out": fan_out_table.report,
    "reliable": window_table.report,
    "steady": steady_table.report,
    "slow": slow_table.report,
    "memory": memory_table.report,
    "start": start_table.report,
    "pages": page_table.report,
    "pages-in-full": page_table.report_in_full,
}
AT_LENGTH = {"pages-in-full"}
"""Tables that take long and repeat others; only by name."""


def main() -> int:
    """Print the chosen tables under a head that names machine, commit and cores."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description="Measure Tailcast beside its peers.")
    parser.add_argument(
        "tables", nargs="*", metavar="|".join(TABLES), help="which tables; by default all that are not in full"
    )
    chosen = parser.parse_args().tables or [name for name in TABLES if name not in AT_LENGTH]
    if unknown := set(chosen) - set(TABLES):
        parser.error(f"no such table: {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}")
    placed = cores.choose()
    placed.pin_client()
    gc.disable()  # a collection in the clients' process would count against whoever is being measured
    for sentence in machine.describe():
        print(sentence)
    print(
        f"Servers on core {placed.server}, clients on core {placed.client}."
        if placed.are_apart
        else "There is one core only: servers and clients compete, and the figures say little.",
    )
    bystanders = Bystanders()
    wrong = [problem for name in chosen for problem in TABLES[name](placed, say)]
    say(f"\n{bystanders.sentence()}")
    for problem in wrong:
        print(f"wrong: {problem}", file=sys.stderr)
    return 1 if wrong else 0


def say(text: str) -> None:
    """Print at once, since the next table takes minutes."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
