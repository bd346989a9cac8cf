"""The cases by id, the mark that ties a test to them, and why some have no test yet; runs nothing."""

import csv
from pathlib import Path
from typing import NamedTuple

import pytest


class Case(NamedTuple):
    """One line of cases.tsv. Tier 1 is needed for unmodified SDKs, 2 is fidelity, 3 optional or a preview."""

    id: str
    tier: int
    part: str
    given: str
    when: str
    then: str
    mark: str


def load() -> dict[str, Case]:
    """Every case by its id, in order."""
    with (Path(__file__).parent / "cases.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row[0]: Case(row[0], int(row[1]), *row[2:]) for row in rows[1:]}


SUITES = tuple(Path(__file__).parents[1] / name for name in ("conformance", "sdk", "sdk_service", "tutorial"))
"""The folders with tests of cases: raw frames and raw HTTP, the published SDKs, and the programs of the tutorial."""


def case(*ids: str) -> pytest.MarkDecorator:
    """Mark a test with the cases that it shows."""
    return pytest.mark.case(*ids)


def spanned(spans: str) -> list[str]:
    """Ids that are written in a row, each as `C025` or as a span `C121-C147`."""
    found = []
    for span in spans.split():
        first, _, last = span.partition("-")
        found += [f"C{number:03}" for number in range(int(first[1:]), int((last or first)[1:]) + 1)]
    return found


NOT_BUILT = {"C259": "Event Hubs listeners are not built; settings with one are refused by name"}
"""Cases that no test shows, each with what is missing for it."""
