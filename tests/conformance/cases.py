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
    "the reliable subprotocols": _ids("C026", "C120-C126", "C129-C138", "C140-C147"),
    "the protobuf subprotocols": _ids("C027", "C100", "C148-C160"),
    "event handlers": _ids("C035", "C036", "C092", "C096", "C225-C259"),
    "sending to all over REST": _ids("C097", "C175", "C220", "C277"),
    "permissions over REST": _ids("C079", "C111-C119"),
    "closing over REST": _ids("C046", "C207-C211"),
    "filters": _ids("C178-C183"),
    "REST operations other than sending to a group": _ids("C192-C206", "C212-C219", "C221-C223"),
    "streaming, invoke and group state": _ids("C260-C273"),
    "runs of the published SDKs": _ids("C279-C292", "C294-C295"),
}
NOT_BUILT = {id_: reason for reason, ids in _REASONS.items() for id_ in ids}
"""Cases that no test shows, each with what is missing for it."""
