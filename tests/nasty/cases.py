"""The cases by id, the mark that ties a test to them, how often each is to be met, and why; runs nothing."""

import csv
from pathlib import Path
from typing import NamedTuple

import pytest


class Case(NamedTuple):
    """One line of cases.tsv."""

    id: str
    title: str


def load() -> dict[str, Case]:
    """Every case by its id, in order."""
    with (Path(__file__).parent / "cases.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row[0]: Case(*row) for row in rows[1:]}


SUITES = tuple(Path(__file__).parents[1] / name for name in ("nasty", "unit/streamer_agent", "e2e", "browser", "nginx"))
"""The folders with tests of cases."""


def case(*ids: str) -> pytest.MarkDecorator:
    """Mark a test with the cases that it shows."""
    return pytest.mark.case(*ids)


RESTARTED = frozenset({"T1", "T2", "T12", "T15", "T20", "T36", "T46"})
"""Cases that name a restart: met after SIGTERM and after SIGKILL. T41 and T42 are of SIGKILL alone, T44 of SIGTERM."""

ONCE = {
    "W5": "between the official client and the service; no file takes part",
    "W12": "told by the answers of negotiate and of the service; no file takes part",
    "W13": "of pages; no file takes part",
}
"""Cases of the tail and the wire that are the same however changes of files are noticed, each with the reason."""

ARGUED: dict[str, str] = {}
"""Cases that no test can show on one machine, each with the reason and what stands in for it."""
