"""The published service SDK for Python, unmodified: what it makes of our connection string, and we of its tokens."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from azure.messaging.webpubsubservice import WebPubSubServiceClient

from tests.conformance.cases import case
from tests.conformance.target import JSON, PUBLIC_ENDPOINT, Target

KEY = "VGhpcyBpcyBhIGtleSBvZiA0MCBieXRlcyBpbiBCYXNlNjQ="


def sdk(target: Target) -> WebPubSubServiceClient:
    connection_string = f"Endpoint={target.endpoint};AccessKey={target.key};Version=1.0;"
    return WebPubSubServiceClient.from_connection_string(connection_string, hub=target.hub)


@case("C001", "C002")
@pytest.mark.parametrize(
    "connection_string",
    [
        f"Endpoint=http://localhost;Port=8080;AccessKey={KEY};Version=1.0;",
        f"accesskey={KEY};version=1.0;endpoint=http://localhost:8080;",
    ],
)
def test_a_client_url_follows_from_a_connection_string_in_any_order(connection_string: str) -> None:
    made = WebPubSubServiceClient.from_connection_string(connection_string, hub="hub").get_client_access_token()
    assert made["baseUrl"] == "ws://localhost:8080/client/hubs/hub"
    claims = jwt.decode(made["token"], KEY, algorithms=["HS256"], options={"verify_aud": False})
    assert claims["aud"] == "http://localhost:8080/client/hubs/hub"


@case("C003")
@pytest.mark.parametrize("connection_string", ["Endpoint=http://localhost;", f"AccessKey={KEY};", "nonsense"])
def test_an_incomplete_connection_string_is_an_error(connection_string: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        WebPubSubServiceClient.from_connection_string(connection_string, hub="hub")


@case("C017", "C101")
async def test_the_sdks_client_url_connects_with_its_user_and_roles(target: Target) -> None:
    made = sdk(target).get_client_access_token(
        user_id="alice", roles=["webpubsub.joinLeaveGroup.stream"], groups=["g"], minutes_to_expire=5
    )
    url = urlsplit(made["url"])
    client = await target.connect(f"{url.path}?{url.query}", subprotocols=[JSON])
    await client.expect(event="connected", userId="alice")
    client.send({"type": "joinGroup", "group": "stream", "ackId": 1})
    await client.expect_ack(1)
    assert parse_qs(url.query)["access_token"] == [made["token"]]


@case("C098", "C164")
async def test_the_sdk_sends_to_a_group(target: Target) -> None:
    member = await target.member("g")
    for message, content_type in (
        ("hi", "text/plain"),
        ({"a": 1}, "application/json"),
        (b"\x01", "application/octet-stream"),
    ):
        await asyncio.to_thread(sdk(target).send_to_group, "g", message, content_type=content_type)
    assert [(await member.json())["data"] for _ in range(3)] == ["hi", {"a": 1}, "AQ=="]


@case("C172", "C293")
async def test_the_sdk_sends_through_a_reverse_proxy(here: Target) -> None:
    connection_string = f"Endpoint={PUBLIC_ENDPOINT};AccessKey={here.key};Version=1.0;"
    client = WebPubSubServiceClient.from_connection_string(
        connection_string, hub=here.hub, reverse_proxy_endpoint=here.endpoint
    )
    member = await here.member("g")
    await asyncio.to_thread(client.send_to_group, "g", "hi", content_type="text/plain")
    await member.expect(data="hi")
