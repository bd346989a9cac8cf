"""Every public method of azure-messaging-webpubsubservice, of its client and of its asynchronous client."""

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.rest import HttpRequest
from azure.messaging.webpubsubservice import WebPubSubServiceClient
from azure.messaging.webpubsubservice.aio import WebPubSubServiceClient as AsyncWebPubSubServiceClient

from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient
from tests.conformance.target import API_VERSION, Target
from tests.sdk.coverage import unexercised

Call = Callable[..., Awaitable[Any]]
CLIENTS = [WebPubSubServiceClient, AsyncWebPubSubServiceClient]
TEXT: dict[str, Any] = {"message": "hi", "content_type": "text/plain"}
SAID = "Application server closed the connection."


def caller(client: Any) -> Call:
    """Call methods of a client of either kind; its lists come as lists of pages."""

    async def call(name: str, **arguments: Any) -> Any:
        method = getattr(client, name)
        if isinstance(client, WebPubSubServiceClient):
            return await asyncio.to_thread(_pages, method, arguments)
        result = method(**arguments)
        result = await result if inspect.isawaitable(result) else result
        if not hasattr(result, "by_page"):
            return result
        return [[one async for one in page] async for page in result.by_page()]

    return call


def _pages(method: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    result = method(**arguments)
    return [list(page) for page in result.by_page()] if hasattr(result, "by_page") else result


@pytest.fixture(params=CLIENTS, ids=["sync", "async"])
async def sdk(request: pytest.FixtureRequest, service: Target) -> Any:
    client = request.param.from_connection_string(service.connection_string, hub=service.hub, retry_total=0)
    yield client
    closed = client.close()
    if inspect.isawaitable(closed):
        await closed


@pytest.fixture
def call(sdk: Any) -> Call:
    return caller(sdk)


async def data(*clients: RawClient) -> list[Any]:
    return [(await client.expect(type="message"))["data"] for client in clients]


@case("C292")
@pytest.mark.parametrize("kind", CLIENTS, ids=["sync", "async"])
def test_no_method_is_left_out(kind: Any) -> None:
    methods = [name for name in dir(kind) if not name.startswith("_")]
    assert len(methods) >= 25
    assert unexercised(methods, sys.modules[__name__]) == set()


@case("C292")
async def test_a_request_of_ones_own_is_signed(service: Target, call: Call) -> None:
    client = await service.client()
    url = f"/api/hubs/{service.hub}/:send?api-version={API_VERSION}"
    response = await call("send_request", request=HttpRequest("POST", url, json={"a": 1}))
    assert response.status_code == 202
    assert await data(client) == [{"a": 1}]


@case("C292", "C164")
async def test_sending(service: Target, call: Call) -> None:
    alice, bob = await service.member("g", user_id="alice"), await service.client(user_id="bob")
    await call("send_to_all", **TEXT, excluded=[bob.connection_id])
    await call("send_to_all", **TEXT, filter="userId eq 'alice'")
    await call("send_to_group", group="g", **TEXT, excluded=["x", "y"], filter="userId ne null")
    await call("send_to_user", user_id="alice", **TEXT, filter="'g' in groups")
    await call("send_to_connection", connection_id=alice.connection_id, **TEXT)
    await call("send_to_all", message="last", content_type="text/plain")
    assert await data(*[alice] * 6, bob) == ["hi"] * 5 + ["last"] * 2


@case("C292")
@pytest.mark.parametrize(
    ("message", "content_type", "received"),
    [
        ({"a": [1, 2.5, None, "ž"]}, "application/json", {"a": [1, 2.5, None, "ž"]}),
        ("text", "application/json", "text"),
        (b"\x01\x02", "application/octet-stream", "AQI="),
        ("text", "text/plain", "text"),  # ASCII, as the asynchronous client counts characters for Content-Length
    ],
)
async def test_every_kind_of_message_arrives(
    service: Target, call: Call, message: Any, content_type: str, received: Any
) -> None:
    client = await service.client()
    await call("send_to_all", message=message, content_type=content_type)
    assert await data(client) == [received]


@case("C220")
async def test_an_object_as_text_arrives_as_text(service: Target, call: Call) -> None:
    client = await service.client(user_id="user2")
    await call("send_to_all", message={"hello": "world"}, content_type="text/plain", filter="userId ne 'user1'")
    await client.expect(dataType="text", data="hello=world")  # the SDK makes a form of it


@case("C292")
async def test_groups(service: Target, call: Call) -> None:
    client = await service.client()
    one = {"connection_id": client.connection_id}
    await call("add_connection_to_group", group="a", **one)
    assert await call("group_exists", group="a") is True
    await call("remove_connection_from_group", group="a", **one)
    assert await call("group_exists", group="a") is False
    await call("add_connection_to_group", group="a", **one)
    await call("remove_connection_from_all_groups", **one)
    assert await call("group_exists", group="a") is False


@case("C292")
async def test_groups_of_users(service: Target, call: Call) -> None:
    await service.client(user_id="al ice+1")
    user = {"user_id": "al ice+1"}
    assert await call("user_exists", **user) is True
    await call("add_user_to_group", group="gr oup?#ž", **user)
    assert await call("group_exists", group="gr oup?#ž") is True
    await call("remove_user_from_group", group="gr oup?#ž", **user)
    await call("add_user_to_group", group="b", **user)
    await call("remove_user_from_all_groups", **user)
    assert [await call("group_exists", group=name) for name in ("gr oup?#ž", "b")] == [False, False]


@case("C292")
async def test_permissions(service: Target, call: Call) -> None:
    client = await service.client("webpubsub.none")
    for target in ({"target_name": "g"}, {}):
        asked = {"permission": "sendToGroup", "connection_id": client.connection_id, **target}
        assert await call("has_permission", **asked) is False
        await call("grant_permission", **asked)
        assert await call("has_permission", **asked) is True
        await call("revoke_permission", **asked)
        assert await call("has_permission", **asked) is False


@case("C292", "C210")
@pytest.mark.parametrize(
    ("method", "scope"),
    [
        ("close_all_connections", {"excluded": ["a", "b"]}),
        ("close_group_connections", {"group": "g", "excluded": ["a"]}),
        ("close_user_connections", {"user_id": "alice", "excluded": ["a"]}),
        ("close_connection", {}),
    ],
)
async def test_closing(service: Target, call: Call, method: str, scope: dict[str, Any]) -> None:
    client = await service.member("g", user_id="alice")
    where = scope or {"connection_id": client.connection_id}
    assert await call("connection_exists", connection_id=client.connection_id) is True
    await call(method, reason="be cause", **where)
    await client.expect(event="disconnected", message=f"{SAID} Reason: be cause")
    assert await client.closed() == (1000, "")
    assert await call("connection_exists", connection_id=client.connection_id) is False


@case("C292", "C219")
async def test_listing(service: Target, call: Call) -> None:
    for _ in range(2):  # clients of the first round are gone at once
        members = [await service.simple("g") for _ in range(6)]
        for top, expected in ((None, 6), (3, 3), (5, 5), (6, 6)):
            (page,) = await call("list_connections", group="g", top=top)
            assert len(page) == expected
        for member in members:
            member.send_frame(8, (1000).to_bytes(2, "big"))
            await member.closed()


@case("C292", "C213")
async def test_listing_page_by_page(service: Target, call: Call) -> None:
    members = [await service.member("gr oup é", user_id="alice") for _ in range(5)]
    pages = await call("list_connections", group="gr oup é", maxpagesize=2)
    assert [len(page) for page in pages] == [2, 2, 1]
    found = [(member.connection_id, member.user_id) for page in pages for member in page]
    assert found == sorted((member.connection_id, "alice") for member in members)


@case("C292")
async def test_a_client_access_token_connects(service: Target, call: Call) -> None:
    made = await call("get_client_access_token", user_id="alice", groups=["g"], minutes_to_expire=1)
    url = urlsplit(made["url"])
    client = await service.connect(f"{url.path}?{url.query}")
    await client.expect(event="connected", userId="alice")


@case("C292")
@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("send_to_group", {"group": "missing", **TEXT}),
        ("send_to_user", {"user_id": "missing", **TEXT}),
        ("send_to_connection", {"connection_id": "missing", **TEXT}),
        ("send_to_all", TEXT),
        ("close_all_connections", {}),
        ("close_group_connections", {"group": "missing"}),
        ("close_user_connections", {"user_id": "missing"}),
        ("close_connection", {"connection_id": "missing"}),
        ("remove_connection_from_group", {"group": "missing", "connection_id": "missing"}),
        ("remove_connection_from_all_groups", {"connection_id": "missing"}),
        ("remove_user_from_group", {"group": "missing", "user_id": "missing"}),
        ("remove_user_from_all_groups", {"user_id": "missing"}),
        ("revoke_permission", {"permission": "sendToGroup", "connection_id": "missing", "target_name": "g"}),
    ],
)
async def test_a_missing_target_is_no_error(call: Call, method: str, arguments: dict[str, Any]) -> None:
    assert await call(method, **arguments) is None


@case("C292")
async def test_what_is_missing_does_not_exist(call: Call) -> None:
    assert await call("connection_exists", connection_id="missing") is False
    assert await call("group_exists", group="missing") is False
    assert await call("user_exists", user_id="missing") is False
    assert await call("has_permission", permission="joinLeaveGroup", connection_id="missing") is False
    assert await call("list_connections", group="missing") == [[]]


@case("C198", "C116")
@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("add_connection_to_group", {"group": "g", "connection_id": "missing"}, "Error.Connection.NotExisted"),
        ("add_user_to_group", {"group": "g", "user_id": "missing"}, "Error.User.NotExisted"),
        ("grant_permission", {"permission": "sendToGroup", "connection_id": "missing"}, "Info.Connection.NotExisted"),
    ],
)
async def test_nothing_can_be_given_to_who_is_missing(
    call: Call, method: str, arguments: dict[str, Any], code: str
) -> None:
    with pytest.raises(ResourceNotFoundError) as caught:
        await call(method, **arguments)
    assert caught.value.response is not None
    assert caught.value.response.headers["x-ms-error-code"] == code


@case("C180")
async def test_a_refusal_says_what_is_wrong(call: Call) -> None:
    with pytest.raises(HttpResponseError, match="Invalid syntax for 'invalid filter'") as caught:
        await call("send_to_all", **TEXT, filter="invalid filter")
    assert caught.value.status_code == 400


@case("C293", "C172", "C213")
@pytest.mark.parametrize("kind", CLIENTS, ids=["sync", "async"])
async def test_everything_works_through_a_reverse_proxy(service: Target, proxied: str, kind: Any) -> None:
    client = kind.from_connection_string(
        service.connection_string_at(proxied), hub=service.hub, reverse_proxy_endpoint=service.endpoint
    )
    call = caller(client)
    members = [await service.member("g") for _ in range(3)]
    await call("send_to_all", **TEXT, filter="userId eq null")
    assert await data(*members) == ["hi"] * 3
    assert [len(page) for page in await call("list_connections", group="g", maxpagesize=2)] == [2, 1]
    closed = client.close()
    if inspect.isawaitable(closed):
        await closed
