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


SUITES = tuple(Path(__file__).parents[1] / name for name in ("conformance", "sdk", "sdk_service"))
"""The folders with tests of cases: raw frames and raw HTTP, and the published SDKs."""


def case(*ids: str) -> pytest.MarkDecorator:
    """Mark a test with the cases that it shows."""
    return pytest.mark.case(*ids)


def _ids(*spans: str) -> list[str]:
    """Ids written as `C025` or as spans `C121-C147`."""
    found = []
    for span in spans:
        first, _, last = span.partition("-")
        found += [f"C{number:03}" for number in range(int(first[1:]), int((last or first)[1:]) + 1)]
    return found


_REASONS = {
    "Event Hubs listeners, whose settings are refused by name": _ids("C259"),
    "the tutorial's programs, which tests/tutorial runs": _ids("C295"),
}
NOT_BUILT = {id_: reason for reason, ids in _REASONS.items() for id_ in ids}
"""Cases that no test shows, each with what is missing for it."""
