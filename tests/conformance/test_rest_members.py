"""Listing the members of a group over REST, page by page."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import CLOSE
from tests.conformance.target import Target
from tests.support.eventually import eventually


async def pages(target: Target, query: str, path: str = "groups/g/connections") -> list[dict[str, Any]]:
    """All pages, by following the links of the service with the token of the first request."""
    found = []
    token = target.rest_token(f"/api/hubs/{target.hub}/{path}")
    link = f"{target.endpoint}/api/hubs/{target.hub}/{path}?api-version=2024-12-01{query}"
    while link:
        parts = urlsplit(link)
        assert f"{parts.scheme}://{parts.netloc}" == target.endpoint
        answer = await target.rest("GET", parts.path, query=parts.query, token=token)
        assert (answer.status, answer.headers["content-type"].split(";")[0]) == (200, "application/json")
        found.append(json.loads(answer.body))
        link = found[-1]["nextLink"]
    return found


async def join(target: Target, number: int, group: str = "g") -> list[str]:
    """Connect members; return their ids in order."""
    return sorted([(await target.member(group)).connection_id for _ in range(number)])


@case("C212")
async def test_members_are_listed_by_id_with_their_user(target: Target) -> None:
    alice, nobody = await target.member("g", user_id="alice"), await target.member("g")
    await target.member("other")
    expected = {alice.connection_id: "alice", nobody.connection_id: None}
    assert await pages(target, "") == [
        {"value": [{"connectionId": id_, "userId": expected[id_]} for id_ in sorted(expected)], "nextLink": None}
    ]


@case("C213", "C214")
@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        ("&maxpagesize=2", [2, 2, 1]),
        ("&maxpagesize=2&top=3", [2, 1]),
        ("&maxpagesize=2&top=4", [2, 2]),
        ("&maxPageSize=5", [5]),
        ("&top=9", [5]),
        ("&top=1", [1]),
    ],
)
async def test_pages_follow_one_another_without_repeats(target: Target, query: str, sizes: list[int]) -> None:
    ids = await join(target, 5)
    found = await pages(target, query)
    assert [len(page["value"]) for page in found] == sizes
    assert [member["connectionId"] for page in found for member in page["value"]] == ids[: sum(sizes)]


@case("C213")
async def test_a_link_says_how_to_go_on(target: Target) -> None:
    await join(target, 3)
    first = (await pages(target, "&maxpagesize=1&top=2"))[0]
    link = parse_qs(urlsplit(first["nextLink"]).query)
    assert {name: link[name] for name in ("api-version", "maxpagesize", "top")} == {
        "api-version": ["2024-12-01"],
        "maxpagesize": ["1"],
        "top": ["1"],
    }


async def test_a_link_keeps_the_name_of_the_group_as_it_was_sent(target: Target) -> None:
    await join(target, 2, "a b%2Fc")
    assert len(await pages(target, "&maxpagesize=1", "groups/a%20b%2Fc/connections")) == 2


async def test_who_leaves_between_two_pages_moves_nobody(target: Target) -> None:
    ids = await join(target, 4)
    first = (await pages(target, "&maxpagesize=2"))[0]
    await target.operate("DELETE", f"groups/g/connections/{ids[1]}")
    parts = urlsplit(first["nextLink"])
    second = json.loads((await target.rest("GET", parts.path, query=parts.query)).body)
    assert [member["connectionId"] for member in second["value"]] == ids[2:]


@case("C215")
async def test_a_group_without_members_is_listed_empty(target: Target) -> None:
    assert await pages(target, "") == [{"value": [], "nextLink": None}]


@case("C216")
@pytest.mark.parametrize(
    "query",
    [
        "&maxpagesize=0",
        "&maxpagesize=201",
        "&maxpagesize=x",
        "&maxpagesize=",
        "&top=0",
        "&top=-1",
        "&top=9999999999",
        "&continuationToken=bad",
        "&continuationToken=",
        f"&continuationToken={'A' * 2049}",
        "&continuationToken=%F0%9F%98%80",
    ],
)
async def test_parameters_out_of_bounds_are_refused(target: Target, query: str) -> None:
    await target.member("g")
    answer = await target.operate("GET", "groups/g/connections", query=query)
    assert (answer.status, answer.headers["x-ms-error-code"]) == (400, "Error.BadRequest")


@case("C216")
async def test_the_token_of_another_group_is_refused(target: Target) -> None:
    await join(target, 2)
    link = urlsplit((await pages(target, "&maxpagesize=1"))[0]["nextLink"])
    token = parse_qs(link.query)["continuationToken"][0]
    answer = await target.operate("GET", "groups/other/connections", query=f"&continuationToken={token}")
    assert answer.status == 400


@case("C219")
async def test_members_who_closed_are_gone_at_once(target: Target) -> None:
    members = [await target.simple("g") for _ in range(6)]
    for member in members:
        member.send_frame(CLOSE, (1000).to_bytes(2, "big"))
        assert await member.closed() == (1000, "")
    assert (await pages(target, ""))[0]["value"] == []


async def test_members_who_vanished_are_gone_soon(target: Target) -> None:
    (await target.simple("g")).drop()

    async def is_empty() -> bool:
        return not (await pages(target, ""))[0]["value"]

    await eventually(is_empty)
