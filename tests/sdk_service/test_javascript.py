"""Every public method of @azure/web-pubsub."""

import sys
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient
from tests.conformance.target import Target
from tests.sdk.coverage import unexercised
from tests.sdk_service.node_program import calls, methods

TEXT = {"contentType": "text/plain"}
SAID = "Application server closed the connection."


async def data(*clients: RawClient) -> list[Any]:
    return [(await client.expect(type="message"))["data"] for client in clients]


@case("C291")
async def test_no_method_is_left_out(service: Target) -> None:
    names = await methods(service)
    assert len(names) >= 24
    names.remove("group")  # `node/calls.js` calls it for every method of a group
    assert unexercised(names, sys.modules[__name__]) == set()


@case("C291", "C164")
async def test_sending(service: Target) -> None:
    alice, bob = await service.member("g", user_id="alice"), await service.client(user_id="bob")
    some = {"filter": "userId eq 'alice'", "messageTtlSeconds": 5, "excludedConnections": ["x", bob.connection_id]}
    outcomes = await calls(
        service,
        ["sendToAll", {"a": 1}, some],
        ["sendToAll", "quoted", {"excludedConnections": [bob.connection_id]}],
        ["sendToUser", "alice", "hi", {**TEXT, "filter": "'g' in groups"}],
        ["sendToConnection", alice.connection_id, {"$bytes": [1, 2]}],
        ["g/sendToAll", "hi", {**TEXT, "excludedConnections": ["x"], "filter": "userId ne null"}],
        ["sendToAll", "last", TEXT],
    )
    assert outcomes == [None] * 6
    assert await data(*[alice] * 6, bob) == [{"a": 1}, "quoted", "hi", "AQI=", "hi", "last", "last"]


@case("C291", "C218")
async def test_a_name_with_signs_reaches_its_user_but_one_with_a_slash_does_not(service: Target) -> None:
    signs, slash, literal = [await service.client(user_id=name) for name in ("u é%&?#", "u/x", "u%2Fx")]
    await calls(service, ["sendToUser", "u é%&?#", 1], ["sendToUser", "u/x", 2], ["sendToAll", 3])
    assert await data(signs, slash, literal) == [1, 3, 2]


@case("C291")
async def test_groups(service: Target) -> None:
    alice, bob = await service.client(user_id="alice"), await service.client(user_id="bob")
    outcomes = await calls(
        service,
        ["a/addConnection", alice.connection_id],
        ["groupExists", "a"],
        ["a/removeConnection", alice.connection_id],
        ["groupExists", "a"],
        ["b/addUser", "alice"],
        ["c/addUser", "alice"],
        ["b/removeUser", "alice"],
        ["groupExists", "b"],
        ["removeUserFromAllGroups", "alice"],
        ["groupExists", "c"],
        ["addConnectionsToGroups", ["d", "e"], "userId eq 'bob'"],
        ["d/listConnections"],
        ["removeConnectionsFromGroups", ["d"], "userId eq 'bob'"],
        ["groupExists", "d"],
        ["removeConnectionFromAllGroups", bob.connection_id],
        ["groupExists", "e"],
    )
    listed = [[{"connectionId": bob.connection_id, "userId": "bob"}]]
    assert outcomes == [
        None,
        True,
        None,
        False,
        *[None] * 3,
        False,
        None,
        False,
        None,
        listed,
        None,
        False,
        None,
        False,
    ]


@case("C291")
async def test_permissions(service: Target) -> None:
    client = await service.client("webpubsub.none")
    for options in ({"targetName": "g"}, {}):
        asked = [client.connection_id, "joinLeaveGroup", options]
        names = ["hasPermission", "grantPermission", "hasPermission", "revokePermission", "hasPermission"]
        assert await calls(service, *([name, *asked] for name in names)) == [False, None, True, None, False]


@case("C291", "C207")
@pytest.mark.parametrize(
    "call",
    [["closeAllConnections"], ["closeUserConnections", "alice"], ["g/closeAllConnections"], ["closeConnection", None]],
)
async def test_closing(service: Target, call: list[Any]) -> None:
    client = await service.member("g", user_id="alice")
    call = [client.connection_id if part is None else part for part in call]
    exists = ["connectionExists", client.connection_id]
    outcomes = await calls(service, exists, [*call, {"reason": "r s"}], exists, ["userExists", "alice"])
    assert outcomes == [True, None, False, False]
    await client.expect(event="disconnected", message=f"{SAID} Reason: r s")
    assert await client.closed() == (1000, "")


@case("C291", "C213", "C214")
async def test_listing_page_by_page(service: Target) -> None:
    members = [await service.member("gr oup") for _ in range(5)]
    pages, some = await calls(
        service,
        ["gr oup/listConnections", {"maxPageSize": 2}],
        ["gr oup/listConnections", {"maxPageSize": 2, "top": 3}],
    )
    assert ([len(page) for page in pages], [len(page) for page in some]) == ([2, 2, 1], [2, 1])
    ids = [member["connectionId"] for page in pages for member in page]
    assert ids == sorted(member.connection_id for member in members)


@case("C291")
async def test_a_client_access_token_connects(service: Target) -> None:
    wanted = {"userId": "alice", "roles": ["webpubsub.sendToGroup"], "groups": ["g"], "expirationTimeInMinutes": 5}
    ((made),) = await calls(service, ["getClientAccessToken", wanted])
    url = urlsplit(made["url"])
    assert f"ws://{url.netloc}{url.path}" == made["baseUrl"]
    await (await service.connect(f"{url.path}?{url.query}")).expect(event="connected", userId="alice")


@case("C291", "C192", "C202", "C211")
async def test_a_missing_target_is_no_error(service: Target) -> None:
    outcomes = await calls(
        service,
        ["sendToAll", "x"],
        ["sendToUser", "missing", "x"],
        ["sendToConnection", "missing", "x"],
        ["missing/sendToAll", "x"],
        ["closeConnection", "missing"],
        ["closeUserConnections", "missing"],
        ["missing/closeAllConnections"],
        ["missing/removeConnection", "missing"],
        ["missing/removeUser", "missing"],
        ["removeUserFromAllGroups", "missing"],
        ["removeConnectionFromAllGroups", "missing"],
        ["revokePermission", "missing", "sendToGroup", {"targetName": "g"}],
        ["connectionExists", "missing"],
        ["groupExists", "missing"],
        ["userExists", "missing"],
        ["hasPermission", "missing", "sendToGroup", {"targetName": "g"}],
        ["missing/listConnections"],
    )
    assert outcomes == [*[None] * 12, *[False] * 4, [[]]]


@case("C291", "C180", "C198")
async def test_a_refusal_says_what_is_wrong(service: Target) -> None:
    outcomes = await calls(
        service,
        ["sendToAll", "x", {"filter": "invalid filter"}],
        ["g/addConnection", "missing"],
        ["grantPermission", "missing", "sendToGroup", {"targetName": "g"}],
        ["g/addUser", "missing"],
    )
    assert [outcome["error"]["status"] for outcome in outcomes] == [400, 404, 404, 404]
    assert "Syntax error at position 14" in outcomes[0]["error"]["message"]


@case("C293", "C172")
async def test_everything_works_through_a_reverse_proxy(service: Target, proxied: str) -> None:
    members = [await service.member("g") for _ in range(3)]
    sent, pages = await calls(
        service,
        ["sendToAll", "hi", TEXT],
        ["g/listConnections", {"maxPageSize": 2}],
        endpoint=proxied,
        reverseProxyEndpoint=service.endpoint,
    )
    assert (sent, [len(page) for page in pages]) == (None, [2, 1])
    assert await data(*members) == ["hi"] * 3
