"""The list of a group's members."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from emulator.errors import RefusedError
from emulator.rest.members import list_connections
from tests.unit.emulator.rest.bench import Bench, refusal


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for name in "edcba":
        bench.connect(name, "alice" if name == "a" else None, ["g"])
    bench.connect("x", groups=["other"])
    return bench


async def read(bench: Bench, query: str = "") -> dict[str, Any]:
    answer = await list_connections(bench.call(query, group="g"))
    found: dict[str, Any] = json.loads(answer.text or "")
    return found


async def test_members_come_by_id_with_their_user(bench: Bench) -> None:
    found = await read(bench)
    assert found["value"][:2] == [{"connectionId": "a", "userId": "alice"}, {"connectionId": "b", "userId": None}]
    assert (len(found["value"]), found["nextLink"]) == (5, None)


@pytest.mark.parametrize(
    ("query", "sizes"), [("maxpagesize=2", [2, 2, 1]), ("maxpagesize=2&top=3", [2, 1]), ("top=2", [2])]
)
async def test_links_lead_from_page_to_page(bench: Bench, query: str, sizes: list[int]) -> None:
    found = [await read(bench, query)]
    while (link := found[-1]["nextLink"]) is not None:
        assert link.startswith("http://localhost:8080/api/hubs/Chat/here?api-version=2024-12-01&")
        found.append(await read(bench, urlsplit(link).query))
    assert [len(page["value"]) for page in found] == sizes


async def test_top_counts_over_all_pages(bench: Bench) -> None:
    link = (await read(bench, "maxpagesize=2&top=5"))["nextLink"]
    assert {name: parse_qs(urlsplit(link).query)[name] for name in ("top", "maxpagesize")} == {
        "top": ["3"],
        "maxpagesize": ["2"],
    }


@pytest.mark.parametrize("query", ["maxpagesize=0", "maxpagesize=201", "top=0", "continuationToken=x"])
async def test_what_is_out_of_bounds_is_refused(bench: Bench, query: str) -> None:
    with pytest.raises(RefusedError) as caught:
        await read(bench, query)
    assert refusal(caught) == (400, "Error.BadRequest")
