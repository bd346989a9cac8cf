"""Which connections `excluded` and `filter` mean."""

import pytest

from emulator.connection import Connection
from emulator.filters import FilterError
from emulator.rest.query import Query
from emulator.rest.selection import Selection, parsed
from tests.unit.emulator.rest.bench import Bench


@pytest.fixture
def connections() -> list[Connection]:
    bench = Bench()
    return [bench.connect("a", "alice", ["g"]), bench.connect("b", "bob"), bench.connect("c", None, ["g"])]


@pytest.mark.parametrize(
    ("query", "picked"),
    [
        ([], "abc"),
        ([("excluded", "a"), ("excluded", "unknown")], "bc"),
        ([("excluded", "a,b")], "abc"),
        ([("excluded", "A")], "abc"),
        ([("filter", "'g' in groups")], "ac"),
        ([("filter", "'g' in groups"), ("excluded", "c")], "a"),
        ([("filter", "protocol eq 'json.webpubsub.azure.v1' and userId eq null")], "c"),
        ([("filter", "")], "abc"),
    ],
)
def test_those_are_meant_who_pass_and_are_not_excluded(
    connections: list[Connection], query: list[tuple[str, str]], picked: str
) -> None:
    assert [one.connection_id for one in Selection.of(Query(query)).pick(connections)] == list(picked)


def test_an_invalid_filter_is_refused() -> None:
    with pytest.raises(FilterError):
        Selection.of(Query([("filter", "invalid filter")]))


@pytest.mark.parametrize("text", [None, ""])
def test_no_filter_is_none(text: str | None) -> None:
    assert parsed(text) is None
