"""The cases by id, the mark that ties a test to them, and why some cannot be a test; runs nothing."""

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


ARGUED: dict[str, str] = {}
"""Cases that no test can show on one machine, each with the reason and what stands in for it."""
