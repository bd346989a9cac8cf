"""Which records pass."""

import pytest

from emulator.inspection.record import NOTE, LeftOut, Record
from emulator.inspection.trace_filter import TraceFilter

RECORD = Record(
    number=1,
    at=0.0,
    kind="in",
    what="sendToGroup g",
    words="2 receivers.",
    hub="chat",
    connection="c1",
    user="alice",
    group="g",
    ids=("c2",),
    left_out=(LeftOut("c3", "excluded"),),
)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub": "CHAT"},
        {"group": "g"},
        {"kind": "rest,in"},
        {"text": "ALICE"},
        {"text": "excluded"},
        {"connection": "c1"},
        {"connection": "c2"},
        {"connection": "c3"},
    ],
)
def test_it_passes_what_fits(query: dict[str, str]) -> None:
    assert TraceFilter.of(query.items()).passes(RECORD)


@pytest.mark.parametrize(
    "query",
    [{"hub": "h"}, {"group": "G"}, {"kind": "out"}, {"text": "bob"}, {"connection": "c4"}, {"problems": "1"}],
)
def test_it_passes_nothing_else(query: dict[str, str]) -> None:
    assert not TraceFilter.of({"kind": "in", **query}.items()).passes(RECORD)


def test_with_problems_alone_a_note_passes() -> None:
    assert TraceFilter(is_problem=True).passes(Record(number=1, at=0.0, kind="in", what="x", level=NOTE))


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'frames'.*connection"):
        TraceFilter.of([("kind", "frames")])
